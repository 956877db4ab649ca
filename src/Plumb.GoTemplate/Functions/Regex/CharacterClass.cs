using System.Globalization;
using System.Text;

namespace Plumb.GoTemplate.Functions.Regex;

/// <summary>Sets of code points as sorted pairs of first and last.</summary>
internal static class CharacterClass
{
    public const int Last = 0x10FFFF;

    public static readonly int[] Digits = ['0', '9'];
    public static readonly int[] Spaces = ['\t', '\n', '\f', '\r', ' ', ' '];
    public static readonly int[] Words = ['0', '9', 'A', 'Z', '_', '_', 'a', 'z'];

    private static readonly Dictionary<string, int[]> Posix = new()
    {
        ["alnum"] = ['0', '9', 'A', 'Z', 'a', 'z'],
        ["alpha"] = ['A', 'Z', 'a', 'z'],
        ["ascii"] = [0, 0x7F],
        ["blank"] = ['\t', '\t', ' ', ' '],
        ["cntrl"] = [0, 0x1F, 0x7F, 0x7F],
        ["digit"] = Digits,
        ["graph"] = ['!', '~'],
        ["lower"] = ['a', 'z'],
        ["print"] = [' ', '~'],
        ["punct"] = ['!', '/', ':', '@', '[', '`', '{', '~'],
        ["space"] = ['\t', '\r', ' ', ' '],
        ["upper"] = ['A', 'Z'],
        ["word"] = Words,
        ["xdigit"] = ['0', '9', 'A', 'F', 'a', 'f'],
    };

    private static readonly Lazy<Dictionary<int, int[]>> Orbits = new(FindOrbits);

    /// <summary>The class that a name such as <c>alpha</c> stands for, or null.</summary>
    public static int[]? OfPosixName(string name) => Posix.GetValueOrDefault(name);

    /// <summary>The class that a name of a Unicode category or script stands for, or null.</summary>
    public static int[]? OfUnicodeName(string name)
    {
        if (name == "Any") return [0, Last];
        Func<UnicodeCategory, bool>? category = name switch
        {
            "L" => c => c <= UnicodeCategory.OtherLetter,
            "Lu" => c => c == UnicodeCategory.UppercaseLetter,
            "Ll" => c => c == UnicodeCategory.LowercaseLetter,
            "Lt" => c => c == UnicodeCategory.TitlecaseLetter,
            "Lm" => c => c == UnicodeCategory.ModifierLetter,
            "Lo" => c => c == UnicodeCategory.OtherLetter,
            "M" => c => c is >= UnicodeCategory.NonSpacingMark and <= UnicodeCategory.EnclosingMark,
            "Mn" => c => c == UnicodeCategory.NonSpacingMark,
            "Mc" => c => c == UnicodeCategory.SpacingCombiningMark,
            "Me" => c => c == UnicodeCategory.EnclosingMark,
            "N" => c => c is >= UnicodeCategory.DecimalDigitNumber and <= UnicodeCategory.OtherNumber,
            "Nd" => c => c == UnicodeCategory.DecimalDigitNumber,
            "Nl" => c => c == UnicodeCategory.LetterNumber,
            "No" => c => c == UnicodeCategory.OtherNumber,
            "P" => c => c is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation,
            "Pc" => c => c == UnicodeCategory.ConnectorPunctuation,
            "Pd" => c => c == UnicodeCategory.DashPunctuation,
            "Ps" => c => c == UnicodeCategory.OpenPunctuation,
            "Pe" => c => c == UnicodeCategory.ClosePunctuation,
            "Pi" => c => c == UnicodeCategory.InitialQuotePunctuation,
            "Pf" => c => c == UnicodeCategory.FinalQuotePunctuation,
            "Po" => c => c == UnicodeCategory.OtherPunctuation,
            "S" => c => c is >= UnicodeCategory.MathSymbol and <= UnicodeCategory.OtherSymbol,
            "Sm" => c => c == UnicodeCategory.MathSymbol,
            "Sc" => c => c == UnicodeCategory.CurrencySymbol,
            "Sk" => c => c == UnicodeCategory.ModifierSymbol,
            "So" => c => c == UnicodeCategory.OtherSymbol,
            "Z" => c => c is >= UnicodeCategory.SpaceSeparator and <= UnicodeCategory.ParagraphSeparator,
            "Zs" => c => c == UnicodeCategory.SpaceSeparator,
            "Zl" => c => c == UnicodeCategory.LineSeparator,
            "Zp" => c => c == UnicodeCategory.ParagraphSeparator,
            "C" => c => c is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse,
            "Cc" => c => c == UnicodeCategory.Control,
            "Cf" => c => c == UnicodeCategory.Format,
            "Cs" => c => c == UnicodeCategory.Surrogate,
            "Co" => c => c == UnicodeCategory.PrivateUse,
            _ => null,
        };
        return category is null ? UnicodeScripts.Find(name) : Collect(category);
    }

