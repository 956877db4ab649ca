using System.Globalization;
using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Generators;

/// <summary>
/// JSON as <c>encoding/json</c> of Go 1.22 and later writes what it has decoded: sorted keys, all numbers doubles, what HTML could take
/// for its own escaped, and short escapes for backspace and form feed.
/// </summary>
internal static class GoJsonText
{
    public static void Append(StringBuilder json, Node value)
    {
        switch (value.Kind)
        {
            case NodeKind.Map:
                json.Append('{');
                var isFirst = true;
                foreach (var (key, inner) in value.AsMap()!.OrderBy(e => e.Key, StringComparer.Ordinal))
                {
                    if (!isFirst) json.Append(',');
                    isFirst = false;
                    AppendText(json, key);
                    json.Append(':');
                    Append(json, inner);
                }

                json.Append('}');
                break;
            case NodeKind.List:
                json.Append('[');
                var list = value.AsList()!;
                for (var i = 0; i < list.Count; i++)
                {
                    if (i > 0) json.Append(',');
                    Append(json, list[i]);
                }

                json.Append(']');
                break;
            case NodeKind.String: AppendText(json, value.AsString()!); break;
            case NodeKind.Bool: json.Append(value.AsBool() == true ? "true" : "false"); break;
            case NodeKind.Int or NodeKind.BigInt or NodeKind.Float:
                json.Append(Number(double.Parse(Json.WriteText(value), CultureInfo.InvariantCulture)));
                break;
            default: json.Append("null"); break;
        }
    }

    public static void AppendText(StringBuilder json, string value)
    {
        json.Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"': json.Append("\\\""); break;
                case '\\': json.Append("\\\\"); break;
                case '\b': json.Append("\\b"); break;
                case '\f': json.Append("\\f"); break;
                case '\n': json.Append("\\n"); break;
                case '\r': json.Append("\\r"); break;
                case '\t': json.Append("\\t"); break;
                case < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029':
                    json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default: json.Append(c); break;
            }
        }

        json.Append('"');
    }

    private static string Number(double value)
    {
        var magnitude = Math.Abs(value);
        if (magnitude == 0 || magnitude is >= 1e-6 and < 1e21) return GoFloat.Plain(value);
        var text = GoFloat.Shortest(value);
        return text.Contains("e-0", StringComparison.Ordinal) ? text.Replace("e-0", "e-", StringComparison.Ordinal) : text;
    }
}
