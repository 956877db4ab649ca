using System.Globalization;
using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Filters;

/// <summary>Sets how many replicas there are to be (<c>api/filters/replicacount</c>).</summary>
internal static class ReplicaCountFilter
{
    /// <exception cref="KustomizeException">The field is there and is no scalar.</exception>
    public static void Apply(YamlNode resource, FieldSpec field, long count) => FieldSpecFilter.Apply(
        resource,
        field,
        node => NodeFields.SetValue(node, count.ToString(CultureInfo.InvariantCulture), YamlTags.Int),
        YamlKind.Scalar,
        YamlTags.Int);
}
