using System.Globalization;
using System.Numerics;
using System.Text;
using Plumb.Manifests.Cel.Runtime;

namespace Plumb.Manifests.Cel.Functions;

/// <summary><c>"%d of %s".format([1, "x"])</c>: the clauses s, d, f, e, b, o, x and X, with a precision for f and e.</summary>
internal static class TextFormat
{
    private const int DefaultPrecision = 6;
    private const int LargestPrecision = 100;

    public static CelValue? Format(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (!a.Are(CelType.String, CelType.List)) return null;
        var (pattern, items) = (a[0].Text, a[1].List);
        var made = new StringBuilder();
        var next = 0;
        budget.Walk(pattern.Length);
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != '%')
            {
                made.Append(pattern[i]);
                continue;
            }

            if (++i >= pattern.Length) return CelValue.Fault("unexpected end of format string");
            if (pattern[i] == '%')
            {
                made.Append('%');
                continue;
            }

            var precision = DefaultPrecision;
            if (pattern[i] == '.')
            {
                var start = ++i;
                while (i < pattern.Length && char.IsAsciiDigit(pattern[i])) i++;
                if (i == pattern.Length || !int.TryParse(pattern.AsSpan(start, i - start), NumberStyles.None, CultureInfo.InvariantCulture, out precision)
                    || precision > LargestPrecision)
                {
                    return CelValue.Fault("error while parsing precision of format string");
                }
            }

            if (next >= items.Count) return CelValue.Fault($"index {next} out of range: the format string has more clauses than there are arguments");
            var (text, fault) = Clause(pattern[i], items[next++], precision);
            if (fault is not null) return CelValue.Fault(fault);
            budget.Build(text.Length);
            made.Append(text);
        }

        budget.Build(made.Length);
        return CelValue.Of(made.ToString());
    }

    private static (string Text, string? Fault) Clause(char clause, CelValue value, int precision)
    {
        string? text = clause switch
        {
            's' => Plain(value),
            'd' => value.Type switch
            {
                CelType.Int => value.Bits.ToString(CultureInfo.InvariantCulture),
                CelType.Uint => value.Unsigned.ToString(CultureInfo.InvariantCulture),
                CelType.Double when !double.IsFinite(value.Number) => Special(value.Number),
                CelType.Double => CelText.Number(value.Number),
                _ => null,
            },
            'f' => Real(value) is { } number ? double.IsFinite(number) ? number.ToString("F" + precision, CultureInfo.InvariantCulture) : Special(number) : null,
            'e' => Real(value) is { } number ? double.IsFinite(number) ? Exponent(number, precision) : Special(number) : null,
            'b' => value.Type == CelType.Bool ? (value.IsTrue ? "1" : "0") : Digits(value, 2),
            'o' => Digits(value, 8),
            'x' => Hex(value)?.ToLowerInvariant(),
            'X' => Hex(value)?.ToUpperInvariant(),
            _ => "",
        };
        if (clause is not ('s' or 'd' or 'f' or 'e' or 'b' or 'o' or 'x' or 'X')) return ("", $"unrecognized formatting clause \"{clause}\"");
        return text is null ? ("", $"formatting clause %{clause} does not take {CelTypeName.NameOf(value.Type)}") : (text, null);
    }

    private static double? Real(CelValue value) => value.Type switch
    {
        CelType.Double => value.Number, CelType.Int => value.Bits, CelType.Uint => value.Unsigned, _ => null,
    };

    private static string Special(double number) => double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";

    private static string Exponent(double number, int precision)
    {
        var text = number.ToString("e" + precision, CultureInfo.InvariantCulture);
        var at = text.IndexOf('e') + 2;
        return text[..at] + text[at..].TrimStart('0').PadLeft(2, '0');
    }

    private static string? Digits(CelValue value, int radix)
    {
        BigInteger? number = value.Type switch { CelType.Int => value.Bits, CelType.Uint => value.Unsigned, _ => null };
        if (number is not { } n) return null;
        var digits = new StringBuilder();
        for (var rest = BigInteger.Abs(n); !rest.IsZero || digits.Length == 0; rest /= radix) digits.Insert(0, (int)(rest % radix));
        return n.Sign < 0 ? "-" + digits : digits.ToString();
    }

    private static string? Hex(CelValue value) => value.Type switch
    {
        CelType.Int when value.Bits < 0 => "-" + (-(Int128)value.Bits).ToString("x", CultureInfo.InvariantCulture).TrimStart('0'),
        CelType.Int or CelType.Uint => value.Unsigned.ToString("x", CultureInfo.InvariantCulture),
        CelType.String => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(value.Text)),
        CelType.Bytes => Convert.ToHexStringLower(value.Octets),
        _ => null,
    };

    /// <summary>Text without quotes at every level; map entries in the order of their keys.</summary>
    private static string? Plain(CelValue value)
    {
        switch (value.Type)
        {
            case CelType.String: return value.Text;
            case CelType.Bytes: return Encoding.UTF8.GetString(value.Octets);
            case CelType.Bool: return value.IsTrue ? "true" : "false";
            case CelType.Null: return "null";
            case CelType.Int: return value.Bits.ToString(CultureInfo.InvariantCulture);
            case CelType.Uint: return value.Unsigned.ToString(CultureInfo.InvariantCulture);
            case CelType.Double: return double.IsFinite(value.Number) ? CelText.Number(value.Number) : Special(value.Number);
            case CelType.Timestamp: return value.Moment.ToString();
            case CelType.Duration: return CelSpan.Write(value.Bits);
            case CelType.Type: return ((CelTypeName)value.Reference!).Name;
            case CelType.List:
                var items = value.List.Items.Select(Plain).ToList();
                return items.Contains(null) ? null : $"[{string.Join(", ", items)}]";
            case CelType.Map:
                var entries = value.Map.Keys.Select(k => (Key: Plain(k), Value: value.Map.TryGet(k, out var v) ? Plain(v) : null)).ToList();
                return entries.Exists(e => e.Value is null) ? null
                    : "{" + string.Join(", ", entries.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"{e.Key}: {e.Value}")) + "}";
            default: return null;
        }
    }
}
