using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Filters;

/// <summary>Puts text before or behind names (<c>api/filters/prefix</c>, <c>suffix</c>).</summary>
internal static class NameFilter
{
    /// <summary>Sets the field to prefix, what it was, and suffix. The type is found anew, unless it has quotes.</summary>
    /// <exception cref="KustomizeException">The field is there and is no scalar.</exception>
    public static void Apply(YamlNode resource, FieldSpec field, string prefix, string suffix) => FieldSpecFilter.Apply(
        resource, field, node => NodeFields.SetValue(node, $"{prefix}{node.Value}{suffix}"), YamlKind.Scalar, YamlNode.StringTag);
}
