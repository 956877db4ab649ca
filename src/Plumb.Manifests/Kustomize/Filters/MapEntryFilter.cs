using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Filters;

/// <summary>Adds labels or annotations to the maps that fields mean (<c>api/filters/labels</c>, <c>annotations</c>).</summary>
internal static class MapEntryFilter
{
    /// <summary>Sets all entries, in the order of their keys. Values are text, whatever they look like.</summary>
    /// <exception cref="KustomizeException">A field is there and is no map.</exception>
    public static void Apply(YamlNode resource, IReadOnlyDictionary<string, string> entries, IReadOnlyList<FieldSpec> fields)
    {
        foreach (var (key, value) in entries.OrderBy(e => e.Key, StringComparer.Ordinal))
            FieldSpecFilter.Apply(resource, fields, NodeFields.Entry(key, value, YamlNode.StringTag), YamlKind.Map, "!!map");
    }
}
