using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Jq.Runtime;

namespace Plumb.Manifests.Jq.Functions;

/// <summary>Values as text: <c>tostring</c>, <c>tojson</c> and the formats <c>@json</c>, <c>@base64</c>, ….</summary>
internal static class Formats
{
    public static bool IsKnown(string format) => format is "text" or "json" or "html" or "uri" or "csv" or "tsv" or "sh" or "base64" or "base64d";

    public static string Apply(Machine machine, string format, Node value)
    {
        var text = format is "json" or "csv" or "tsv" or "sh" ? "" : ToText(machine, value);
        return format switch
        {
            "json" => ToJson(machine, value),
            "html" => Html(text),
            "uri" => Uri.EscapeDataString(text),
            "csv" => Row(machine, value, "csv", ",", static s => $"\"{s.Replace("\"", "\"\"", StringComparison.Ordinal)}\""),
            "tsv" => Row(machine, value, "tsv", "\t", static s => s.Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\t", "\\t", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal)),
            "sh" => Shell(machine, value),
            "base64" => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)),
            "base64d" => Decode(text),
            _ => text,
        };
    }

    public static string ToText(Machine machine, Node value) => value.AsString() ?? ToJson(machine, value);

    /// <summary>Compact JSON, keys in their own order, as jq writes it.</summary>
    public static string ToJson(Machine machine, Node value)
    {
        var made = new StringBuilder();
        Write(machine, value, made);
        return made.ToString();
    }

    private static void Write(Machine machine, Node value, StringBuilder into)
    {
        machine.Tick();
        machine.CheckStack();
        if (into.Length > machine.Limits.TextLength) machine.CheckText(into.Length);
        switch (value.Kind)
        {
            case NodeKind.Map:
                var first = true;
                into.Append('{');
                foreach (var (key, below) in value.AsMap()!)
                {
                    if (!first) into.Append(',');
                    first = false;
                    Quote(key, into);
                    into.Append(':');
                    Write(machine, below, into);
                }

                into.Append('}');
                break;
            case NodeKind.List:
                into.Append('[');
                for (var i = 0; i < value.AsList()!.Count; i++)
                {
                    if (i > 0) into.Append(',');
                    Write(machine, value.AsList()![i], into);
                }

                into.Append(']');
                break;
            case NodeKind.String: Quote(value.AsString()!, into); break;
            case NodeKind.Bool: into.Append(value.AsBool() == true ? "true" : "false"); break;
            case NodeKind.Int: into.Append(CultureInfo.InvariantCulture, $"{value.AsInt()!.Value}"); break;
            case NodeKind.BigInt: into.Append(value.AsBigInt()); break;
            case NodeKind.Float: into.Append(Number(value.AsDouble()!.Value)); break;
            default: into.Append("null"); break;
        }
    }

    /// <summary>As jq has it: what is not a number is null, and infinities are the greatest number.</summary>
    private static string Number(double value)
    {
        if (double.IsNaN(value)) return "null";
        value = Math.Clamp(value, double.MinValue, double.MaxValue);
        return value.ToString(value == Math.Truncate(value) && Math.Abs(value) < 1e17 ? "F0" : "R", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal);
    }

    private static void Quote(string text, StringBuilder into) =>
        into.Append('"').Append(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value).Append('"');

    private static string Html(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal);

    private static string Row(Machine machine, Node value, string format, string separator, Func<string, string> quote)
    {
        if (value.AsList() is not { } row) throw new JqRuntimeException($"{Values.TypeOf(value)} cannot be {format}-formatted, only an array can be");
        return string.Join(separator, row.Select(cell => cell.Kind switch
        {
            NodeKind.String => quote(cell.AsString()!),
            NodeKind.Null => "",
            NodeKind.List or NodeKind.Map => throw new JqRuntimeException($"{Values.TypeOf(cell)} is not valid in a {format} row"),
            _ => ToText(machine, cell),
        }));
    }

    private static string Shell(Machine machine, Node value) => string.Join(' ', (value.AsList() ?? new ListNode([value])).Select(item => item.Kind switch
    {
        NodeKind.String => $"'{item.AsString()!.Replace("'", "'\\''", StringComparison.Ordinal)}'",
        NodeKind.List or NodeKind.Map => throw new JqRuntimeException($"{Values.TypeOf(item)} can not be escaped for shell"),
        _ => ToText(machine, item),
    }));

    private static string Decode(string text)
    {
        var padded = text.TrimEnd('=');
        padded = padded.PadRight((padded.Length + 3) / 4 * 4, '=');
        var bytes = new byte[padded.Length];
        return Convert.TryFromBase64String(padded, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : throw new JqRuntimeException("string is not valid base64 data");
    }
}
