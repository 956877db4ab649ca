using Plumb.Manifests.Documents;
using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Yaml;

namespace Plumb.Manifests.Kustomize.Merging;

/// <summary>
/// A tree made of JSON as kyaml makes it (<c>RNode.UnmarshalJSON</c>): by writing the values as YAML and reading that. Keys are sorted,
/// and every number is a double by then: 1500000 is <c>1.5e+06</c> until the build is written.
/// </summary>
internal static class JsonTree
{
    public static YamlNode Of(Node value)
    {
        switch (value.Kind)
        {
            case NodeKind.Map:
                var fields = value.AsMap()!.ToArray();
                Array.Sort(fields, KeyOrder.Instance);
                var map = YamlNode.Map(fields.Length);
                map.Tag = "!!map";
                foreach (var (key, field) in fields) map.Append(Text(key), Of(field));
                return map;
            case NodeKind.List:
                var items = value.AsList()!;
                var list = YamlNode.List(items.Count);
                list.Tag = "!!seq";
                foreach (var item in items) list.Content.Add(Of(item));
                return list;
            case NodeKind.String: return Text(value.AsString()!);
            case NodeKind.Bool: return YamlNode.Scalar(value.AsBool()!.Value ? "true" : "false", YamlTags.Bool);
            case NodeKind.Int or NodeKind.BigInt or NodeKind.Float:
                var number = GoNumber.Format(value.AsDouble()!.Value);
                return YamlNode.Scalar(number, YamlTags.Of(number));
            default: return YamlNode.Null();
        }
    }

    private static YamlNode Text(string text)
    {
        var isPlain = text.Length > 0
            && !text.Contains('\n')
            && YamlScalar.IsPlainTextToThree(text)
            && TextFacts.Of(text, tabsInBlocks: true).PlainAllowed;
        return YamlNode.Scalar(text, YamlNode.StringTag, isPlain ? ScalarForm.Plain : ScalarForm.Quoted);
    }
}