    /// <summary>Sorts the pairs and joins those that touch.</summary>
    public static int[] Clean(List<int> ranges)
    {
        var pairs = new (int First, int Last)[ranges.Count / 2];
        for (var i = 0; i < pairs.Length; i++) pairs[i] = (ranges[2 * i], ranges[(2 * i) + 1]);
        Array.Sort(pairs);
        var clean = new List<int>(ranges.Count);
        foreach (var (first, last) in pairs)
        {
            if (clean.Count > 0 && first <= clean[^1] + 1) clean[^1] = Math.Max(clean[^1], last);
            else clean.AddRange([first, last]);
        }

        return [.. clean];
    }

    /// <summary>All the other code points.</summary>
    public static int[] Negate(int[] ranges)
    {
        var others = new List<int>();
        var next = 0;
        for (var i = 0; i < ranges.Length; i += 2)
        {
            if (ranges[i] > next) others.AddRange([next, ranges[i] - 1]);
            next = ranges[i + 1] + 1;
        }

        if (next <= Last) others.AddRange([next, Last]);
        return [.. others];
    }

    /// <summary>The code points and all that differ from them in case only.</summary>
    public static int[] Fold(int[] ranges)
    {
        var folded = new List<int>(ranges);
        for (var i = 0; i < ranges.Length; i += 2)
        {
            if (ranges[i + 1] - ranges[i] > 4096)
            {
                foreach (var (rune, orbit) in Orbits.Value)
                {
                    if (rune >= ranges[i] && rune <= ranges[i + 1]) Add(orbit);
                }

                continue;
            }

            for (var rune = ranges[i]; rune <= ranges[i + 1]; rune++)
            {
                if (Orbits.Value.TryGetValue(rune, out var orbit)) Add(orbit);
            }
        }

        return Clean(folded);

        void Add(int[] orbit)
        {
            foreach (var other in orbit) folded.AddRange([other, other]);
        }
    }

    public static bool Contains(int[] ranges, int rune)
    {
        if (ranges.Length <= 8)
        {
            for (var i = 0; i < ranges.Length; i += 2)
            {
                if (rune < ranges[i]) return false;
                if (rune <= ranges[i + 1]) return true;
            }

            return false;
        }

        var (low, high) = (0, ranges.Length / 2);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (rune < ranges[2 * middle]) high = middle;
            else if (rune > ranges[(2 * middle) + 1]) low = middle + 1;
            else return true;
        }

        return false;
    }

    private static int[] Collect(Func<UnicodeCategory, bool> category)
    {
        var ranges = new List<int>();
        for (var rune = 0; rune <= Last; rune++)
        {
            if (!category(CharUnicodeInfo.GetUnicodeCategory(rune))) continue;
            if (ranges.Count > 0 && ranges[^1] == rune - 1) ranges[^1] = rune;
            else ranges.AddRange([rune, rune]);
        }

        return [.. ranges];
    }

    private static Dictionary<int, int[]> FindOrbits()
    {
        // İ and ı fold to nothing else in Go's tables
        return Enumerable.Range(0, 0x1F000)
            .Where(r => Rune.IsValid(r) && r is not (0x130 or 0x131))
            .GroupBy(r => Rune.ToLowerInvariant(Rune.ToUpperInvariant(new Rune(r))).Value)
            .Where(g => g.Skip(1).Any())
            .SelectMany(g => g.Select(r => (r, g.ToArray())))
            .ToDictionary(p => p.r, p => p.Item2);
    }
}
