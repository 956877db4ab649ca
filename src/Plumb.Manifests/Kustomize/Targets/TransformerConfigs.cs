using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Targets;

/// <summary>The fields that a kustomization's transformations work on: the known ones, and those of <c>configurations</c> and <c>crds</c>.</summary>
internal static class TransformerConfigs
{
    /// <exception cref="KustomizeException">A file cannot be had, or contradicts another.</exception>
    public static TransformerConfig Load(Kustomization kustomization, BuildRoot root, BuildContext context)
    {
        var config = TransformerConfig.Default;
        if (kustomization.Configurations.Count > 0)
        {
            var own = TransformerConfig.Empty;
            foreach (var entry in kustomization.Configurations)
                own = own.Merge(Read(entry, root, context, TransformerConfigReader.Read));

            config = config.Merge(own);
        }

        if (kustomization.Crds.Count == 0) return config;
        var crds = TransformerConfig.Empty;
        foreach (var entry in kustomization.Crds) crds = crds.Merge(Read(entry, root, context, CrdConfigReader.Read));
        return config.Merge(crds);
    }

    private static TransformerConfig Read(
        Entry<string> entry, BuildRoot root, BuildContext context, Func<YamlNode?, string, TransformerConfig> read)
    {
        var file = root.PlaceOf(entry.Value).File;
        try
        {
            return read(new YamlNodeReader(context.Limits).ReadOne(root.Load(entry.Value).Span, file), file);
        }
        catch (KustomizeException fault)
        {
            throw new KustomizeException(fault.Message, fault.At ?? entry.At, fault);
        }
    }
}
