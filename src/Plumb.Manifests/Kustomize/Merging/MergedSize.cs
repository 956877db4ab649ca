using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Yaml;

namespace Plumb.Manifests.Kustomize.Merging;

/// <summary>
/// Bounds what merging makes of items that lack a key: kyaml takes them for new ones and puts them in again with each patch, so that a
/// few patches to nested lists would fill any memory.
/// </summary>
internal static class MergedSize
{
    /// <exception cref="KustomizeException">There are more values than a file may have.</exception>
    public static void Check(YamlNode merged)
    {
        var limit = YamlLimits.Default.MaxNodes;
        if (Count(merged, limit) > limit)
        {
            throw new KustomizeException(
                $"merging items that lack a key multiplied them to more than the {limit} values allowed; give them all their keys");
        }
    }

    private static int Count(YamlNode node, int limit)
    {
        var count = 1;
        foreach (var inner in node.Content)
        {
            if (count > limit) return count;
            count += Count(inner, limit - count);
        }

        return count;
    }
}
