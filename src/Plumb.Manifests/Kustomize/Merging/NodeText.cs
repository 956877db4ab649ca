using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Merging;

/// <summary>A value as YAML for messages: in the author's order and words, whether or not it could be built.</summary>
internal static class NodeText
{
    public static string Of(YamlNode node)
    {
        var text = new StringBuilder();
        Write(text, node, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, YamlNode node, int indent)
    {
        switch (node.Kind)
        {
            case YamlKind.Map when node.Fields > 0:
                for (var i = 0; i < node.Fields; i++)
                {
                    if (i > 0) text.Append(' ', indent);
                    text.Append(Scalar(node.KeyAt(i))).Append(':');
                    WriteField(text, node.ValueAt(i), indent);
                }

                break;
            case YamlKind.List when node.Content.Count > 0:
                for (var i = 0; i < node.Content.Count; i++)
                {
                    if (i > 0) text.Append(' ', indent);
                    text.Append("- ");
                    Write(text, node.Content[i], indent + 2);
                }

                break;
            default: text.Append(Scalar(node)).Append('\n'); break;
        }
    }

    private static void WriteField(StringBuilder text, YamlNode value, int indent)
    {
        var isNested = value.Kind != YamlKind.Scalar && value.Content.Count > 0;
        var inner = value.Kind == YamlKind.Map ? indent + 2 : indent;
        if (isNested) text.Append('\n').Append(' ', inner);
        else if (value.Kind != YamlKind.Scalar || value.Value.Length > 0 || value.Form == ScalarForm.Quoted) text.Append(' ');
        Write(text, value, inner);
    }

    private static string Scalar(YamlNode node) => node.Kind switch
    {
        YamlKind.Map => "{}",
        YamlKind.List => "[]",
        _ => node.Form == ScalarForm.Quoted ? Json.WriteText(node.Value) : node.Value,
    };
}
