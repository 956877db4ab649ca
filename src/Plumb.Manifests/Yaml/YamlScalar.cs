using System.Globalization;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Yaml;

/// <summary>
/// What an unquoted scalar means, by the rules of go-yaml v2 as Kubernetes and Helm link it. One pass on the first character decides
/// whether a look is needed at all.
/// </summary>
internal static class YamlScalar
{
    /// <summary>Resolves an unquoted, untagged scalar. <paramref name="isTimestamp"/>: it is text, but has the look of a date.</summary>
    public static Node Resolve(string text, out bool isTimestamp)
    {
        isTimestamp = false;
        if (text.Length == 0) return Node.Null;
        switch (text[0])
        {
            case '~' or 'n' or 'N' or 'y' or 'Y' or 't' or 'T' or 'f' or 'F' or 'o' or 'O':
                return Word(text) is { IsAbsent: false } word ? word : text;
            case '.':
                return Special(text) is { } special ? special : Dotted(text) is { } dotted ? FromDouble(dotted) : text;
            case '+' or '-':
                if (text.Length > 1 && text[1] == '.' && Special(text) is { } signed) return signed;
                return Number(text) is { IsAbsent: false } signedNumber ? signedNumber : text;
            case >= '0' and <= '9':
                if (Number(text) is { IsAbsent: false } number) return number;
                isTimestamp = LooksLikeTimestamp(text);
                return text;
            default:
                return text;
        }
    }

    /// <summary>Whether unquoted text that begins so may be something else than text.</summary>
    public static bool MayMean(char first) => first is '~' or 'n' or 'N' or 'y' or 'Y' or 't' or 'T' or 'f' or 'F' or 'o' or 'O' or '.' or '+' or '-'
        or (>= '0' and <= '9');

    /// <summary>Whether the text, written without quotes, would be read back as the same text and by other YAML 1.1 readers too.</summary>
    public static bool IsPlainText(string text) =>
        Resolve(text, out var timestamp).Kind == NodeKind.String && !timestamp && !LooksLikeBase60(text);

    /// <summary>
    /// The same for go-yaml v3: it leaves yes and no to older readers, for whose sake it quotes them all the same, and reads a date even
    /// where the time has a zone after a blank.
    /// </summary>
    public static bool IsPlainTextToThree(string text) =>
        Resolve(text, out var timestamp).Kind == NodeKind.String && !timestamp && !LooksLikeBase60(text);

    private static Node Word(string text) => text switch
    {
        "~" or "null" or "Null" or "NULL" => Node.Null,
        "y" or "Y" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "true" or "True" or "TRUE" => true,
        "n" or "N" or "no" or "No" or "NO" or "off" or "Off" or "OFF" or "false" or "False" or "FALSE" => false,
        _ => Node.Absent,
    };

    private static double? Special(string text) => text switch
    {
        ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" => double.PositiveInfinity,
        "-.inf" or "-.Inf" or "-.INF" => double.NegativeInfinity,
        ".nan" or ".NaN" or ".NAN" => double.NaN,
        _ => null,
    };

    private static double? Dotted(string text)
    {
        foreach (var c in text.AsSpan(1))
        {
            if (c is not (>= '0' and <= '9' or 'e' or 'E' or '+' or '-')) return null;
        }

        return IsFloat(text) ? ParseDouble(text) : null;
    }

    private static Node Number(string text)
    {
        if (!CouldBeNumber(text)) return default;
        var plain = text.Contains('_') ? text.Replace("_", "", StringComparison.Ordinal) : text;
        if (Integer(plain) is { IsAbsent: false } integer) return integer;
        if (!IsFloat(plain)) return default;
        if (IsLongInteger(plain)) return Node.BigInt(plain[0] == '+' ? plain[1..] : plain);
        return ParseDouble(plain) is { } number ? FromDouble(number) : default;
    }

    /// <summary>Most text that begins with a digit (addresses, times, sizes) is turned away here without any allocation.</summary>
    private static bool CouldBeNumber(string text)
    {
        foreach (var c in text)
        {
            if (c is >= '0' and <= '9' or '_' or '.' or '+' or '-' or >= 'a' and <= 'f' or >= 'A' and <= 'F' or 'x' or 'X' or 'o'
                or 'O') continue;
            return false;
        }

        return true;
    }

