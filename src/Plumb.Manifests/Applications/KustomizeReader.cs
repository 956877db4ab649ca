using System.Globalization;
using Plumb.Reconcile.Applications;

namespace Plumb.Manifests.Applications;

/// <summary>Reads <c>source.kustomize</c>.</summary>
internal static class KustomizeReader
{
    public static KustomizeSpec? Read(FieldReader? kustomize)
    {
        if (kustomize is null) return null;
        var spec = new KustomizeSpec
        {
            NamePrefix = kustomize.Text("namePrefix"),
            NameSuffix = kustomize.Text("nameSuffix"),
            Namespace = kustomize.Text("namespace"),
            Images = kustomize.Texts("images"),
            Replicas = [.. (kustomize.Maps("replicas") ?? []).Select(Replicas)],
            CommonLabels = kustomize.TextMap("commonLabels"),
            CommonAnnotations = kustomize.TextMap("commonAnnotations"),
            ForceCommonLabels = kustomize.Flag("forceCommonLabels"),
            ForceCommonAnnotations = kustomize.Flag("forceCommonAnnotations"),
            LabelWithoutSelector = kustomize.Flag("labelWithoutSelector"),
            LabelIncludeTemplates = kustomize.Flag("labelIncludeTemplates"),
            CommonAnnotationsEnvsubst = kustomize.Flag("commonAnnotationsEnvsubst"),
            Patches = [.. (kustomize.Maps("patches") ?? []).Select(Patch)],
            Components = kustomize.Texts("components"),
            IgnoreMissingComponents = kustomize.Flag("ignoreMissingComponents"),
            Version = kustomize.Text("version"),
            KubeVersion = kustomize.Text("kubeVersion"),
            ApiVersions = kustomize.Texts("apiVersions"),
        };
        if (spec is { LabelIncludeTemplates: true, LabelWithoutSelector: false, CommonLabels.Count: > 0 })
            kustomize.Error("labelIncludeTemplates", "needs labelWithoutSelector: labels that go into selectors go into templates anyway");
        kustomize.Finish();
        return spec;
    }

    private static KustomizeReplicas Replicas(FieldReader replicas)
    {
        if (!long.TryParse(replicas.TextOrNumber("count"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count))
            replicas.Error("count", "must be a whole number");
        var spec = new KustomizeReplicas(replicas.Required("name"), count);
        replicas.Finish();
        return spec;
    }

    private static KustomizePatch Patch(FieldReader patch)
    {
        var options = new Dictionary<string, bool>(StringComparer.Ordinal);
        if (patch.Value("options").AsMap() is { } given)
        {
            foreach (var (key, value) in given) options[key] = value.AsBool() == true;
        }

        KustomizeTarget? target = null;
        if (patch.Map("target") is { } fields)
        {
            target = new KustomizeTarget(
                fields.Text("group"), fields.Text("version"), fields.Text("kind"), fields.Text("name"), fields.Text("namespace"),
                fields.Text("labelSelector"), fields.Text("annotationSelector"));
            fields.Finish();
        }

        var spec = new KustomizePatch(patch.Text("patch"), patch.Text("path"), target) { Options = options };
        patch.Finish();
        return spec;
    }
}
