using System.Globalization;
using System.Text;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Regex;

/// <summary>
/// A regular expression with the behaviour of Go's <c>regexp</c>: RE2's syntax, leftmost-first matches, time linear in the text.
/// </summary>
public sealed class GoRegex
{
    private readonly RegexProgram _program;
    private readonly List<string> _names;

    private GoRegex(string pattern)
    {
        Pattern = pattern;
        var (root, parser) = RegexParser.Parse(pattern);
        _program = RegexProgram.Compile(root, parser.Groups);
        _names = parser.Names;
    }

    /// <summary>The pattern.</summary>
    public string Pattern { get; }

    /// <summary>Reads a pattern: <c>regexp.Compile</c>.</summary>
    /// <exception cref="GoError">It is none: <c>error parsing regexp: …</c>.</exception>
    public static GoRegex Compile(string pattern) => new(pattern);

    /// <summary>Reads a pattern: <c>regexp.MustCompile</c>, whose error names the pattern once more.</summary>
    /// <exception cref="GoError">It is none.</exception>
    public static GoRegex MustCompile(string pattern)
    {
        try
        {
            return new GoRegex(pattern);
        }
        catch (GoError error)
        {
            var plain = !pattern.Any(c => c is '`' or '\u007F' or '\uFEFF' || (c < ' ' && c != '\t') || char.IsLowSurrogate(c));
            throw new GoError($"regexp: Compile({(plain ? $"`{pattern}`" : GoQuote.Quote(pattern))}): {error.Message}");
        }
    }

    /// <summary>The pattern that matches a text as it is: <c>QuoteMeta</c>.</summary>
    public static string QuoteMeta(string text)
    {
        const string Special = @"\.+*?()|[]{}^$";
        var to = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            if (Special.Contains(c)) to.Append('\\');
            to.Append(c);
        }

        return to.ToString();
    }

    /// <summary>Whether the text has a match.</summary>
    public bool IsMatch(string text, Execution? run = null) => Machine(text, run).Match(0) is not null;

    /// <summary>The first match, or an empty string.</summary>
    public string Find(string text, Execution? run = null) => Machine(text, run).Match(0) is { } match ? text[match[0]..match[1]] : "";

    /// <summary>The positions of the first match and its groups, as <c>FindStringSubmatchIndex</c> gives them, or null.</summary>
    internal int[]? Submatches(string text) => Machine(text, null).Match(0);

    /// <summary>Up to so many matches; all for a negative number. Null when there is none, as Go.</summary>
    public List<string>? FindAll(string text, long count, Execution? run = null)
    {
        List<string>? found = null;
        foreach (var match in Matches(text, count < 0 ? long.MaxValue : count, run)) (found ??= []).Add(text[match[0]..match[1]]);
        return found;
    }

    /// <summary>Cuts the text at its matches into up to so many pieces; null for 0.</summary>
    public List<string>? Split(string text, long count, Execution? run = null)
    {
        if (count == 0) return null;
        if (Pattern.Length > 0 && text.Length == 0) return [""];
        var pieces = new List<string>();
        var begin = 0;
        var end = 0;
        foreach (var match in Matches(text, count < 0 ? long.MaxValue : count, run))
        {
            if (count > 0 && pieces.Count >= count - 1) break;
            end = match[0];
            if (match[1] != 0) pieces.Add(text[begin..end]);
            begin = match[1];
        }

        if (end != text.Length) pieces.Add(text[begin..]);
        return pieces;
    }

    /// <summary>
    /// Replaces each match; <c>$1</c>, <c>${name}</c> and <c>$$</c> in the replacement are expanded unless it is literal.
    /// </summary>
    public string Replace(string text, string replacement, bool literal, Execution? run = null)
    {
        var machine = Machine(text, run);
        var to = new GoBuffer(run);
        var last = 0;
        var from = 0;
        while (from <= text.Length)
        {
            if (machine.Match(from) is not { } match) break;
            to.Append(text.AsSpan(last, match[0] - last));
            if (match[1] > last || match[0] == 0)
            {
                if (literal) to.Append(replacement);
                else Expand(to, replacement, text, match);
            }

            last = match[1];
            var width = Width(text, from);
            from = from + width > match[1] ? from + width : from + 1 > match[1] ? from + 1 : match[1];
            run?.CheckString(to.Length);
        }

        to.Append(text.AsSpan(last));
        return to.Take();
    }

    private static int Width(string text, int at) =>
        at >= text.Length ? 0 : char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;

    internal RegexMachine Machine(string text, Execution? run) => new(_program, text, run);

    private IEnumerable<int[]> Matches(string text, long count, Execution? run)
    {
        var machine = Machine(text, run);
        var before = -1;
        for (var at = 0; count > 0 && at <= text.Length;)
        {
            if (machine.Match(at) is not { } match) yield break;
            var accept = true;
            if (match[1] == at)
            {
                // an empty match right after another one does not count
                accept = match[0] != before;
                var width = Width(text, at);
                at = width > 0 ? at + width : text.Length + 1;
            }
            else
            {
                at = match[1];
            }

            before = match[1];
            if (!accept) continue;
            count--;
            run?.CheckElements(1);
            yield return match;
        }
    }

    private void Expand(GoBuffer to, string template, string text, int[] match)
    {
        for (var at = 0; at < template.Length;)
        {
            var dollar = template.IndexOf('$', at);
            if (dollar < 0)
            {
                to.Append(template.AsSpan(at));
                return;
            }

            to.Append(template.AsSpan(at, dollar - at));
            at = dollar + 1;
            if (at < template.Length && template[at] == '$')
            {
                to.Append('$');
                at++;
                continue;
            }

            if (Name(template, ref at) is not { } name)
            {
                to.Append('$');
                continue;
            }

            var isNumber = name.All(char.IsAsciiDigit) && (name.Length == 1 || name[0] != '0') && name.Length < 9;
            var group = isNumber ? int.Parse(name, CultureInfo.InvariantCulture) : _names.IndexOf(name);
            if (group >= 0 && (2 * group) + 1 < match.Length && match[2 * group] >= 0 && (isNumber || group > 0))
            {
                to.Append(text.AsSpan(match[2 * group], match[(2 * group) + 1] - match[2 * group]));
            }
        }
    }

    private static string? Name(string template, ref int at)
    {
        var brace = at < template.Length && template[at] == '{';
        var from = brace ? at + 1 : at;
        var end = from;
        while (end < template.Length)
        {
            Rune.DecodeFromUtf16(template.AsSpan(end), out var rune, out var used);
            if (rune.Value != '_' && !Rune.IsLetter(rune) && Rune.GetUnicodeCategory(rune) != UnicodeCategory.DecimalDigitNumber) break;
            end += used;
        }

        if (end == from) return null;
        if (brace && (end >= template.Length || template[end] != '}')) return null;
        at = brace ? end + 1 : end;
        return template[from..end];
    }
}
