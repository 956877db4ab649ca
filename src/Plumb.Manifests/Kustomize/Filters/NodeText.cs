using System.Text;
using Plumb.Manifests.Fields;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Filters;

/// <summary>
/// The YAML of a node as go-yaml v3 writes it, in the order it stands: for messages, and where Kustomize looks for an item by the way it
/// is written. Which quotes a scalar had is not known; they are double ones here.
/// </summary>
internal static class NodeText
{
    /// <summary>With a line feed at the end.</summary>
    public static string Of(YamlNode node)
    {
        var text = new StringBuilder();
        switch (node.Kind)
        {
            case YamlKind.Scalar:
                AppendScalar(text, node, "");
                text.Append('\n');
                break;
            case var _ when node.Content.Count == 0: text.Append(node.Kind == YamlKind.Map ? "{}\n" : "[]\n"); break;
            default: AppendContent(text, node, ""); break;
        }

        return text.ToString();
    }

    private static void AppendContent(StringBuilder text, YamlNode node, string indent)
    {
        var isMap = node.Kind == YamlKind.Map;
        for (var i = 0; i < node.Content.Count; i += isMap ? 2 : 1)
        {
            if (i > 0) text.Append(indent);
            var value = node.Content[isMap ? i + 1 : i];
            if (isMap)
            {
                AppendScalar(text, node.Content[i], indent);
                text.Append(':');
            }
            else
            {
                text.Append('-');
            }

            AppendValue(text, value, indent, isMap);
        }
    }

    private static void AppendValue(StringBuilder text, YamlNode value, string indent, bool isInMap)
    {
        if (value.Kind == YamlKind.Scalar)
        {
            if (value.Value.Length > 0 || !value.IsNull) text.Append(' ');
            AppendScalar(text, value, indent + "  ");
            text.Append('\n');
            return;
        }

        if (value.Content.Count == 0)
        {
            text.Append(value.Kind == YamlKind.Map ? " {}\n" : " []\n");
            return;
        }

        // Lists stand under their key without an indent; what is in a list begins on the line of its dash.
        var inner = isInMap && value.Kind == YamlKind.List ? indent : indent + "  ";
        text.Append(isInMap ? "\n" + inner : " ");
        AppendContent(text, value, inner);
    }

    private static void AppendScalar(StringBuilder text, YamlNode scalar, string indent)
    {
        var value = scalar.Value;
        var isText = scalar.Tag == YamlNode.StringTag;
        if (value.Contains('\n'))
        {
            text.Append(value.EndsWith('\n') ? "|" : "|-");
            foreach (var line in value.TrimEnd('\n').Split('\n')) text.Append('\n').Append(line.Length > 0 ? indent : "").Append(line);
        }
        else if (scalar.Form == ScalarForm.Quoted || (isText && YamlTags.Of(value) != YamlNode.StringTag))
        {
            GoJson.AppendQuoted(text, value);
        }
        else if (isText && !MayBePlain(value))
        {
            text.Append('\'').Append(value.Replace("'", "''", StringComparison.Ordinal)).Append('\'');
        }
        else
        {
            text.Append(value);
        }
    }

    private static bool MayBePlain(string value) =>
        !(char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1]) || value[^1] == ':' || "#,[]{}&*!|>'\"%@`".Contains(value[0])
            || value.Contains(": ", StringComparison.Ordinal) || value.Contains(" #", StringComparison.Ordinal)
            || value.StartsWith("- ", StringComparison.Ordinal) || value.StartsWith("? ", StringComparison.Ordinal));
}
