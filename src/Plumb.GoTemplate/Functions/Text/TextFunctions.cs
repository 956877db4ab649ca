using System.Globalization;
using System.Text;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;
using static Plumb.GoTemplate.Values.GoType;

namespace Plumb.GoTemplate.Functions.Text;

/// <summary>Sprig's functions over strings (<c>strings.go</c>, <c>functions.go</c>).</summary>
internal static class TextFunctions
{
    private static readonly GoType S = GoType.String;

    public static IEnumerable<GoFunction> All =>
    [
        new("hello", [], static (_, _) => GoValue.From("Hello!")),
        new("abbrev", [Int, S], static (_, a) => GoValue.From(Abbreviating.Abbrev(a[0].Int, a[1].Text))),
        new("abbrevboth", [Int, Int, S], static (_, a) => GoValue.From(Abbreviating.AbbrevBoth(a[0].Int, a[1].Int, a[2].Text))),
        new("trunc", [Int, S], static (_, a) => GoValue.From(Cutting.Truncate(a[0].Int, a[1].Text))),
        new("substr", [Int, Int, S], static (_, a) => GoValue.From(Cutting.Substring(a[0].Int, a[1].Int, a[2].Text))),
        new("trim", [S], static (_, a) => GoValue.From(a[0].Text.Trim())),
        new("upper", [S], static (_, a) => GoValue.From(Casing.Upper(a[0].Text))),
        new("lower", [S], static (_, a) => GoValue.From(Casing.Lower(a[0].Text))),
        new("title", [S], static (_, a) => GoValue.From(Casing.Title(a[0].Text))),
        new("untitle", [S], static (_, a) => GoValue.From(Casing.Untitle(a[0].Text))),
        new("swapcase", [S], static (_, a) => GoValue.From(Casing.Swap(a[0].Text))),
        new("camelcase", [S], static (_, a) => GoValue.From(WordCasing.Pascal(a[0].Text))),
        new("snakecase", [S], static (_, a) => GoValue.From(WordCasing.Lower(a[0].Text, '_'))),
        new("kebabcase", [S], static (_, a) => GoValue.From(WordCasing.Lower(a[0].Text, '-'))),
        new("repeat", [Int, S], static (run, a) => GoValue.From(Cutting.Repeat(run, a[0].Int, a[1].Text))),
        new("trimall", [S, S], static (_, a) => GoValue.From(Cutting.Trim(a[1].Text, a[0].Text))),
        new("trimAll", [S, S], static (_, a) => GoValue.From(Cutting.Trim(a[1].Text, a[0].Text))),
        new("trimSuffix", [S, S], static (_, a) => GoValue.From(TrimSuffix(a[0].Text, a[1].Text))),
        new("trimPrefix", [S, S], static (_, a) => GoValue.From(TrimPrefix(a[0].Text, a[1].Text))),
        new("nospace", [S], static (_, a) => GoValue.From(Cutting.WithoutSpace(a[0].Text))),
        new("initials", [S], static (_, a) => GoValue.From(Abbreviating.Initials(a[0].Text))),
        new("randAlphaNum", [Int], static (run, a) => GoValue.From(RandomText.Of(run, a[0].Int, RandomText.LettersAndDigits))),
        new("randAlpha", [Int], static (run, a) => GoValue.From(RandomText.Of(run, a[0].Int, RandomText.Letters))),
        new("randAscii", [Int], static (run, a) => GoValue.From(RandomText.Of(run, a[0].Int, RandomText.Ascii))),
        new("randNumeric", [Int], static (run, a) => GoValue.From(RandomText.Of(run, a[0].Int, RandomText.Digits))),
        new("shuffle", [S], static (_, a) => GoValue.From(RandomText.Shuffle(a[0].Text))),
        new("wrap", [Int, S], static (run, a) => GoValue.From(Wrapping.Wrap(run, a[1].Text, a[0].Int, "\n", breakWords: false))),
        new("wrapWith", [Int, S, S], static (run, a) =>
            GoValue.From(Wrapping.Wrap(run, a[2].Text, a[0].Int, a[1].Text.Length == 0 ? "\n" : a[1].Text, breakWords: true))),
        new("contains", [S, S], static (_, a) => GoValue.From(a[1].Text.Contains(a[0].Text, StringComparison.Ordinal))),
        new("hasPrefix", [S, S], static (_, a) => GoValue.From(a[1].Text.StartsWith(a[0].Text, StringComparison.Ordinal))),
        new("hasSuffix", [S, S], static (_, a) => GoValue.From(a[1].Text.EndsWith(a[0].Text, StringComparison.Ordinal))),
        new("quote", [Any], Quote, variadic: true),
        new("squote", [Any], SingleQuote, variadic: true),
        new("cat", [Any], Cat, variadic: true),
        new("indent", [Int, S], static (run, a) => GoValue.From(Indent(run, a[0].Int, a[1].Text, ""))),
        new("nindent", [Int, S], static (run, a) => GoValue.From(Indent(run, a[0].Int, a[1].Text, "\n"))),
        new("replace", [S, S, S], static (run, a) => GoValue.From(Splitting.Replace(run, a[2].Text, a[0].Text, a[1].Text))),
        new("plural", [S, S, Int], static (_, a) => a[2].Int == 1 ? a[0] : a[1]),
        new("toString", [Any], static (run, a) => GoValue.From(Casting.ToText(a[0], run))),
        new("toStrings", [Any], static (run, a) => GoValue.From(GoList.Of(Splitting.Strings(run, a[0])))),
        new("join", [S, Any], static (run, a) => GoValue.From(Splitting.Join(run, a[0].Text, a[1]))),
        new("sortAlpha", [Any], static (run, a) => GoValue.From(GoList.Of(Splitting.Sorted(run, a[0])))),
        new("split", [S, S], static (run, a) => GoValue.From(Splitting.Numbered(Splitting.Split(run, a[1].Text, a[0].Text, -1)))),
        new("splitList", [S, S], static (run, a) => GoValue.From(GoList.Of(Splitting.Split(run, a[1].Text, a[0].Text, -1)))),
        new("splitn", [S, Int, S], static (run, a) =>
            GoValue.From(Splitting.Numbered(Splitting.Split(run, a[2].Text, a[0].Text, a[1].Int)))),
        new("b64enc", [S], static (_, a) => GoValue.From(Convert.ToBase64String(GoText.GetBytes(a[0].Text)))),
        new("b64dec", [S], static (_, a) =>
            GoValue.From(Base64.Decode(a[0].Text, out var error) is { } bytes ? GoText.FromBytes(bytes) : error)),
        new("b32enc", [S], static (_, a) => GoValue.From(Base32.Encode(GoText.GetBytes(a[0].Text)))),
        new("b32dec", [S], static (_, a) => GoValue.From(Base32.Decode(a[0].Text))),
        new("uuidv4", [], static (_, _) => GoValue.From(Guid.NewGuid().ToString())),
    ];

