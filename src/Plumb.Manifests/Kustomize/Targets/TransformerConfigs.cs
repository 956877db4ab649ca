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
            foreach (var path in kustomization.Configurations)
            {
                var file = root.PlaceOf(path).File;
                own = own.Merge(TransformerConfigReader.Read(Document(path, file, root, context), file));
            }

            config = config.Merge(own);
        }

        if (kustomization.Crds.Count == 0) return config;
        var crds = TransformerConfig.Empty;
        foreach (var path in kustomization.Crds)
        {
            var file = root.PlaceOf(path).File;
            crds = crds.Merge(CrdConfigReader.Read(Document(path, file, root, context), file));
        }

        return config.Merge(crds);
    }

    private static YamlNode? Document(string path, string file, BuildRoot root, BuildContext context) =>
        new YamlNodeReader(context.Limits).ReadOne(root.Load(path).Span, file);
}
