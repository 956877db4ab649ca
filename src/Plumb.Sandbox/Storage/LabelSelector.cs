using Plumb.Manifests.Documents;
using Plumb.Sandbox.Kinds;

namespace Plumb.Sandbox.Storage;

/// <summary>A label selector in the syntax of the query string: <c>a=b,c!=d,e in (f,g),h notin (i),j,!k</c>.</summary>
internal sealed class LabelSelector
{
    private enum Operator
    {
        In,
        NotIn,
        Exists,
        Missing,
        Greater,
        Less,
    }

    private sealed record Requirement(string Key, Operator Operator, IReadOnlyList<string> Values);

    private readonly IReadOnlyList<Requirement> _requirements;

    private LabelSelector(IReadOnlyList<Requirement> requirements) => _requirements = requirements;

    /// <summary>Selects everything.</summary>
    public static LabelSelector Everything { get; } = new([]);

    public bool SelectsEverything => _requirements.Count == 0;

    public bool Matches(MapNode? labels)
    {
        foreach (var r in _requirements)
        {
            if (!Matches(r, labels?[r.Key].AsString())) return false;
        }

        return true;
    }

    /// <exception cref="ApiException">Not a selector (400).</exception>
    public static LabelSelector Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return Everything;
        var requirements = new List<Requirement>();
        var at = 0;
        while (true)
        {
            requirements.Add(ReadRequirement(text, ref at));
            SkipBlanks(text, ref at);
            if (at == text.Length) return new(requirements);
            if (text[at++] != ',') throw Fault(text, $"found '{text[at - 1]}', expected: ',' or 'end of string'");
        }
    }

    private static bool Matches(Requirement r, string? value) => r.Operator switch
    {
        Operator.In => value is not null && r.Values.Contains(value),
        Operator.NotIn => value is null || !r.Values.Contains(value),
        Operator.Exists => value is not null,
        Operator.Missing => value is null,
        Operator.Greater => long.TryParse(value, out var a) && long.TryParse(r.Values[0], out var b) && a > b,
        _ => long.TryParse(value, out var a) && long.TryParse(r.Values[0], out var b) && a < b,
    };

    private static Requirement ReadRequirement(string text, ref int at)
    {
        SkipBlanks(text, ref at);
        if (at < text.Length && text[at] == '!')
        {
            at++;
            return new(ReadWord(text, ref at, required: true), Operator.Missing, []);
        }

        var key = ReadWord(text, ref at, required: true);
        SkipBlanks(text, ref at);
        if (at == text.Length || text[at] == ',') return new(key, Operator.Exists, []);
        switch (text[at])
        {
            case '=':
                at += at + 1 < text.Length && text[at + 1] == '=' ? 2 : 1;
                return new(key, Operator.In, [ReadValue(text, ref at, key)]);
            case '!' when at + 1 < text.Length && text[at + 1] == '=':
                at += 2;
                return new(key, Operator.NotIn, [ReadValue(text, ref at, key)]);
            case '>' or '<':
                var op = text[at++] == '>' ? Operator.Greater : Operator.Less;
                return new(key, op, [ReadWord(text, ref at, required: true)]);
            default:
                var word = ReadWord(text, ref at, required: true);
                if (word is not ("in" or "notin")) throw Fault(text, $"found '{word}', expected: in, notin, =, ==, !=, gt, lt");
                return new(key, word == "in" ? Operator.In : Operator.NotIn, ReadValues(text, ref at));
        }
    }

    private static List<string> ReadValues(string text, ref int at)
    {
        SkipBlanks(text, ref at);
        if (at == text.Length || text[at++] != '(') throw Fault(text, "expected: '('");
        var values = new List<string>();
        while (true)
        {
            values.Add(ReadWord(text, ref at, required: false));
            SkipBlanks(text, ref at);
            if (at == text.Length) throw Fault(text, "found '', expected: ',' or ')'");
            var c = text[at++];
            if (c == ')') return values;
            if (c != ',') throw Fault(text, $"found '{c}', expected: ',' or ')'");
        }
    }

    private static string ReadWord(string text, ref int at, bool required)
    {
        SkipBlanks(text, ref at);
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '-' or '_' or '.' or '/')) at++;
        if (required && at == start) throw Fault(text, $"found '{(at < text.Length ? text[at] : ' ')}', expected: identifier");
        return text[start..at];
    }

    /// <summary>A value, whatever stands there up to the next term; no label can have most of it.</summary>
    private static string ReadValue(string text, ref int at, string key)
    {
        SkipBlanks(text, ref at);
        var start = at;
        while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not (',' or ')' or '(' or '=' or '!' or '<' or '>')) at++;
        var value = text[start..at];
        if (Formats.LabelValue(value) is not [var problem, ..]) return value;
        throw ApiErrors.BadRequest($"unable to parse requirement: values[0][{key}]: Invalid value: \"{value}\": {problem}");
    }

    private static void SkipBlanks(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
    }

    private static ApiException Fault(string text, string why) =>
        ApiErrors.BadRequest($"unable to parse requirement: {why} (in \"{text}\")");
}