    private static string TrimSuffix(string suffix, string text) =>
        text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text;

    private static string TrimPrefix(string prefix, string text) =>
        text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;

    private static GoValue Quote(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        if (arguments.Length == 1 && !arguments[0].IsNil) return GoValue.From(GoQuote.Quote(Casting.ToText(arguments[0], run)));
        return Joined(run, arguments, static (run, v) => GoQuote.Quote(Casting.ToText(v, run)));
    }

    private static GoValue SingleQuote(Execution run, ReadOnlySpan<GoValue> arguments) =>
        Joined(run, arguments, static (run, v) => $"'{GoFormat.Sprint(v, run)}'");

    private static GoValue Cat(Execution run, ReadOnlySpan<GoValue> arguments) =>
        Joined(run, arguments, static (run, v) => GoFormat.Sprint(v, run));

    private static GoValue Joined(Execution run, ReadOnlySpan<GoValue> arguments, Func<Execution, GoValue, string> show)
    {
        var to = new StringBuilder();
        var first = true;
        foreach (var argument in arguments)
        {
            if (argument.IsNil) continue;
            if (!first) to.Append(' ');
            first = false;
            to.Append(show(run, argument));
            run.CheckString(to.Length);
        }

        return GoValue.From(to.ToString());
    }

    private static string Indent(Execution run, long spaces, string text, string before)
    {
        if (spaces < 0) throw new GoError("strings: negative Repeat count");
        var lines = 1 + text.AsSpan().Count('\n');
        run.CheckString(text.Length + before.Length + Math.Min(spaces, int.MaxValue) * lines);
        var result = new string('\0', checked((int)(text.Length + before.Length + (spaces * lines))));
        var to = System.Runtime.InteropServices.MemoryMarshal.AsMemory(result.AsMemory()).Span;
        before.CopyTo(to);
        to = to[before.Length..];
        var from = text.AsSpan();
        while (true)
        {
            to[..(int)spaces].Fill(' ');
            to = to[(int)spaces..];
            var end = from.IndexOf('\n') + 1;
            if (end == 0) break;
            from[..end].CopyTo(to);
            to = to[end..];
            from = from[end..];
        }

        from.CopyTo(to);
        return result;
    }
}
