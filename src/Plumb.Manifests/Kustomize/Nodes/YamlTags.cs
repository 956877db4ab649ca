using System.Globalization;
using System.Numerics;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Kustomize.Nodes;

/// <summary>What a plain scalar means to go-yaml v3, which differs from v2: <c>yes</c> is text, dates are dates.</summary>
internal static class YamlTags
{
    public const string Bool = "!!bool";
    public const string Int = "!!int";
    public const string Float = "!!float";
    public const string Timestamp = "!!timestamp";
    public const string Merge = "!!merge";

    private static readonly string[] TimeFormats =
    [
        "yyyy-M-d'T'H:m:s.FFFFFFFK", "yyyy-M-d't'H:m:s.FFFFFFFK", "yyyy-M-d H:m:s.FFFFFFF", "yyyy-M-d",
    ];

    /// <summary>The short tag of a plain scalar.</summary>
    public static string Of(string text)
    {
        Resolve(text, out var tag);
        return tag;
    }

    /// <summary>
    /// The value of a plain scalar as it comes out of a build, which goes through JSON: whole numbers lose their fraction, dates are text.
    /// Infinities and not-a-number stay doubles; JSON has none, so whoever writes has to refuse them.
    /// </summary>
    public static Node Resolve(string text, out string tag)
    {
        tag = YamlNode.StringTag;
        if (text.Length == 0)
        {
            tag = YamlNode.NullTag;
            return Node.Null;
        }

        switch (text[0])
        {
            case '~' or 'n' or 'N' or 't' or 'T' or 'f' or 'F' or '<': return Word(text, out tag);
            case '.': return Special(text, out tag) is { IsAbsent: false } special ? special : Dotted(text, out tag);
            case '+' or '-' or (>= '0' and <= '9'):
                if (text.Length > 1 && text[1] == '.' && Special(text, out tag) is { IsAbsent: false } signed) return signed;
                return Numeric(text, out tag);
            default: return text;
        }
    }

    /// <summary>Whether YAML 1.1 takes a plain scalar for something other than text (<c>IsYaml1_1NonString</c>).</summary>
    public static bool IsOtherIn11(string text)
    {
        if (text.Length == 0 || text.Contains('\n')) return false;
        var value = Yaml.YamlScalar.Resolve(text, out var timestamp);
        return value.Kind != NodeKind.String || timestamp || text is "<<";
    }

    private static Node Word(string text, out string tag)
    {
        switch (text)
        {
            case "~" or "null" or "Null" or "NULL":
                tag = YamlNode.NullTag;
                return Node.Null;
            case "true" or "True" or "TRUE":
                tag = Bool;
                return true;
            case "false" or "False" or "FALSE":
                tag = Bool;
                return false;
            case "<<":
                tag = Merge;
                return text;
            default:
                tag = YamlNode.StringTag;
                return text;
        }
    }

    private static Node Special(string text, out string tag)
    {
        tag = Float;
        switch (text)
        {
            case ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF": return double.PositiveInfinity;
            case "-.inf" or "-.Inf" or "-.INF": return double.NegativeInfinity;
            case ".nan" or ".NaN" or ".NAN": return double.NaN;
            default:
                tag = YamlNode.StringTag;
                return Node.Absent;
        }
    }

    private static Node Dotted(string text, out string tag)
    {
        tag = YamlNode.StringTag;
        if (!IsFloat(text) || ParseFloat(text) is not { } value) return text;
        tag = Float;
        return FromDouble(value);
    }

    private static Node Numeric(string text, out string tag)
    {
        tag = YamlNode.StringTag;
        if (IsTime(text, out var time))
        {
            tag = Timestamp;
            return time;
        }

        var plain = text.Contains('_') ? text.Replace("_", "", StringComparison.Ordinal) : text;
        if (Integer(plain) is { } integer)
        {
            tag = Int;
            return integer >= long.MinValue && integer <= long.MaxValue
                ? (long)integer
                : Node.BigInt(integer.ToString(CultureInfo.InvariantCulture));
        }

        if (!IsFloat(plain) || ParseFloat(plain) is not { } value) return text;
        tag = Float;
        return FromDouble(value);
    }

