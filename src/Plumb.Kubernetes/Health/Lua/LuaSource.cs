using System.Text;

namespace Plumb.Kubernetes.Health.Lua;

/// <summary>
/// Prepares a script for an interpreter of version 5.4, in which <c>4 / 2 .. "x"</c> is <c>2.0x</c>, while in 5.1 it is <c>2x</c>: between
/// the two sides of each <c>..</c> comes a value of ours that joins them as 5.1 does. Lines stay as they are.
/// </summary>
internal static class LuaSource
{
    private const string Joint = "__joint";

    public static string Prepare(string script)
    {
        var made = new StringBuilder(script.Length + 64).Append("local ").Append(Joint).Append(" = ... ");
        var at = 0;
        while (at < script.Length)
        {
            var start = at;
            at = Skip(script, at);
            if (at > start)
            {
                made.Append(script, start, at - start);
            }
            else if (string.CompareOrdinal(script, at, "...", 0, 3) == 0)
            {
                made.Append("...");
                at += 3;
            }
            else if (string.CompareOrdinal(script, at, "..", 0, 2) == 0)
            {
                made.Append(".. ").Append(Joint).Append(" ..");
                at += 2;
            }
            else
            {
                made.Append(script[at++]);
            }
        }

        return made.ToString();
    }

    /// <summary>Past a comment, a text or a number; the same place when none begins there.</summary>
    private static int Skip(string script, int at)
    {
        var c = script[at];
        if (c == '-' && At(script, at + 1) == '-')
        {
            if (LongBracket(script, at + 2) is var end and >= 0) return end;
            var line = script.IndexOf('\n', at);
            return line < 0 ? script.Length : line;
        }

        if (c == '[' && LongBracket(script, at) is var close and >= 0) return close;
        if (c is '"' or '\'') return Quoted(script, at);
        if (char.IsAsciiDigit(c) && !(at > 0 && (char.IsAsciiLetterOrDigit(script[at - 1]) || script[at - 1] == '_')))
        {
            while (char.IsAsciiLetterOrDigit(At(script, at)) || (At(script, at) == '.' && At(script, at + 1) != '.')) at++;
        }

        return at;
    }

    private static char At(string script, int at) => at < script.Length ? script[at] : '\0';

    private static int Quoted(string script, int at)
    {
        for (var i = at + 1; i < script.Length && script[i] != '\n'; i++)
        {
            if (script[i] == '\\') i++;
            else if (script[i] == script[at]) return i + 1;
        }

        return script.Length; // not closed, which the interpreter will say
    }

    private static int LongBracket(string script, int at)
    {
        if (At(script, at) != '[') return -1;
        var level = 0;
        while (At(script, at + 1 + level) == '=') level++;
        if (At(script, at + 1 + level) != '[') return -1;
        var close = "]" + new string('=', level) + "]";
        var end = script.IndexOf(close, at + 2 + level, StringComparison.Ordinal);
        return end < 0 ? script.Length : end + close.Length;
    }
}
