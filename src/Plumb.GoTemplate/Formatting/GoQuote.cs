using System.Globalization;
using System.Text;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Formatting;

/// <summary>Go's quoted strings and characters (<c>strconv</c>).</summary>
public static class GoQuote
{
    /// <summary>A string in double quotes with Go's escapes: <c>%q</c>.</summary>
    public static string Quote(string text) => Quote(text, '"', ascii: false);

    /// <summary>What Go shows of a code point: <c>U+0041 'A'</c> (<c>%#U</c>).</summary>
    internal static string CodePoint(int rune)
    {
        if (rune == -1) return "U+FFFFFFFFFFFFFFFF";
        var code = $"U+{rune:X4}";
        return IsPrint(rune) ? $"{code} '{GoText.OfRune(rune)}'" : code;
    }

    internal static string Quote(string text, char quote, bool ascii)
    {
        var to = new StringBuilder(text.Length + 2);
        to.Append(quote);
        for (var i = 0; i < text.Length; i++)
        {
            if (GoText.IsRaw(text, i))
            {
                to.Append(CultureInfo.InvariantCulture, $"\\x{text[i] - 0xDC00:x2}");
                continue;
            }

            Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var used);
            i += used - 1;
            Escape(to, rune.Value, quote, ascii);
        }

        return to.Append(quote).ToString();
    }

    internal static string QuoteRune(long rune, bool ascii)
    {
        var to = new StringBuilder("'");
        Escape(to, rune is >= 0 and <= 0x10FFFF && Rune.IsValid((int)rune) ? (int)rune : 0xFFFD, '\'', ascii);
        return to.Append('\'').ToString();
    }

    /// <summary>What the text between quotes means, or null when it is no quoted string.</summary>
    internal static string? Unquote(string quoted)
    {
        if (quoted.Length < 2 || quoted[0] != quoted[^1]) return null;
        var inner = quoted.AsSpan(1, quoted.Length - 2);
        if (quoted[0] == '`')
        {
            if (inner.Contains('`')) return null;
            return inner.Contains('\r') ? inner.ToString().Replace("\r", "", StringComparison.Ordinal) : inner.ToString();
        }

        if (quoted[0] != '"' || inner.Contains('\n')) return null;
        if (inner.IndexOfAny('\\', '"') < 0) return inner.ToString();
        var to = new StringBuilder(inner.Length);
        var bytes = new List<byte>();
        while (inner.Length > 0)
        {
            if (inner[0] == '\\' && inner.Length > 1 && inner[1] is 'x' or (>= '0' and <= '7') && inner[0] == '\\')
            {
                // \x and octal escapes are bytes, which may make up a character together
                if (UnquoteChar(inner, '"', out var length) is not { } value) return null;
                bytes.Add((byte)value);
                inner = inner[length..];
                continue;
            }

            Flush(to, bytes);
            if (UnquoteChar(inner, '"', out var used) is not { } rune) return null;
            if (inner[0] == '\\') to.Append(GoText.OfRune(rune));
            else to.Append(inner[..used]);
            inner = inner[used..];
        }

        Flush(to, bytes);
        return to.ToString();
    }

    /// <summary>Reads one character or escape; null when it is none.</summary>
    internal static int? UnquoteChar(ReadOnlySpan<char> text, char quote, out int used)
    {
        used = 0;
        if (text.Length == 0 || text[0] == quote) return null;
        if (text[0] != '\\')
        {
            Rune.DecodeFromUtf16(text, out var rune, out used);
            return used == 1 && char.IsSurrogate(text[0]) ? 0xFFFD : rune.Value;
        }

        if (text.Length < 2) return null;
        used = 2;
        switch (text[1])
        {
            case 'a': return '\a';
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'v': return '\v';
            case '\\': return '\\';
            case 'x': return Digits(text, 2, 2, 16, ref used);
            case 'u': return Digits(text, 2, 4, 16, ref used) is { } four && Rune.IsValid(four) ? four : null;
            case 'U': return Digits(text, 2, 8, 16, ref used) is { } eight && Rune.IsValid(eight) ? eight : null;
            case >= '0' and <= '7': return Digits(text, 1, 3, 8, ref used) is { } octal and <= 255 ? octal : null;
            case '\'' or '"': return text[1] == quote ? quote : null;
            default: return null;
        }
    }

    /// <summary>
    /// Whether Go prints a character as it is (<c>strconv.IsPrint</c>): letters, marks, numbers, punctuation, symbols, space.
    /// </summary>
    internal static bool IsPrint(int rune)
    {
        if (rune < 0x7F) return rune >= 0x20;
        if (!Rune.IsValid(rune)) return false;
        return Rune.GetUnicodeCategory(new Rune(rune)) switch
        {
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator => false,
            _ => true,
        };
    }

    private static void Escape(StringBuilder to, int rune, char quote, bool ascii)
    {
        if (rune == quote || rune == '\\')
        {
            to.Append('\\').Append((char)rune);
            return;
        }

        if (ascii ? rune is >= 0x20 and < 0x7F : IsPrint(rune))
        {
            to.Append(GoText.OfRune(rune));
            return;
        }

        _ = rune switch
        {
            '\a' => to.Append("\\a"),
            '\b' => to.Append("\\b"),
            '\f' => to.Append("\\f"),
            '\n' => to.Append("\\n"),
            '\r' => to.Append("\\r"),
            '\t' => to.Append("\\t"),
            '\v' => to.Append("\\v"),
            < ' ' or 0x7F => to.Append(CultureInfo.InvariantCulture, $"\\x{rune:x2}"),
            < 0x10000 => to.Append(CultureInfo.InvariantCulture, $"\\u{rune:x4}"),
            _ => to.Append(CultureInfo.InvariantCulture, $"\\U{rune:x8}"),
        };
    }

    private static void Flush(StringBuilder to, List<byte> bytes)
    {
        if (bytes.Count == 0) return;
        to.Append(GoText.FromBytes(bytes.ToArray()));
        bytes.Clear();
    }

    private static int? Digits(ReadOnlySpan<char> text, int from, int count, int radix, ref int used)
    {
        used = from + count;
        if (text.Length < used) return null;
        var value = 0L;
        foreach (var c in text.Slice(from, count))
        {
            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;
            if (digit >= radix) return null;
            value = (value * radix) + digit;
        }

        return value > int.MaxValue ? null : (int)value;
    }
}