    /// <summary><c>strconv.ParseInt(text, 0, 64)</c>, then <c>ParseUint</c>, then the prefixes that go-yaml adds.</summary>
    private static BigInteger? Integer(string plain)
    {
        var digits = plain.AsSpan();
        if (digits.Length == 0) return null;
        var isNegative = digits[0] == '-';
        var isSigned = digits[0] is '-' or '+';
        if (isSigned) digits = digits[1..];
        var radix = 10;
        if (digits.Length > 1 && digits[0] == '0')
        {
            (radix, var skip) = digits[1] switch
            {
                'x' or 'X' => (16, 2),
                'o' or 'O' => (8, 2),
                'b' or 'B' => (2, 2),
                _ => (8, 1),
            };
            digits = digits[skip..];
        }

        if (digits.Length == 0) return null;
        BigInteger value = 0;
        foreach (var c in digits)
        {
            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;
            if (digit >= radix) return null;
            value = (value * radix) + digit;
            if (value > ulong.MaxValue) return null;
        }

        // Only unsigned text may exceed the signed range.
        if (isNegative) return value <= (BigInteger)long.MaxValue + 1 ? -value : null;
        return isSigned && value > long.MaxValue ? null : value;
    }

    /// <summary><c>[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?</c></summary>
    private static bool IsFloat(string text)
    {
        var i = text.Length > 0 && text[0] is '-' or '+' ? 1 : 0;
        var whole = Digits(text, ref i);
        var fraction = 0;
        if (i < text.Length && text[i] == '.')
        {
            i++;
            fraction = Digits(text, ref i);
        }

        if (whole == 0 && fraction == 0) return false;
        if (i < text.Length && text[i] is 'e' or 'E')
        {
            i++;
            if (i < text.Length && text[i] is '-' or '+') i++;
            if (Digits(text, ref i) == 0) return false;
        }

        return i == text.Length;
    }

    private static int Digits(string text, ref int i)
    {
        var start = i;
        while (i < text.Length && char.IsAsciiDigit(text[i])) i++;
        return i - start;
    }

    /// <summary>Null when it is out of a double's range, which Go reports as a fault.</summary>
    private static double? ParseFloat(string text)
    {
        var value = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? value : null;
    }

    private static Node FromDouble(double value)
    {
        // JSON writes whole numbers below 1e21 without an exponent, and what reads it then takes them for integers if they fit. The digits
        // are the fewest that tell the double, and zeros.
        if (Math.Floor(value) != value || Math.Abs(value) > 1.8446744073709551e19) return value;
        var whole = BigInteger.Parse(value.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);
        if (whole >= long.MinValue && whole <= long.MaxValue) return (long)whole;
        return whole > 0 && whole <= ulong.MaxValue ? Node.BigInt(whole.ToString(CultureInfo.InvariantCulture)) : value;
    }

    /// <summary>The dates that go-yaml knows, written as JSON writes them (RFC 3339 with as many digits as needed).</summary>
    private static bool IsTime(string text, out string time)
    {
        time = "";
        if (text.Length < 8 || text[4] != '-') return false;
        for (var i = 0; i < 4; i++)
        {
            if (!char.IsAsciiDigit(text[i])) return false;
        }

        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal;
        if (!DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, Styles, out var value)) return false;

        // A time of day with T has to name its zone.
        if (text.AsSpan().IndexOfAny('T', 't') >= 0 && !HasZone(text)) return false;
        time = value.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)
            + (value.Offset == TimeSpan.Zero ? "Z" : value.ToString("zzz", CultureInfo.InvariantCulture));
        return true;
    }

    private static bool HasZone(string text) => text[^1] == 'Z' || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
}
