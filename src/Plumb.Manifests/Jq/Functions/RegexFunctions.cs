using System.Text.RegularExpressions;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Jq.Runtime;
using Plumb.Manifests.Jq.Syntax;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Jq.Functions;

/// <summary>
/// Functions with regular expressions. Argo CD's engine takes those of Go, and so do we: linear time, no look-around, no back-references.
/// </summary>
internal static class RegexFunctions
{
    public static IEnumerable<BuiltIn> All() =>
    [
        Of("test", 1, static (machine, input, pattern, flags) => [Compile(machine, pattern, flags).IsMatch(Text(input))]),
        Of("match", 1, Matches),
        Of("capture", 1, static (machine, input, pattern, flags) => Matches(machine, input, pattern, flags).Select(Captures)),
        Of("scan", 1, static (machine, input, pattern, flags) => Matches(machine, input, pattern, flags + "g").Select(Scanned)),
        Of("splits", 1, static (machine, input, pattern, flags) => Pieces(machine, input, pattern, flags)),
        new("split", 2, (machine, scope, input, arguments) => WithFlags(machine, scope, input, arguments[0], arguments[1]).Select(f =>
            input.Made(new ListNode(Pieces(machine, input.Value, f.Pattern, f.Flags))))),
        new("sub", 2, static (machine, scope, input, arguments) => Substitute(machine, scope, input, arguments, "")),
        new("sub", 3, static (machine, scope, input, arguments) => Substitute(machine, scope, input, arguments, "")),
        new("gsub", 2, static (machine, scope, input, arguments) => Substitute(machine, scope, input, arguments, "g")),
        new("gsub", 3, static (machine, scope, input, arguments) => Substitute(machine, scope, input, arguments, "g")),
        Of("test", 2, static (machine, input, pattern, flags) => [Compile(machine, pattern, flags).IsMatch(Text(input))]),
        Of("match", 2, Matches),
        Of("capture", 2, static (machine, input, pattern, flags) => Matches(machine, input, pattern, flags).Select(Captures)),
        Of("scan", 2, static (machine, input, pattern, flags) => Matches(machine, input, pattern, flags + "g").Select(Scanned)),
        Of("splits", 2, static (machine, input, pattern, flags) => Pieces(machine, input, pattern, flags)),
    ];

    private delegate IEnumerable<Node> OfPattern(Machine machine, Node input, string pattern, string flags);

    private static BuiltIn Of(string name, int arity, OfPattern run) => new(name, arity, (machine, scope, input, arguments) =>
        WithFlags(machine, scope, input, arguments[0], arguments.Count > 1 ? arguments[1] : null)
            .SelectMany(f => run(machine, input.Value, f.Pattern, f.Flags).Select(v => input.Made(v))));

    /// <summary>A pattern may also be an array of pattern and flags.</summary>
    private static IEnumerable<(string Pattern, string Flags)> WithFlags(
        Machine machine, Scope scope, Result input, Expression pattern, Expression? flags)
    {
        foreach (var given in machine.ValuesOf(pattern, scope, input.Value))
        {
            var (text, own) = given.AsList() is { Count: > 0 } pair ? (pair[0], pair.Count > 1 ? pair[1] : Node.Null) : (given, Node.Null);
            if (text.AsString() is not { } expression)
                throw new JqRuntimeException($"{Values.TypeOf(given)} cannot be matched, as it is not a string");
            foreach (var flag in flags is null ? [own] : machine.ValuesOf(flags, scope, input.Value))
            {
                if (!flag.IsNullOrAbsent && flag.AsString() is null)
                    throw new JqRuntimeException($"{Values.TypeOf(flag)} is not a string of flags");
                yield return (expression, flag.AsString() ?? "");
            }
        }
    }

    private static string Text(Node input) =>
        input.AsString() ?? throw new JqRuntimeException($"{Values.TypeOf(input)} cannot be matched, as it is not a string");

    private static Regex Compile(Machine machine, string pattern, string flags)
    {
        machine.Tick(pattern.Length * 4);
        var set = "";
        foreach (var flag in flags)
        {
            set += flag switch
            {
                'g' or 'n' => "",
                'i' => "i",
                's' => "s",
                'x' => throw new JqRuntimeException("the regular expression flag x is not supported"),
                _ => throw new JqRuntimeException($"{flags} is not a valid modifier string"),
            };
        }

        return Re2.TryCompile(set.Length > 0 ? $"(?{set}){pattern}" : pattern, out var problem)
            ?? throw new JqRuntimeException($"the regular expression cannot be used: {problem}");
    }

