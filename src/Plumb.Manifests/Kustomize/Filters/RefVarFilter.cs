using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Filters;

/// <summary>Puts variables into a field: text, or the texts of a map or list (<c>api/filters/refvar</c>).</summary>
internal static class RefVarFilter
{
    /// <exception cref="KustomizeException">An item of a list, or a key of a map, is no text.</exception>
    public static void Apply(YamlNode resource, FieldSpec field, VarExpansion variables) =>
        FieldSpecFilter.Apply(resource, field, node => Set(node, variables));

    private static void Set(YamlNode node, VarExpansion variables)
    {
        if (node.IsNull) return;
        switch (node.Kind)
        {
            case YamlKind.Scalar: Expand(node, variables); break;
            case YamlKind.Map:
                for (var i = 0; i < node.Fields; i++)
                {
                    var key = node.KeyAt(i);
                    if (!key.IsString) throw new KustomizeException($"invalid map key: value='{key.Value}', tag='{key.Tag}'");
                    Expand(node.ValueAt(i), variables);
                }

                break;
            default:
                foreach (var item in node.Content)
                {
                    if (!item.IsString) throw new KustomizeException("invalid value type expect a string");
                    Expand(item, variables);
                }

                break;
        }
    }

    private static void Expand(YamlNode node, VarExpansion variables)
    {
        if (!node.IsString) return;
        var value = variables.Expand(node.Value);
        node.SetValue(value.Whole);
        node.Tag = value.Tag;
        node.Form = ScalarForm.Plain;
    }
}