    private static Node Integer(string plain)
    {
        var span = plain.AsSpan();
        var negative = false;
        if (span[0] is '+' or '-')
        {
            negative = span[0] == '-';
            span = span[1..];
        }

        var radix = 10;
        if (span.Length > 1 && span[0] == '0')
        {
            (radix, var skip) = span[1] switch
            {
                'x' or 'X' => (16, 2),
                'o' or 'O' => (8, 2),
                'b' or 'B' => (2, 2),
                _ => (8, 1),
            };
            span = span[skip..];
        }

        if (span.Length == 0) return default;
        ulong value = 0;
        foreach (var c in span)
        {
            var digit = c switch
            {
                >= '0' and <= '9' => c - '0',
                >= 'a' and <= 'f' => c - 'a' + 10,
                >= 'A' and <= 'F' => c - 'A' + 10,
                _ => 99,
            };
            if (digit >= radix) return default;
            var high = Math.BigMul(value, (ulong)radix, out var low);
            if (high != 0 || low > ulong.MaxValue - (ulong)digit) return default;
            value = low + (ulong)digit;
        }

        if (!negative && value <= long.MaxValue) return (long)value;
        if (negative && value <= 1UL << 63) return unchecked(-(long)value);
        return negative || plain[0] == '+' ? default : Node.BigInt(value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Decimal digits only, no leading zero: kept digit by digit where Go would round to a double.</summary>
    private static bool IsLongInteger(string plain)
    {
        var digits = plain.AsSpan(plain[0] is '+' or '-' ? 1 : 0);
        return digits.Length > 18 && digits[0] != '0' && digits.IndexOfAnyExceptInRange('0', '9') < 0;
    }

    /// <summary><c>[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?</c></summary>
    private static bool IsFloat(string text)
    {
        var i = 0;
        if (text[0] is '+' or '-') i++;
        var whole = Digits(text, ref i);
        if (i < text.Length && text[i] == '.')
        {
            i++;
            var fraction = Digits(text, ref i);
            if (whole == 0 && fraction == 0) return false;
        }
        else if (whole == 0)
        {
            return false;
        }

        if (i == text.Length) return true;
        if (text[i++] is not ('e' or 'E')) return false;
        if (i < text.Length && text[i] is '+' or '-') i++;
        return Digits(text, ref i) > 0 && i == text.Length;
    }

    private static int Digits(string text, ref int i)
    {
        var start = i;
        while (i < text.Length && char.IsAsciiDigit(text[i])) i++;
        return i - start;
    }

    private static double? ParseDouble(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    /// <summary>Kubernetes passes YAML through JSON, where 1.0 is written 1 and so becomes an integer.</summary>
    private static Node FromDouble(double value)
    {
        if (!double.IsFinite(value) || value != Math.Truncate(value) || Math.Abs(value) >= 9.2e18) return value;
        return Math.Abs(value) < 1L << 53
            ? (long)value
            : (long)decimal.Parse(value.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// <c>[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?</c>: a number to YAML 1.1 readers, so text of this shape is quoted.
    /// </summary>
    private static bool LooksLikeBase60(string text)
    {
        var i = 0;
        if (text.Length > 0 && text[0] is '+' or '-') i++;
        if (i >= text.Length || !char.IsAsciiDigit(text[i])) return false;
        while (i < text.Length && (char.IsAsciiDigit(text[i]) || text[i] == '_')) i++;
        var groups = 0;
        while (i < text.Length && text[i] == ':')
        {
            i++;
            var start = i;
            if (Digits(text, ref i) is not (1 or 2)) return false;
            if (i - start == 2 && text[start] > '5') return false;
            groups++;
        }

        if (groups == 0) return false;
        if (i < text.Length && text[i] == '.')
        {
            i++;
            while (i < text.Length && (char.IsAsciiDigit(text[i]) || text[i] == '_')) i++;
        }

        return i == text.Length;
    }

    private static readonly string[] TimestampFormats =
    [
        "yyyy-M-d", "yyyy-M-d'T'H:m:s.FFFFFFFK", "yyyy-M-d't'H:m:s.FFFFFFFK", "yyyy-M-d H:m:s.FFFFFFF",
    ];

    private static bool LooksLikeTimestamp(string text)
    {
        if (text.Length < 6 || text[4] != '-' || text.AsSpan(0, 4).IndexOfAnyExceptInRange('0', '9') >= 0) return false;

        // Go wants a zone with T and none with a blank.
        if (text.AsSpan(5).IndexOfAny('T', 't') >= 0 && !text.EndsWith('Z')
            && text.AsSpan(10 < text.Length ? 10 : 5).IndexOfAny('+', '-') < 0) return false;
        return DateTimeOffset.TryParseExact(text, TimestampFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);
    }
}
