using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Filters;

/// <summary>
/// Reads and sets single fields with the checks and oddities of <c>kyaml</c>'s <c>FieldMatcher</c> and <c>FieldSetter</c>.
/// </summary>
internal static class NodeFields
{
    /// <summary>The value of a key; null when there is none, or the node is null.</summary>
    /// <exception cref="KustomizeException">The node is neither a map nor null.</exception>
    public static YamlNode? Get(YamlNode node, string name)
    {
        if (node.IsNull) return null;
        NodeKindFault.ThrowUnless(node, YamlKind.Map);
        return node.Get(name);
    }

    /// <summary>
    /// Sets a key; a null takes it away. What is there is changed in place and keeps its quotes; what was not there is the value itself
    /// from now on, not a copy.
    /// </summary>
    /// <exception cref="KustomizeException">The node is neither a map nor null.</exception>
    public static YamlNode? Set(YamlNode map, string name, YamlNode? value)
    {
        if (value is { IsString: true, Form: ScalarForm.Plain } && MeansOtherIn11(value.Value)) value.Form = ScalarForm.Quoted;
        if (value is null or { IsNull: true })
        {
            NodeKindFault.ThrowUnless(map, YamlKind.Map);
            return map.Remove(name);
        }

        if (Get(map, name) is { } there)
        {
            value.Form = there.Form;
            there.Become(value);
            return there;
        }

        map.Append(YamlNode.Scalar(name), value);
        return value;
    }

    /// <summary>Changes a scalar to a text with a tag; it keeps its quotes.</summary>
    /// <exception cref="KustomizeException">The node is neither a scalar nor null.</exception>
    public static void SetValue(YamlNode node, string text, string tag = "")
    {
        NodeKindFault.ThrowUnless(node, YamlKind.Scalar);
        node.Become(YamlNode.Scalar(text, tag, node.Form));
    }

    /// <summary>
    /// Sets a key to a text in each map it is called with. All maps that had no such key share one node, as in the original: what changes
    /// it in one of them later changes it in all, until the object is copied.
    /// </summary>
    public static Action<YamlNode> Entry(string name, string text, string tag)
    {
        var shared = YamlNode.Scalar(text, tag);
        return map => Set(map, name, shared);
    }

    /// <summary>Text of a scalar; empty for a null, as <c>GetValue</c>.</summary>
    public static string TextOf(YamlNode? node) => node is null or { IsNull: true } ? "" : node.Value;

    /// <summary>Text that YAML 1.1 takes for something else. Text of many lines is never in doubt, nor is empty text.</summary>
    private static bool MeansOtherIn11(string text) => text.Length > 0 && !text.Contains('\n') && YamlTags.IsOtherIn11(text);
}
