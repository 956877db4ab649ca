using Plumb.Manifests.Documents;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Kustomize.Resources;
using Plumb.Manifests.Kustomize.Targets;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Sources;

namespace Plumb.Manifests.Kustomize;

/// <summary>
/// Builds kustomizations as <c>kubectl kustomize</c> does (v5.7.1), from a tree and without a program: what comes out is byte for byte the
/// same, what is refused is refused for the same reason, with the file, entry and line.
/// </summary>
public static class KustomizeBuild
{
    /// <summary>The version whose behaviour this is.</summary>
    public const string Version = "v5.7.1";

    /// <summary>Builds the kustomization in a folder of a tree.</summary>
    /// <exception cref="KustomizeException">It is refused.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static KustomizeOutput Run(
        ITree tree, string folder, BuildSettings settings, CancellationToken ct, YamlLimits? limits = null) =>
        Run(tree, folder, settings, null, ct, limits);

    internal static KustomizeOutput Run(
        ITree tree, string folder, BuildSettings settings, Func<Kustomization, Kustomization>? change, CancellationToken ct, YamlLimits? limits)
    {
        var budget = new BuildBudget(settings);
        var context = new BuildContext(settings, limits ?? YamlLimits.Default, budget, ct);
        var target = BuildTarget.Open(BuildRoot.Start(tree, folder, settings, budget, ct), context, change);
        var resources = target.Build();
        var metadata = target.Kustomization.BuildMetadata;
        LegacyOrder.Apply(resources, target.Kustomization.Sort, settings.Order);
        var objects = new List<BuiltObject>(resources.All.Count);
        foreach (var resource in resources.All)
        {
            ct.ThrowIfCancellationRequested();
            Finish(resource, metadata, settings.AddsManagedByLabel);
            objects.Add(new BuiltObject(ValueOf(resource), resource.ReadAt ?? new Origin(folder)));
        }

        return new KustomizeOutput(objects, context.Warnings);
    }

    private static void Finish(Resource resource, IReadOnlyList<string> metadata, bool addsLabel)
    {
        if (addsLabel || metadata.Contains("managedByLabel"))
        {
            var labels = resource.TextMap("labels");
            labels["app.kubernetes.io/managed-by"] = $"kustomize-{Version}";
            resource.SetTextMap("labels", labels);
        }

        var annotations = resource.TextMap("annotations");
        annotations.Remove("config.kubernetes.io/origin");
        annotations.Remove("alpha.config.kubernetes.io/transformations");
        foreach (var note in BuildNotes) annotations.Remove(note);
        if (metadata.Contains("originAnnotations") && resource.Origin is { } origin)
            annotations["config.kubernetes.io/origin"] = origin.ToYaml();
        if (metadata.Contains("transformerAnnotations") && resource.Transformations.Count > 0)
            annotations["alpha.config.kubernetes.io/transformations"] = BuildOrigin.ToYaml(resource.Transformations);
        resource.SetTextMap("annotations", annotations);
    }

    /// <summary>Annotations in which Kustomize keeps notes; what files hold of them is taken away too.</summary>
    private static readonly string[] BuildNotes =
    [
        "internal.config.kubernetes.io/previousKinds", "internal.config.kubernetes.io/previousNames",
        "internal.config.kubernetes.io/prefixes", "internal.config.kubernetes.io/suffixes",
        "internal.config.kubernetes.io/previousNamespaces", "internal.config.kubernetes.io/allowNameChange",
        "internal.config.kubernetes.io/allowKindChange", "internal.config.kubernetes.io/refBy",
        "internal.config.kubernetes.io/generatorBehavior", "internal.config.kubernetes.io/needsHashSuffix",
        "internal.config.kubernetes.io/path", "internal.config.kubernetes.io/index", "internal.config.kubernetes.io/seqindent",
        "internal.config.kubernetes.io/id", "internal.config.kubernetes.io/annotations-migration-resource-id",
        "config.kubernetes.io/path", "config.kubernetes.io/index", "config.k8s.io/id",
    ];

    private static MapNode ValueOf(Resource resource)
    {
        try
        {
            return YamlNodeValue.ToNode(resource.Node!).AsMap()!;
        }
        catch (KustomizeException fault)
        {
            throw new KustomizeException($"{resource.CurrentId}: {fault.Message}", fault.At ?? resource.ReadAt, fault);
        }
    }
}
