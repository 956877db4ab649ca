using System.Globalization;
using System.Text;

namespace Plumb.Manifests.Cel.Runtime;

/// <summary>Values as text.</summary>
internal static class CelText
{
    private const int LongestText = 4096;

    /// <summary>As an expression would write it; long values are cut.</summary>
    public static string Write(CelValue value)
    {
        var text = new StringBuilder();
        Write(text, value, 0);
        return text.ToString();
    }

    /// <summary>A double as Go's <c>%g</c> writes it: the fewest digits, an exponent from a million on.</summary>
    public static string Number(double value)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "+Inf" : "-Inf";
        var size = Math.Abs(value);
        if (size is not 0 and (< 1e-4 or >= 1e6))
        {
            var scientific = value.ToString("E16", CultureInfo.InvariantCulture);
            var shortest = value.ToString("R", CultureInfo.InvariantCulture);
            var mantissa = Mantissa(shortest);
            var exponent = int.Parse(scientific[(scientific.IndexOf('E') + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            return string.Create(CultureInfo.InvariantCulture, $"{(value < 0 ? "-" : "")}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }

        return value.ToString("R", CultureInfo.InvariantCulture);
    }

    private static string Mantissa(string shortest)
    {
        var end = shortest.IndexOf('E');
        var digits = (end < 0 ? shortest : shortest[..end]).Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal)
            .TrimStart('0').TrimEnd('0');
        return digits.Length <= 1 ? digits : digits[..1] + "." + digits[1..];
    }

    private static void Write(StringBuilder text, CelValue value, int depth)
    {
        if (text.Length > LongestText || depth > 64)
        {
            text.Append('…');
            return;
        }

        switch (value.Type)
        {
            case CelType.Null: text.Append("null"); break;
            case CelType.Bool: text.Append(value.IsTrue ? "true" : "false"); break;
            case CelType.Int: text.Append(CultureInfo.InvariantCulture, $"{value.Bits}"); break;
            case CelType.Uint: text.Append(CultureInfo.InvariantCulture, $"{value.Unsigned}u"); break;
            case CelType.Double:
                var number = Number(value.Number);
                text.Append(number).Append(number.AsSpan().IndexOfAnyExcept("-0123456789") < 0 ? ".0" : "");
                break;
            case CelType.String: Quote(text, value.Text); break;
            case CelType.Bytes:
                text.Append("b\"");
                foreach (var octet in value.Octets) text.Append(octet is >= 32 and < 127 and not (34 or 92) ? ((char)octet).ToString() : $"\\x{octet:x2}");
                text.Append('"');
                break;
            case CelType.List: WriteList(text, value.List, depth); break;
            case CelType.Map: WriteMap(text, value.Map, depth); break;
            case CelType.Timestamp: text.Append("timestamp(\"").Append(value.Moment).Append("\")"); break;
            case CelType.Duration: text.Append("duration(\"").Append(CelSpan.Write(value.Bits)).Append("\")"); break;
            case CelType.Type: text.Append(((CelTypeName)value.Reference!).Name); break;
            case CelType.Optional when value.Inner is { } inner:
                text.Append("optional.of(");
                Write(text, inner, depth + 1);
                text.Append(')');
                break;
            case CelType.Optional: text.Append("optional.none()"); break;
            case CelType.Error: text.Append("error: ").Append(value.Error!.Message); break;
            default: text.Append(value.Type.ToString().ToLowerInvariant()).Append("(\"").Append(value.Reference).Append("\")"); break;
        }
    }

    private static void WriteList(StringBuilder text, CelList list, int depth)
    {
        text.Append('[');
        for (var i = 0; i < list.Count && text.Length <= LongestText; i++)
        {
            if (i > 0) text.Append(", ");
            Write(text, list[i], depth + 1);
        }

        text.Append(']');
    }

    private static void WriteMap(StringBuilder text, CelMap map, int depth)
    {
        text.Append('{');
        var first = true;
        foreach (var key in map.Keys)
        {
            if (!first) text.Append(", ");
            first = false;
            Write(text, key, depth + 1);
            text.Append(": ");
            map.TryGet(key, out var value);
            Write(text, value, depth + 1);
            if (text.Length > LongestText) break;
        }

        text.Append('}');
    }

    /// <summary>Quoted as <c>strings.quote</c> does.</summary>
    public static void Quote(StringBuilder into, string text)
    {
        into.Append('"');
        foreach (var c in text)
        {
            into.Append(c switch
            {
                '\a' => "\\a", '\b' => "\\b", '\f' => "\\f", '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", '\v' => "\\v",
                '\\' => "\\\\", '"' => "\\\"", _ => c.ToString(),
            });
        }

        into.Append('"');
    }
}
