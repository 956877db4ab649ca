namespace Plumb.Web.Applications.Filters;

/// <summary>
/// Kubernetes' label selector: requirements with commas between them, all of which must hold: <c>key=value</c>, <c>key==value</c>,
/// <c>key!=value</c>, <c>key in (a,b)</c>, <c>key notin (a,b)</c>, <c>key</c>, <c>!key</c>. As there, <c>!=</c> and <c>notin</c> also hold
/// for who lacks the key.
/// </summary>
internal sealed class LabelSelector
{
    private readonly IReadOnlyList<Requirement> _requirements;

    private LabelSelector(IReadOnlyList<Requirement> requirements) => _requirements = requirements;

    private enum Operator
    {
        In,
        NotIn,
        Exists,
        Missing,
    }

    /// <summary>Reads one.</summary>
    /// <param name="text">The selector; empty selects everything.</param>
    /// <param name="fault">What is wrong with it, in words; null when nothing is.</param>
    /// <returns>The selector; null when there is a fault.</returns>
    public static LabelSelector? Parse(string text, out string? fault)
    {
        List<Requirement> requirements = [];
        foreach (var part in Parts(text))
        {
            if (Read(part) is not { } requirement)
            {
                fault = $"\"{part}\" is not a requirement: write key=value, key!=value, key in (a,b), key notin (a,b), key or !key.";
                return null;
            }

            requirements.Add(requirement);
        }

        fault = null;
        return new LabelSelector(requirements);
    }

    /// <summary>Whether all requirements hold.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var requirement in _requirements)
        {
            var has = labels.TryGetValue(requirement.Key, out var value);
            var holds = requirement.Operator switch
            {
                Operator.In => has && requirement.Values.Contains(value!),
                Operator.NotIn => !has || !requirement.Values.Contains(value!),
                Operator.Exists => has,
                _ => !has,
            };
            if (!holds)
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<string> Parts(string text)
    {
        var depth = 0;
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && depth == 0))
            {
                var part = text[start..i].Trim();
                start = i + 1;
                if (part.Length > 0)
                {
                    yield return part;
                }

                continue;
            }

            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
        }
    }

    private static Requirement? Read(string part)
    {
        if (part.EndsWith(')') && part.IndexOf('(', StringComparison.Ordinal) is var open and > 0)
        {
            string[] values = [.. part[(open + 1)..^1].Split(',').Select(value => value.Trim())];
            return part[..open].Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
            {
                [var key, "in"] when IsKey(key) => new Requirement(key, Operator.In, values),
                [var key, "notin"] when IsKey(key) => new Requirement(key, Operator.NotIn, values),
                _ => null,
            };
        }

        if (part.StartsWith('!'))
        {
            return IsKey(part[1..].Trim()) ? new Requirement(part[1..].Trim(), Operator.Missing, []) : null;
        }

        foreach (var (sign, meaning) in (ReadOnlySpan<(string, Operator)>)[("!=", Operator.NotIn), ("==", Operator.In), ("=", Operator.In)])
        {
            if (part.IndexOf(sign, StringComparison.Ordinal) is var at and > 0)
            {
                var key = part[..at].Trim();
                var value = part[(at + sign.Length)..].Trim();
                return IsKey(key) && !value.Contains('=', StringComparison.Ordinal) ? new Requirement(key, meaning, [value]) : null;
            }
        }

        return IsKey(part) ? new Requirement(part, Operator.Exists, []) : null;
    }

    private static bool IsKey(string key) =>
        key.Length is > 0 and <= 317 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/');

    private sealed record Requirement(string Key, Operator Operator, IReadOnlyList<string> Values);
}
