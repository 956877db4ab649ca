namespace Plumb.Reconcile.Projects;

/// <summary>
/// The patterns of Argo CD's projects: <c>*</c> any text, <c>?</c> one character, <c>[abc]</c>, <c>[a-z]</c>, <c>[!a]</c> one of (not) these,
/// <c>{a,b}</c> one of these patterns, <c>\</c> takes the next character as it is. Nothing separates: <c>*</c> goes over slashes and dots.
/// </summary>
public static class GlobPattern
{
    private const int MaxLength = 1000;

    /// <summary>Whether it can be read.</summary>
    public static bool IsValid(string pattern)
    {
        if (pattern.Length > MaxLength) return false;
        var inBraces = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '\\' when ++i >= pattern.Length: return false;
                case '[':
                    var end = pattern.IndexOf(']', i + 1);
                    if (end < i + 2 || pattern.AsSpan(i + 1, end - i - 1).Contains('[')) return false;
                    i = end;
                    break;
                case '{' when inBraces: return false; // one level is all that anybody writes
                case '{': inBraces = true; break;
                case '}' when !inBraces: return false;
                case '}': inBraces = false; break;
                default: break;
            }
        }

        return !inBraces;
    }

    /// <summary>Whether the whole text matches; never for a pattern that is not valid.</summary>
    public static bool Matches(string pattern, string text) =>
        IsValid(pattern) && text.Length <= MaxLength && Alternatives(pattern).Any(p => MatchesOne(p, text, MatchesCharacter));

    /// <summary>Whether the whole text matches where only <c>*</c> and <c>?</c> mean something and all else stands for itself.</summary>
    public static bool MatchesPlain(string pattern, string text) =>
        MatchesOne(pattern, text, (p, at, character) => p[at] == '?' || p[at] == character ? at + 1 : null);

    /// <summary>The pattern without braces, once for each choice.</summary>
    private static IEnumerable<string> Alternatives(string pattern)
    {
        var open = IndexOfPlain(pattern, '{', 0);
        if (open < 0) return [pattern];
        var close = IndexOfPlain(pattern, '}', open);
        var rest = Alternatives(pattern[(close + 1)..]).Take(100).ToList();
        return pattern[(open + 1)..close].Split(',').Take(100).SelectMany(choice => rest.Select(r => pattern[..open] + choice + r)).Take(1000);
    }

    private static int IndexOfPlain(string pattern, char wanted, int from)
    {
        for (var i = from; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\') i++;
            else if (pattern[i] == wanted) return i;
        }

        return -1;
    }

    /// <summary>Goes back to the last star only, so that it takes at most pattern × text steps.</summary>
    /// <param name="pattern">The pattern, without braces.</param>
    /// <param name="text">The text.</param>
    /// <param name="matches">Where the pattern goes on after this place when the character fits there; null when it does not.</param>
    private static bool MatchesOne(string pattern, string text, Func<string, int, char, int?> matches)
    {
        int p = 0, t = 0, star = -1, mark = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                mark = t;
            }
            else if (p < pattern.Length && matches(pattern, p, text[t]) is { } next)
            {
                p = next;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++mark;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }

    /// <summary>Where the pattern goes on when this character fits; null when it does not.</summary>
    private static int? MatchesCharacter(string pattern, int at, char character)
    {
        switch (pattern[at])
        {
            case '?': return at + 1;
            case '\\': return pattern[at + 1] == character ? at + 2 : null;
            case '[':
                var end = pattern.IndexOf(']', at + 1);
                return InClass(pattern.AsSpan(at + 1, end - at - 1), character) ? end + 1 : null;
            default: return pattern[at] == character ? at + 1 : null;
        }
    }

    private static bool InClass(ReadOnlySpan<char> members, char character)
    {
        var negated = members[0] == '!';
        if (negated) members = members[1..];
        var found = false;
        for (var i = 0; i < members.Length; i++)
        {
            if (i + 2 < members.Length && members[i + 1] == '-')
            {
                found |= members[i] <= character && character <= members[i + 2];
                i += 2;
            }
            else
            {
                found |= members[i] == character;
            }
        }

        return found != negated;
    }
}