    private static IEnumerable<Node> Matches(Machine machine, Node input, string pattern, string flags)
    {
        var text = Text(input);
        var regex = Compile(machine, pattern, flags);
        for (var match = Next(machine, regex.Match(text), flags); match is not null; match = Next(machine, match.NextMatch(), flags))
        {
            yield return Describe(regex, text, match);
            if (!flags.Contains('g', StringComparison.Ordinal)) yield break;
        }
    }

    private static Match? Next(Machine machine, Match match, string flags)
    {
        // The flag n passes over empty matches.
        while (match is { Success: true, Length: 0 } && flags.Contains('n', StringComparison.Ordinal)) match = match.NextMatch();
        machine.Tick(1 + match.Length / 8);
        return match.Success ? match : null;
    }

    private static MapNode Describe(Regex regex, string text, Match match)
    {
        var captures = new ListNode();
        for (var i = 1; i < match.Groups.Count; i++)
        {
            var group = match.Groups[i];
            var name = regex.GroupNameFromNumber(i);
            captures.Add(new MapNode
            {
                ["offset"] = group.Success ? Values.RuneCount(text[..group.Index]) : -1,
                ["length"] = group.Success ? Values.RuneCount(group.Value) : 0,
                ["string"] = group.Success ? group.Value : Node.Null,
                ["name"] = char.IsAsciiDigit(name[0]) ? Node.Null : name,
            });
        }

        return new MapNode
        {
            ["offset"] = Values.RuneCount(text[..match.Index]),
            ["length"] = Values.RuneCount(match.Value),
            ["string"] = match.Value,
            ["captures"] = captures,
        };
    }

    private static Node Captures(Node match)
    {
        var named = new MapNode();
        foreach (var capture in match["captures"].AsList()!)
        {
            if (capture["name"].AsString() is { } name) named[name] = capture["string"];
        }

        return named;
    }

    private static Node Scanned(Node match) => match["captures"].AsList() is { Count: > 0 } captures
        ? new ListNode(captures.Select(c => c["string"]))
        : match["string"];

    private static IEnumerable<Node> Pieces(Machine machine, Node input, string pattern, string flags)
    {
        var text = Text(input);
        var regex = Compile(machine, pattern, flags);
        var from = 0;
        for (var match = Next(machine, regex.Match(text), flags); match is not null; match = Next(machine, match.NextMatch(), flags))
        {
            yield return text[from..match.Index];
            from = match.Index + match.Length;
        }

        yield return text[from..];
    }

    private static IEnumerable<Result> Substitute(
        Machine machine, Scope scope, Result input, IReadOnlyList<Expression> arguments, string always)
    {
        foreach (var (pattern, flags) in WithFlags(machine, scope, input, arguments[0], arguments.Count > 2 ? arguments[2] : null))
        {
            var text = Text(input.Value);
            var matches = new List<(int Index, int Length, Node Captures)>();
            var regex = Compile(machine, pattern, flags);
            for (var match = Next(machine, regex.Match(text), flags); match is not null; match = Next(machine, match.NextMatch(), flags))
            {
                matches.Add((match.Index, match.Length, Captures(Describe(regex, text, match))));
                if (!(flags + always).Contains('g', StringComparison.Ordinal)) break;
            }

            foreach (var result in Replaced(machine, scope, text, matches, 0, 0, "", arguments[1])) yield return input.Made(result);
        }
    }

    /// <summary>One text for each combination of what the replacement gives.</summary>
    private static IEnumerable<string> Replaced(
        Machine machine, Scope scope, string text, List<(int Index, int Length, Node Captures)> matches, int at, int from, string made,
        Expression replacement)
    {
        machine.CheckStack();
        machine.CheckText(made.Length);
        if (at == matches.Count)
        {
            yield return made + text[from..];
            yield break;
        }

        var (index, length, captures) = matches[at];
        foreach (var value in machine.ValuesOf(replacement, scope, captures))
        {
            var with = value.AsString() ?? throw new JqRuntimeException($"{Values.TypeOf(captures)} and {Values.TypeOf(value)} cannot be added");
            var next = string.Concat(made, text.AsSpan(from, index - from), with);
            foreach (var result in Replaced(machine, scope, text, matches, at + 1, index + length, next, replacement)) yield return result;
        }
    }
}
