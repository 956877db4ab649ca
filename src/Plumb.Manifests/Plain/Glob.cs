using System.Text;
using System.Text.RegularExpressions;

namespace Plumb.Manifests.Plain;

/// <summary>
/// Argo CD's globs for <c>include</c> and <c>exclude</c>: <c>*</c> and <c>**</c> match any text, slashes too, <c>?</c> one character,
/// <c>[a-z]</c> and <c>[!a-z]</c> one of a set, <c>{a,b}</c> one of several globs, a backslash takes the next character as it is.
/// Matching takes linear time.
/// </summary>
internal sealed class Glob
{
    private readonly Regex _regex;

    private Glob(Regex regex) => _regex = regex;

    /// <summary>Null with a reason when the pattern is malformed.</summary>
    public static Glob? Parse(string pattern, out string fault)
    {
        fault = "";
        if (pattern.Length > 4096)
        {
            fault = "it is longer than 4096 characters";
            return null;
        }

        var regex = new StringBuilder("^(?:");
        var depth = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*':
                    regex.Append(".*");
                    while (i + 1 < pattern.Length && pattern[i + 1] == '*') i++;
                    break;
                case '?': regex.Append('.'); break;
                case '{':
                    depth++;
                    regex.Append("(?:");
                    break;
                case '}' when depth > 0:
                    depth--;
                    regex.Append(')');
                    break;
                case ',' when depth > 0: regex.Append('|'); break;
                case '[':
                    if (!Set(pattern, ref i, regex))
                    {
                        fault = "a [ is not closed";
                        return null;
                    }

                    break;
                case '\\' when i + 1 < pattern.Length: regex.Append(Regex.Escape(pattern[++i].ToString())); break;
                default: regex.Append(Regex.Escape(pattern[i].ToString())); break;
            }
        }

        if (depth > 0)
        {
            fault = "a { is not closed";
            return null;
        }

        try
        {
            return new Glob(new Regex(
                regex.Append(")$").ToString(), RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            fault = "a set in it is malformed";
            return null;
        }
    }

    public bool Matches(string path) => _regex.IsMatch(path);

    private static bool Set(string pattern, ref int i, StringBuilder regex)
    {
        var end = pattern.IndexOf(']', i + 1);
        if (end < 0) return false;
        var body = pattern[(i + 1)..end];
        i = end;
        var negated = body.StartsWith('!');
        regex.Append(negated ? "[^" : "[");
        foreach (var c in body.AsSpan(negated ? 1 : 0)) regex.Append(c is '-' || char.IsAsciiLetterOrDigit(c) ? c.ToString() : "\\" + c);
        regex.Append(']');
        return true;
    }
}
