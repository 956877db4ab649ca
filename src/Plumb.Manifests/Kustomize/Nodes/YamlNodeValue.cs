using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Kustomize.Nodes;

/// <summary>Turns what Kustomize has worked on into plain values, as the end of a build does by way of YAML and JSON.</summary>
internal static class YamlNodeValue
{
    /// <exception cref="KustomizeException">A key is there twice or is no text, a tag does not fit its value, or JSON has no such number.</exception>
    public static Node ToNode(YamlNode node)
    {
        switch (node.Kind)
        {
            case YamlKind.Map:
                var map = new MapNode(node.Fields);
                for (var i = 0; i < node.Fields; i++)
                {
                    var key = Key(node.KeyAt(i));
                    if (map.ContainsKey(key))
                    {
                        throw new KustomizeException(
                            $"yaml: unmarshal errors:\n  line {node.KeyAt(i).Line}: mapping key \"{key}\" already defined");
                    }

                    map[key] = ToNode(node.ValueAt(i));
                }

                return map;
            case YamlKind.List:
                var list = new ListNode();
                foreach (var item in node.Content) list.Add(ToNode(item));
                return list;
            default: return Scalar(node);
        }
    }

    private static string Key(YamlNode key) =>
        key.Kind == YamlKind.Scalar && MeaningOf(key) == YamlNode.StringTag
            ? key.Value
            : throw new KustomizeException(
                $"json: unsupported type: map[interface {{}}]interface {{}}: the key {key} is no text; quote it");

    private static Node Scalar(YamlNode node)
    {
        var tag = MeaningOf(node);
        if (tag == YamlNode.StringTag) return node.Value;
        if (node.Form == ScalarForm.Quoted) return node.Value;
        var value = YamlTags.Resolve(node.Value, out var meant);
        if (meant != tag && !(tag == YamlTags.Float && meant == YamlTags.Int))
        {
            if (tag is not (YamlTags.Bool or YamlTags.Int or YamlTags.Float or YamlNode.NullTag or YamlTags.Timestamp)) return node.Value;
            throw new KustomizeException($"yaml: cannot decode {meant} `{node.Value}` as a {tag}");
        }

        if (value.Kind == NodeKind.Float && !double.IsFinite(value.AsDouble()!.Value))
            throw new KustomizeException($"json: unsupported value: {node.Value}; quote it if it is text");
        return value;
    }

    /// <summary>The tag that what is written will be read back with.</summary>
    private static string MeaningOf(YamlNode scalar)
    {
        if (scalar.Tag.Length > 0) return scalar.Tag;
        return scalar.Form == ScalarForm.Quoted || scalar.Value.Contains('\n') ? YamlNode.StringTag : YamlTags.Of(scalar.Value);
    }
}
