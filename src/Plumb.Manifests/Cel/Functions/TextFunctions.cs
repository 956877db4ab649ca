using System.Text;
using Plumb.Manifests.Cel.Runtime;
using static Plumb.Manifests.Cel.Functions.CelFunctions;

namespace Plumb.Manifests.Cel.Functions;

/// <summary>Text: CEL's own, its string extension, and Kubernetes' <c>find</c> and <c>findAll</c>.</summary>
internal static class TextFunctions
{
    /// <summary>Compiling a pattern is worth this many steps for each of its characters.</summary>
    private const int PatternCost = 25;

    public static IEnumerable<CelFunctionEntry> Entries =>
    [
        Member("startsWith", Two(static (t, p) => t.StartsWith(p, StringComparison.Ordinal))),
        Member("endsWith", Two(static (t, p) => t.EndsWith(p, StringComparison.Ordinal))),
        Member("contains", Two(static (t, p) => t.Contains(p, StringComparison.Ordinal))),
        Member("matches", Matches), Global("matches", Matches), Member("find", Find), Member("findAll", FindAll),
        Member("charAt", CharAt), Member("indexOf", IndexOf), Member("lastIndexOf", LastIndexOf),
        Member("lowerAscii", Change(static t => Ascii(t, char.ToLowerInvariant))),
        Member("upperAscii", Change(static t => Ascii(t, char.ToUpperInvariant))),
        Member("trim", Change(Trim)), Member("replace", Replace), Member("split", Split), Member("substring", Substring),
        Member("join", Join), Member("format", TextFormat.Format),
        Global("strings.quote", Quote),
    ];

    private static CelFunction Two(Func<string, string, bool> test) => (a, budget) =>
    {
        if (!a.Are(CelType.String, CelType.String)) return null;
        budget.Walk(a[0].Text.Length);
        return CelValue.Of(test(a[0].Text, a[1].Text));
    };

    private static CelFunction Change(Func<string, string> change) => (a, budget) =>
    {
        if (!a.Are(CelType.String)) return null;
        budget.Build(a[0].Text.Length);
        return CelValue.Of(change(a[0].Text));
    };

    private static CelValue? Matches(ReadOnlySpan<CelValue> a, CelBudget budget) =>
        a.Are(CelType.String, CelType.String) ? WithPattern(a, budget, regex => text => CelValue.Of(regex.IsMatch(text))) : null;

    private static CelValue? Find(ReadOnlySpan<CelValue> a, CelBudget budget) =>
        a.Are(CelType.String, CelType.String) ? WithPattern(a, budget, regex => text => CelValue.Of(regex.Match(text).Value)) : null;

    private static CelValue? FindAll(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (!a.Are(CelType.String, CelType.String) && !a.Are(CelType.String, CelType.String, CelType.Int)) return null;
        var most = a.Length == 3 && a[2].Bits >= 0 ? a[2].Bits : long.MaxValue;
        return WithPattern(a, budget, regex => text =>
        {
            var found = new List<CelValue>();
            for (var match = regex.Match(text); match.Success && found.Count < most; match = match.NextMatch()) found.Add(CelValue.Of(match.Value));
            budget.Build(found.Count);
            return CelValue.Of(found);
        });
    }

    private static CelValue WithPattern(
        ReadOnlySpan<CelValue> a, CelBudget budget, Func<System.Text.RegularExpressions.Regex, Func<string, CelValue>> use)
    {
        var pattern = a[1].Text;
        budget.Spend(1 + ((long)pattern.Length * PatternCost / 10));
        budget.Walk(a[0].Text.Length * (1 + (pattern.Length / 4L)));
        return CelRegex.Compile(pattern, out var problem) is { } regex
            ? use(regex)(a[0].Text)
            : CelValue.Fault($"invalid regular expression \"{pattern}\": {problem}");
    }

    private static CelValue? CharAt(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (!a.Are(CelType.String, CelType.Int)) return null;
        var text = a[0].Text;
        budget.Walk(text.Length);
        var at = CodePoints.IndexOf(text, a[1].Bits);
        if (at < 0) return OutOfRange(a[1].Bits);
        return CelValue.Of(at == text.Length ? "" : Rune.TryGetRuneAt(text, at, out var rune) ? rune.ToString() : text[at].ToString());
    }

    private static CelValue OutOfRange(long index) => CelValue.Fault($"index out of range: {index}");

    private static CelValue? IndexOf(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (a.Length == 2 && a[0].Type == CelType.List) return ListFunctions.IndexOf(a, budget);
        if (!a.Are(CelType.String, CelType.String) && !a.Are(CelType.String, CelType.String, CelType.Int)) return null;
        var (text, part) = (a[0].Text, a[1].Text);
        budget.Walk(text.Length);
        var from = a.Length == 3 ? CodePoints.IndexOf(text, a[2].Bits) : 0;
        if (from < 0) return OutOfRange(a[2].Bits);
        var at = text.IndexOf(part, from, StringComparison.Ordinal);
        return CelValue.Of(at < 0 ? -1 : CodePoints.At(text, at));
    }

