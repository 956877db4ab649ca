using System.Globalization;
using System.Text;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Text;

/// <summary>Upper and lower case of whole strings and of words' first letters.</summary>
internal static class Casing
{
    public static string Upper(string text) => Map(text, Upper);

    public static string Lower(string text) => Map(text, Lower);

    /// <summary>Go's <c>strings.Title</c>: the first letter of each word.</summary>
    public static string Title(string text)
    {
        var before = (int)' ';
        return Map(text, rune =>
        {
            var starts = IsSeparator(before);
            before = rune;
            return starts ? ToTitle(rune) : rune;
        });
    }

    /// <summary>goutils' <c>Uncapitalize</c>: words are what stands between spaces.</summary>
    public static string Untitle(string text)
    {
        var next = true;
        return Map(text, rune =>
        {
            if (IsSpace(rune))
            {
                next = true;
                return rune;
            }

            if (!next) return rune;
            next = false;
            return Lower(rune);
        });
    }

    /// <summary>goutils' <c>SwapCase</c>: a lower-case letter at the start of a word gets title case.</summary>
    public static string Swap(string text)
    {
        var space = true;
        return Map(text, rune =>
        {
            switch (Category(rune))
            {
                case UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter:
                    space = false;
                    return Lower(rune);
                case UnicodeCategory.LowercaseLetter:
                    var starts = space;
                    space = false;
                    return starts ? ToTitle(rune) : Upper(rune);
                default:
                    space = IsSpace(rune);
                    return rune;
            }
        });
    }

    internal static int Upper(int rune) => rune switch
    {
        < 0x80 => char.IsAsciiLetterLower((char)rune) ? rune - 32 : rune,
        0x131 => 'I',
        0x17F => 'S',
        _ => Rune.IsValid(rune) ? Rune.ToUpperInvariant(new Rune(rune)).Value : rune,
    };

    internal static int Lower(int rune) => rune switch
    {
        < 0x80 => char.IsAsciiLetterUpper((char)rune) ? rune + 32 : rune,
        0x130 => 'i',
        0x1E9E => 0xDF,
        0x2126 => 0x3C9,
        0x212A => 'k',
        0x212B => 0xE5,
        _ => Rune.IsValid(rune) ? Rune.ToLowerInvariant(new Rune(rune)).Value : rune,
    };

    internal static bool IsSpace(int rune) => rune < 0x10000 && char.IsWhiteSpace((char)rune);

    internal static UnicodeCategory Category(int rune) =>
        Rune.IsValid(rune) ? Rune.GetUnicodeCategory(new Rune(rune)) : UnicodeCategory.OtherNotAssigned;

    // of the digraphs that have a title case of their own
    private static int ToTitle(int rune) => rune switch
    {
        0x1C4 or 0x1C5 or 0x1C6 => 0x1C5,
        0x1C7 or 0x1C8 or 0x1C9 => 0x1C8,
        0x1CA or 0x1CB or 0x1CC => 0x1CB,
        0x1F1 or 0x1F2 or 0x1F3 => 0x1F2,
        >= 0x10D0 and <= 0x10FF => rune,
        _ => Upper(rune),
    };

    private static bool IsSeparator(int rune)
    {
        if (rune < 0x80) return !char.IsAsciiLetterOrDigit((char)rune) && rune != '_';
        return Category(rune) is not (<= UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber) && IsSpace(rune);
    }

    private static string Map(string text, Func<int, int> map)
    {
        var to = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (GoText.IsRaw(text, i))
            {
                to.Append(map(0xFFFD) == 0xFFFD ? '\uFFFD' : text[i]);
                continue;
            }

            Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var used);
            i += used - 1;
            to.Append(GoText.OfRune(map(rune.Value)));
        }

        return to.ToString();
    }
}
