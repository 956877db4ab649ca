namespace Plumb.Manifests.Helm.Charts;

/// <summary>Go's <c>filepath.Match</c>: <c>*</c> and <c>?</c> stop at slashes, <c>[a-z]</c> and <c>[^a-z]</c>, a backslash escapes.</summary>
internal static class PathPattern
{
    /// <summary>Whether the whole name matches; null when the pattern is malformed as far as it was looked at.</summary>
    public static bool? Matches(string pattern, string name)
    {
        while (pattern.Length > 0)
        {
            var star = false;
            var start = 0;
            while (start < pattern.Length && pattern[start] == '*')
            {
                star = true;
                start++;
            }

            var end = ChunkEnd(pattern, start);
            var chunk = pattern[start..end];
            pattern = pattern[end..];
            if (star && chunk.Length == 0) return !name.Contains('/');

            var rest = Chunk(chunk, name, out var malformed);
            if (malformed) return null;
            if (rest is not null && (rest.Length == 0 || pattern.Length > 0))
            {
                name = rest;
                continue;
            }

            if (star && Skip(chunk, pattern, ref name, out malformed)) continue;
            if (malformed) return null;
            return IsSound(pattern) ? false : null;
        }

        return name.Length == 0;
    }

    private static bool Skip(string chunk, string pattern, ref string name, out bool malformed)
    {
        malformed = false;
        for (var i = 0; i < name.Length && name[i] != '/'; i++)
        {
            var rest = Chunk(chunk, name[(i + 1)..], out malformed);
            if (malformed) return false;
            if (rest is null || (pattern.Length == 0 && rest.Length > 0)) continue;
            name = rest;
            return true;
        }

        return false;
    }

    private static bool IsSound(string pattern)
    {
        while (pattern.Length > 0)
        {
            var start = 0;
            while (start < pattern.Length && pattern[start] == '*') start++;
            var end = ChunkEnd(pattern, start);
            Chunk(pattern[start..end], "", out var malformed);
            if (malformed) return false;
            pattern = pattern[end..];
        }

        return true;
    }

    private static int ChunkEnd(string pattern, int start)
    {
        var inSet = false;
        for (var i = start; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '\\' when i + 1 < pattern.Length: i++; break;
                case '[': inSet = true; break;
                case ']': inSet = false; break;
                case '*' when !inSet: return i;
                default: break;
            }
        }

        return pattern.Length;
    }

    /// <summary>What is left of the name behind the chunk; null when it does not fit. The whole chunk is checked either way.</summary>
    private static string? Chunk(string chunk, string name, out bool malformed)
    {
        malformed = false;
        var failed = false;
        var at = 0;
        for (var i = 0; i < chunk.Length;)
        {
            failed |= at >= name.Length;
            switch (chunk[i])
            {
                case '[':
                    var c = failed ? '\0' : name[at++];
                    i++;
                    var negated = i < chunk.Length && chunk[i] == '^';
                    if (negated) i++;
                    var matched = false;
                    for (var count = 0; ; count++)
                    {
                        if (i < chunk.Length && chunk[i] == ']' && count > 0)
                        {
                            i++;
                            break;
                        }

                        if (Bound(chunk, ref i) is not { } low)
                        {
                            malformed = true;
                            return null;
                        }

                        var high = low;
                        if (i < chunk.Length && chunk[i] == '-')
                        {
                            i++;
                            if (Bound(chunk, ref i) is not { } upper)
                            {
                                malformed = true;
                                return null;
                            }

                            high = upper;
                        }

                        matched |= low <= c && c <= high;
                    }

                    failed |= matched == negated;
                    break;
                case '?':
                    if (!failed)
                    {
                        failed = name[at] == '/';
                        at += char.IsHighSurrogate(name[at]) ? 2 : 1;
                    }

                    i++;
                    break;
                default:
                    if (chunk[i] == '\\' && ++i >= chunk.Length)
                    {
                        malformed = true;
                        return null;
                    }

                    if (!failed) failed = chunk[i] != name[at++];
                    i++;
                    break;
            }
        }

        return failed ? null : name[at..];
    }

    private static char? Bound(string chunk, ref int i)
    {
        if (i >= chunk.Length || chunk[i] is '-' or ']') return null;
        if (chunk[i] == '\\' && ++i >= chunk.Length) return null;
        var c = chunk[i++];
        return i < chunk.Length ? c : null; // a set must be closed
    }
}