    private static CelValue? LastIndexOf(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (a.Length == 2 && a[0].Type == CelType.List) return ListFunctions.LastIndexOf(a, budget);
        if (!a.Are(CelType.String, CelType.String) && !a.Are(CelType.String, CelType.String, CelType.Int)) return null;
        var (text, part) = (a[0].Text, a[1].Text);
        budget.Walk(text.Length);
        var last = a.Length == 3 ? CodePoints.IndexOf(text, a[2].Bits) : text.Length;
        if (last < 0) return OutOfRange(a[2].Bits);
        var at = text.AsSpan(0, (int)Math.Min(text.Length, (long)last + part.Length)).LastIndexOf(part, StringComparison.Ordinal);
        return CelValue.Of(at < 0 ? -1 : CodePoints.At(text, at));
    }

    private static string Ascii(string text, Func<char, char> change) =>
        string.Create(text.Length, (text, change), static (span, state) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsAsciiLetter(state.text[i]) ? state.change(state.text[i]) : state.text[i];
        });

    /// <summary>Unicode's white space, which is what .NET trims, and nothing else.</summary>
    private static string Trim(string text) => text.Trim();

    private static CelValue? Replace(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (!a.Are(CelType.String, CelType.String, CelType.String) && !a.Are(CelType.String, CelType.String, CelType.String, CelType.Int)) return null;
        var (text, old, with) = (a[0].Text, a[1].Text, a[2].Text);
        var most = a.Length == 4 && a[3].Bits >= 0 ? a[3].Bits : long.MaxValue;
        budget.Walk(text.Length);
        var made = new StringBuilder();
        var at = 0;
        while (most-- > 0)
        {
            // An empty text is found before each character and at the end, as in Go.
            var next = old.Length > 0 ? text.IndexOf(old, at, StringComparison.Ordinal) : at;
            if (next < 0 || next > text.Length) break;
            budget.Build(next - at + with.Length + 1);
            made.Append(text, at, next - at).Append(with);
            at = next + old.Length;
            if (old.Length > 0) continue;
            if (at >= text.Length) break;
            var step = Rune.TryGetRuneAt(text, at, out var rune) ? rune.Utf16SequenceLength : 1;
            made.Append(text, at, step);
            at += step;
        }

        return CelValue.Of(made.Append(text, at, text.Length - at).ToString());
    }

    private static CelValue? Split(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (!a.Are(CelType.String, CelType.String) && !a.Are(CelType.String, CelType.String, CelType.Int)) return null;
        var (text, separator) = (a[0].Text, a[1].Text);
        var most = a.Length == 3 ? a[2].Bits : -1;
        budget.Build(text.Length);
        if (most == 0) return CelValue.Of((IReadOnlyList<CelValue>)[]);
        var parts = new List<CelValue>();
        if (separator.Length == 0)
        {
            var at = 0;
            while (at < text.Length && (most < 0 || parts.Count < most - 1))
            {
                var step = Rune.TryGetRuneAt(text, at, out var rune) ? rune.Utf16SequenceLength : 1;
                parts.Add(CelValue.Of(text.Substring(at, step)));
                at += step;
            }

            if (at < text.Length) parts.Add(CelValue.Of(text[at..]));
            return CelValue.Of(parts);
        }

        var count = most < 0 ? int.MaxValue : (int)Math.Min(most, int.MaxValue);
        return CelValue.Of([.. text.Split(separator, count, StringSplitOptions.None).Select(CelValue.Of)]);
    }

    private static CelValue? Substring(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (!a.Are(CelType.String, CelType.Int) && !a.Are(CelType.String, CelType.Int, CelType.Int)) return null;
        var text = a[0].Text;
        budget.Build(text.Length);
        var start = CodePoints.IndexOf(text, a[1].Bits);
        if (start < 0) return OutOfRange(a[1].Bits);
        var end = a.Length == 3 ? CodePoints.IndexOf(text, a[2].Bits) : text.Length;
        if (end < 0) return OutOfRange(a[2].Bits);
        return start > end ? CelValue.Fault($"invalid substring range. start: {a[1].Bits}, end: {a[2].Bits}") : CelValue.Of(text[start..end]);
    }

    private static CelValue? Join(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (!a.Are(CelType.List) && !a.Are(CelType.List, CelType.String)) return null;
        var separator = a.Length == 2 ? a[1].Text : "";
        var made = new StringBuilder();
        var first = true;
        foreach (var item in a[0].List.Items)
        {
            if (item.AsString() is not { } text) return CelValue.Fault($"no such overload: join of a list with {CelTypeName.NameOf(item.Type)}");
            budget.Build(text.Length + separator.Length);
            made.Append(first ? "" : separator).Append(text);
            first = false;
        }

        return CelValue.Of(made.ToString());
    }

    private static CelValue? Quote(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (!a.Are(CelType.String)) return null;
        budget.Build(a[0].Text.Length * 2);
        var made = new StringBuilder();
        CelText.Quote(made, a[0].Text);
        return CelValue.Of(made.ToString());
    }
}
