using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Filters;
using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Kustomize.Resources;
using Plumb.Manifests.Kustomize.Transformers;

namespace Plumb.Manifests.Kustomize.Targets;

/// <summary>
/// Plugins that are configured by an object, as <c>generators</c>, <c>transformers</c> and <c>validators</c> name them. Unlike in a
/// kustomization, fields that do not exist are passed over.
/// </summary>
internal static class BuiltInPlugins
{
    public static object Create(Resource config, BuildRoot root, BuildContext context)
    {
        var map = YamlNodeValue.ToNode(config.Node!).AsMap()!;
        var fields = new FieldBinder(map, null, [], config.Kind) { IsLenient = true };
        var specs = new Lazy<IReadOnlyList<FieldSpec>>(() => [.. fields.Maps("fieldSpecs").Select(KustomizationReader.FieldSpec)]);
        switch (config.Kind)
        {
            case "ConfigMapGenerator": return new DataGenerator(Generator(fields, isSecret: false), isSecret: false, root, context);
            case "SecretGenerator": return new DataGenerator(Generator(fields, isSecret: true), isSecret: true, root, context);
            case "HelmChartInflationGenerator":
                return new ChartGenerator(KustomizationReader.Chart(fields), fields.Text("chartHome"), root, context);
            case "IAMPolicyGenerator": return new IamPolicyGenerator(fields, context);
            case "AnnotationsTransformer": return new AnnotationsTransformer(fields.TextMap("annotations"), specs.Value);
            case "HashTransformer": return new HashTransformer();
            case "ImageTagTransformer":
                return new ImageTransformer(
                    fields.Map("imageTag") is { } image ? KustomizationReader.Image(image) : new ImageChange(""), specs.Value);
            case "LabelTransformer": return new LabelTransformer(fields.TextMap("labels"), specs.Value);
            case "NamespaceTransformer":
                return new NamespaceTransformer(
                    fields.Map("metadata")?.Text("namespace") ?? "", specs.Value, context, fields.Flag("unsetOnly"),
                    fields.Text("setRoleBindingSubjects"));
            case "PatchJson6902Transformer":
                return new JsonPatchTransformer(
                    new PatchEntry(fields.Text("path"), fields.Text("jsonOp"), Target(fields), false, false, config.ReadAt), root);
            case "PatchStrategicMergeTransformer":
                return new MergePatchesTransformer(
                    [.. fields.Texts("paths").Select(p => new Entry<string>(p, config.ReadAt))], fields.Text("patches"), root, context);
            case "PatchTransformer": return new PatchTransformer(KustomizationReader.Patch(fields) with { At = config.ReadAt }, root, context);
            case "PrefixTransformer": return new AffixTransformer(fields.Text("prefix"), "", Required(specs.Value));
            case "SuffixTransformer": return new AffixTransformer("", fields.Text("suffix"), Required(specs.Value));
            case "PrefixSuffixTransformer": return new AffixTransformer(fields.Text("prefix"), fields.Text("suffix"), Required(specs.Value));
            case "ReplacementTransformer":
                return new ReplacementTransformer([.. fields.Maps("replacements").Select(ReplacementBinder.Entry)], root, context);
            case "ReplicaCountTransformer":
                return new ReplicaTransformer(
                    fields.Map("replica") is { } replica ? KustomizationReader.Replica(replica) : new ReplicaEntry("", 0, null), specs.Value);
            case "ValueAddTransformer": return new ValueAddTransformer(fields, root, context);
            default: throw new KustomizeException($"unable to load builtin {config.Gvk}", config.ReadAt);
        }
    }

    private static SelectorEntry? Target(FieldBinder fields) => fields.Map("target") is { } target ? KustomizationReader.Selector(target) : null;

    private static GeneratorEntry Generator(FieldBinder fields, bool isSecret)
    {
        var metadata = fields.Map("metadata");
        var entry = KustomizationReader.Generator(fields, null, isSecret);
        return entry with
        {
            Name = entry.Name.Length > 0 ? entry.Name : metadata?.Text("name") ?? "",
            Namespace = entry.Namespace.Length > 0 ? entry.Namespace : metadata?.Text("namespace") ?? "",
        };
    }

    private static IReadOnlyList<FieldSpec> Required(IReadOnlyList<FieldSpec> fields) =>
        fields.Count > 0 ? fields : throw new KustomizeException("fieldSpecs is not expected to be nil");
}
