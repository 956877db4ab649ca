using System.Globalization;
using System.Text;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Fields;

/// <summary>
/// Scalars as Go writes them. Keys of <c>fieldsV1</c> hold JSON inside a string, so its exact spelling is part of the key: Go escapes
/// <c>&lt;</c>, <c>&gt;</c> and <c>&amp;</c>.
/// </summary>
internal static class GoJson
{
    public static void Append(StringBuilder text, Node value)
    {
        switch (value.Kind)
        {
            case NodeKind.String: AppendString(text, value.AsString()!); break;
            case NodeKind.Map:
                text.Append('{');
                var first = true;
                foreach (var (key, inner) in value.AsMap()!.OrderBy(e => e.Key, StringComparer.Ordinal))
                {
                    if (!first) text.Append(',');
                    first = false;
                    AppendString(text, key);
                    text.Append(':');
                    Append(text, inner);
                }

                text.Append('}');
                break;
            case NodeKind.List:
                text.Append('[');
                var list = value.AsList()!;
                for (var i = 0; i < list.Count; i++)
                {
                    if (i > 0) text.Append(',');
                    Append(text, list[i]);
                }

                text.Append(']');
                break;
            default: text.Append(Json.WriteText(value)); break;
        }
    }

    public static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029':
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default: text.Append(c); break;
            }
        }

        text.Append('"');
    }

    /// <summary>As Go's <c>%q</c> for text and <c>%v</c> for the rest: for messages.</summary>
    public static void AppendQuoted(StringBuilder text, Node value)
    {
        if (value.AsString() is { } plain) AppendQuoted(text, plain);
        else text.Append(value.IsAbsent ? "null" : Json.WriteText(value));
    }

    /// <summary>As Go's <c>%q</c>.</summary>
    public static void AppendQuoted(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\a': text.Append("\\a"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case '\v': text.Append("\\v"); break;
                case < ' ' or '\u007f': text.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"); break;
                default: text.Append(c); break;
            }
        }

        text.Append('"');
    }

    /// <summary>As Go's <c>%q</c>.</summary>
    public static string Quote(string value)
    {
        var text = new StringBuilder(value.Length + 2);
        AppendQuoted(text, value);
        return text.ToString();
    }
}
