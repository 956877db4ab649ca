using System.Globalization;
using System.Numerics;

namespace Plumb.GoTemplate.Formatting;

/// <summary>Why a text is no number (<c>strconv</c>'s errors).</summary>
internal enum NumberFault
{
    None,
    Syntax,
    Range,
}

/// <summary>Numbers as Go reads them (<c>strconv.ParseInt</c>, <c>ParseUint</c>, <c>ParseFloat</c>, <c>ParseBool</c>).</summary>
internal static class GoNumber
{
    /// <summary>
    /// Reads a signed integer; with base 0 a prefix decides and underscores may part digits. Null with the reason when it is none.
    /// </summary>
    public static long? ParseInt(string text, int radix, int bits, out NumberFault fault)
    {
        fault = NumberFault.Syntax;
        if (text.Length == 0) return null;
        var negative = text[0] == '-';
        var digits = text[0] is '+' or '-' ? text[1..] : text;
        var value = ParseUint(digits, radix, 64, out fault);
        if (value is null) return fault == NumberFault.Range ? Clamp(negative, bits, ref fault) : null;
        var cut = 1UL << (bits - 1);
        if (!negative && value >= cut) return Clamp(negative, bits, ref fault);
        if (negative && value > cut) return Clamp(negative, bits, ref fault);
        return negative ? -(long)value.Value : (long)value.Value;
    }

    /// <summary>What ParseInt gives with its range error: the nearest value.</summary>
    public static long Nearest(string text, int bits) =>
        text.StartsWith('-') ? -(1L << (bits - 2)) * 2 : (1L << (bits - 2)) - 1 + (1L << (bits - 2));

    /// <summary>Reads an unsigned integer.</summary>
    public static ulong? ParseUint(string text, int radix, int bits, out NumberFault fault)
    {
        fault = NumberFault.Syntax;
        if (text.Length == 0) return null;
        var whole = text;
        var prefixed = radix == 0;
        if (prefixed)
        {
            radix = 10;
            if (text[0] == '0')
            {
                (radix, text) = text switch
                {
                    [_, 'b' or 'B', _, ..] => (2, text[2..]),
                    [_, 'o' or 'O', _, ..] => (8, text[2..]),
                    [_, 'x' or 'X', _, ..] => (16, text[2..]),
                    _ => (8, text[1..]),
                };
            }
        }

        var value = BigInteger.Zero;
        var max = bits == 64 ? ulong.MaxValue : (1UL << bits) - 1;
        var small = 0UL;
        var overflow = false;
        var underscores = false;
        foreach (var c in text)
        {
            if (c == '_' && prefixed)
            {
                underscores = true;
                continue;
            }

            var digit = c switch
            {
                >= '0' and <= '9' => c - '0',
                >= 'a' and <= 'z' => c - 'a' + 10,
                >= 'A' and <= 'Z' => c - 'A' + 10,
                _ => 99,
            };
            if (digit >= radix) return null;
            var next = ((UInt128)small * (uint)radix) + (uint)digit;
            if (next > max) overflow = true;
            else small = (ulong)next;
        }

        if (underscores && !UnderscoresAreFine(whole)) return null;
        fault = overflow ? NumberFault.Range : NumberFault.None;
        return overflow ? null : small;
    }

    /// <summary>
    /// Reads a floating-point number, decimal or hexadecimal; null when it is none. Too large a number is infinite with fault Range.
    /// </summary>
    public static double? ParseFloat(string text, out NumberFault fault)
    {
        fault = NumberFault.Syntax;
        if (text.Contains('_'))
        {
            if (!UnderscoresAreFine(text)) return null;
            text = text.Replace("_", "", StringComparison.Ordinal);
        }

        var body = text.AsSpan();
        var negative = body is ['-', ..];
        if (body is ['+' or '-', ..]) body = body[1..];
        if (body.Equals("inf", StringComparison.OrdinalIgnoreCase) || body.Equals("infinity", StringComparison.OrdinalIgnoreCase))
        {
            fault = NumberFault.None;
            return negative ? double.NegativeInfinity : double.PositiveInfinity;
        }

        if (body.Equals("nan", StringComparison.OrdinalIgnoreCase) && body.Length == text.Length)
        {
            fault = NumberFault.None;
            return double.NaN;
        }

        if (body is ['0', 'x' or 'X', ..]) return Hexadecimal(text, body[2..], negative, ref fault);
        if (!IsDecimal(body)) return null;
        var number = double.Parse(body, NumberStyles.Float, CultureInfo.InvariantCulture);
        fault = double.IsInfinity(number) ? NumberFault.Range : NumberFault.None;
        return negative ? -number : number;
    }

    /// <summary>Reads a floating-point number; null when it is none or too large.</summary>
    public static double? ParseFloat(string text) =>
        ParseFloat(text, out var fault) is { } number && fault == NumberFault.None ? number : null;

    private static long? Clamp(bool negative, int bits, ref NumberFault fault)
    {
        fault = NumberFault.Range;
        return null;
    }

    private static bool IsDecimal(ReadOnlySpan<char> text)
    {
        var digits = 0;
        var at = 0;
        for (; at < text.Length && char.IsAsciiDigit(text[at]); at++) digits++;
        if (at < text.Length && text[at] == '.')
        {
            for (at++; at < text.Length && char.IsAsciiDigit(text[at]); at++) digits++;
        }

        if (digits == 0) return false;
        if (at == text.Length) return true;
        if (text[at] is not ('e' or 'E')) return false;
        at++;
        if (at < text.Length && text[at] is '+' or '-') at++;
        if (at == text.Length) return false;
        return text[at..].IndexOfAnyExceptInRange('0', '9') < 0;
    }

    private static double? Hexadecimal(string whole, ReadOnlySpan<char> text, bool negative, ref NumberFault fault)
    {
        var mantissa = BigInteger.Zero;
        var exponent = 0;
        var digits = 0;
        var point = false;
        var at = 0;
        for (; at < text.Length; at++)
        {
            if (text[at] == '.' && !point) point = true;
            else if (char.IsAsciiHexDigit(text[at]))
            {
                mantissa = (mantissa * 16) + Convert.ToInt32(text[at].ToString(), 16);
                digits++;
                if (point) exponent -= 4;
            }
            else break;
        }

        if (digits == 0 || at == text.Length || text[at] is not ('p' or 'P')) return null;
        if (!int.TryParse(text[(at + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power)) return null;
        exponent += power;
        var number = (double)mantissa * Math.Pow(2, exponent);
        fault = double.IsInfinity(number) ? NumberFault.Range : NumberFault.None;
        _ = whole;
        return negative ? -number : number;
    }

    // Go: an underscore may stand between digits, and between a base prefix and a digit
    private static bool UnderscoresAreFine(string text)
    {
        var last = '^';
        var at = text is ['+' or '-', ..] ? 1 : 0;
        var hex = false;
        if (text.Length - at >= 2 && text[at] == '0' && char.ToLowerInvariant(text[at + 1]) is 'b' or 'o' or 'x')
        {
            if (text[at] == '0')
            {
                hex = char.ToLowerInvariant(text[at + 1]) == 'x';
                last = '0';
                at += 2;
            }
        }

        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (char.IsAsciiDigit(c) || (hex && char.IsAsciiHexDigit(c))) last = '0';
            else if (c == '_')
            {
                if (last != '0') return false;
                last = '_';
            }
            else
            {
                if (last == '_') return false;
                last = '!';
            }
        }

        return last != '_';
    }
}
