using System.Globalization;
using System.Text;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Schemas;

/// <summary>Values as Go's <c>%q</c> and <c>%v</c> write them in messages.</summary>
internal static class Text
{
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < ' ' or '\u007f' => quoted.Append("\\x").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture)),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    public static string Value(Node value) => value.Kind switch
    {
        NodeKind.String => Quote(value.AsString()!),
        NodeKind.Float => Number(value.AsDouble()!.Value),
        NodeKind.Map => "map[string]interface {}{" + string.Join(", ", value.AsMap()!.OrderBy(e => e.Key, StringComparer.Ordinal)
            .Select(e => Quote(e.Key) + ":" + Value(e.Value))) + "}",
        _ => value.ToString(),
    };

    /// <summary>A number as <c>%v</c> writes it: whole numbers with an exponent from a million on.</summary>
    public static string Number(double number)
    {
        if (number == Math.Truncate(number) && Math.Abs(number) < 1e6) return number.ToString("F0", CultureInfo.InvariantCulture);
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        if (Math.Abs(number) is >= 1e-4 and < 1e21 && number != Math.Truncate(number)) return text;
        var digits = number.ToString("E16", CultureInfo.InvariantCulture);
        var exponent = int.Parse(digits[(digits.IndexOf('E') + 1)..], CultureInfo.InvariantCulture);
        var mantissa = (number / Math.Pow(10, exponent)).ToString("R", CultureInfo.InvariantCulture);
        return mantissa + "e" + (exponent < 0 ? "-" : "+") + Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture);
    }
}
