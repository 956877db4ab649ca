using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Resources;
using Plumb.Manifests.Kustomize.Transformers;

namespace Plumb.Manifests.Kustomize.Targets;

/// <summary>The generators and transformations that a kustomization's own fields stand for, in Kustomize's order.</summary>
internal static class Plugins
{
    private static readonly FieldSpec OwnLabels = new("", "metadata/labels", true);

    /// <summary>Those of <c>configMapGenerator</c>, <c>secretGenerator</c> and <c>helmCharts</c>.</summary>
    public static IEnumerable<Configured<IGenerator>> Generators(
        Kustomization kustomization, BuildRoot root, BuildContext context, BuildOrigin? origin)
    {
        foreach (var entry in kustomization.ConfigMaps)
            yield return With<IGenerator>(new DataGenerator(entry, isSecret: false, root, context), "ConfigMapGenerator", kustomization, origin);
        foreach (var entry in kustomization.Secrets)
            yield return With<IGenerator>(new DataGenerator(entry, isSecret: true, root, context), "SecretGenerator", kustomization, origin);
        foreach (var entry in kustomization.HelmCharts)
        {
            yield return With<IGenerator>(
                new ChartGenerator(entry, kustomization.HelmChartHome, root, context), "HelmChartInflationGenerator", kustomization, origin);
        }
    }

    /// <summary>Those of all other fields.</summary>
    public static IEnumerable<Configured<ITransformer>> Transformers(
        Kustomization kustomization, TransformerConfig config, BuildRoot root, BuildContext context, BuildOrigin? origin)
    {
        Configured<ITransformer> As(string kind, ITransformer transformer) => With(transformer, kind, kustomization, origin);

        if (kustomization.PatchesStrategicMerge.Count > 0)
            yield return As("PatchStrategicMergeTransformer", new MergePatchesTransformer(kustomization.PatchesStrategicMerge, "", root, context));
        foreach (var entry in kustomization.Patches) yield return As("PatchTransformer", new PatchTransformer(entry, root, context));
        if (kustomization.Namespace.Length > 0)
            yield return As("NamespaceTransformer", new NamespaceTransformer(kustomization.Namespace, config.Namespace, context));
        if (kustomization.NamePrefix.Length > 0)
            yield return As("PrefixTransformer", new AffixTransformer(kustomization.NamePrefix, "", config.NamePrefix));
        if (kustomization.NameSuffix.Length > 0)
            yield return As("SuffixTransformer", new AffixTransformer("", kustomization.NameSuffix, config.NameSuffix));
        foreach (var entry in kustomization.Labels) yield return As("LabelTransformer", new LabelTransformer(entry.Pairs, FieldsOf(entry, config)));
        if (kustomization.Labels.Count > 0 || kustomization.CommonLabels.Count > 0)
            yield return As("LabelTransformer", new LabelTransformer(kustomization.CommonLabels, config.CommonLabels));
        if (kustomization.CommonAnnotations.Count > 0)
            yield return As("AnnotationsTransformer", new AnnotationsTransformer(kustomization.CommonAnnotations, config.CommonAnnotations));
        foreach (var entry in kustomization.PatchesJson6902) yield return As("PatchJson6902Transformer", new JsonPatchTransformer(entry, root));
        foreach (var entry in kustomization.Replicas) yield return As("ReplicaCountTransformer", new ReplicaTransformer(entry, config.Replicas));
        foreach (var entry in kustomization.Images) yield return As("ImageTagTransformer", new ImageTransformer(entry, config.Images));
        if (kustomization.Replacements.Count > 0)
            yield return As("ReplacementTransformer", new ReplacementTransformer(kustomization.Replacements, root, context));
    }

    /// <summary>What an object with <c>apiVersion: builtin</c> configures: a generator or a transformation.</summary>
    /// <exception cref="KustomizeException">It is no built-in plugin, or its configuration is wrong.</exception>
    public static object Create(Resource config, BuildRoot root, BuildContext context)
    {
        if (config.ApiVersion != "builtin")
        {
            throw new KustomizeException(
                $"external plugins disabled; unable to load external plugin '{config.Kind}': programs and containers are never run while "
                + "manifests are rendered; use a built-in one, or render it before it is committed",
                config.ReadAt);
        }

        try
        {
            return BuiltInPlugins.Create(config, root, context);
        }
        catch (KustomizeException fault)
        {
            throw new KustomizeException(
                $"plugin {config.OriginalId} fails configuration: {fault.Message}", fault.At ?? config.ReadAt, fault);
        }
    }

    private static IReadOnlyList<FieldSpec> FieldsOf(LabelEntry entry, TransformerConfig config)
    {
        try
        {
            var fields = FieldSpecs.Merge(entry.Fields, config.Labels);
            if (entry.IncludeSelectors) return FieldSpecs.Merge(fields, config.CommonLabels);
            if (entry.IncludeTemplates) fields = FieldSpecs.Merge(fields, config.TemplateLabels);
            return FieldSpecs.Merge(fields, [OwnLabels]);
        }
        catch (KustomizeException fault)
        {
            throw new KustomizeException($"failed to merge labels: {fault.Message}", entry.At, fault);
        }
    }

    private static Configured<T> With<T>(T plugin, string kind, Kustomization kustomization, BuildOrigin? origin) => new(
        plugin,
        origin is null
            ? null
            : new BuildOrigin(
                "", origin.Repo, origin.Ref, BuildOrigin.Join(origin.Path, kustomization.FileName), "builtin", kind));
}
