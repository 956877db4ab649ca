using System.Text;
using System.Text.RegularExpressions;

namespace Plumb.Manifests.Helm.Rendering;

/// <summary>
/// The globs of <c>.Files.Glob</c> (gobwas/glob with <c>/</c> as separator): <c>*</c> and <c>?</c> stop at slashes, <c>**</c> does not,
/// <c>[a-z]</c>, <c>[!a-z]</c>, <c>{a,b}</c>, and a backslash takes the next character as it is. Matching takes linear time.
/// </summary>
internal sealed class FileGlob
{
    private readonly Regex _regex;

    private FileGlob(Regex regex) => _regex = regex;

    /// <summary>A malformed pattern matches everything, as in Helm.</summary>
    public static FileGlob Parse(string pattern)
    {
        var expression = pattern.Length > 4096 ? null : Translate(pattern);
        try
        {
            return new FileGlob(Compile(expression ?? ".*"));
        }
        catch (ArgumentException)
        {
            return new FileGlob(Compile(".*"));
        }
    }

    public bool Matches(string path) => _regex.IsMatch(path);

    private static Regex Compile(string expression) =>
        new($"^(?:{expression})\\z", RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant);

    private static string? Translate(string pattern)
    {
        var regex = new StringBuilder();
        var depth = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*' when i + 1 < pattern.Length && pattern[i + 1] == '*':
                    while (i + 1 < pattern.Length && pattern[i + 1] == '*') i++;
                    regex.Append(".*");
                    break;
                case '*': regex.Append("[^/]*"); break;
                case '?': regex.Append("[^/]"); break;
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
                    var end = pattern.IndexOf(']', i + 1);
                    if (end < i + 2) return null;
                    var body = pattern[(i + 1)..end];
                    i = end;
                    var negated = body.StartsWith('!');
                    if (negated) body = body[1..];
                    if (body.Length == 0) return null;
                    regex.Append(negated ? "[^" : "[");
                    foreach (var c in body) regex.Append(c is '-' || char.IsAsciiLetterOrDigit(c) ? c.ToString() : "\\" + c);
                    regex.Append(']');
                    break;
                case '\\' when i + 1 < pattern.Length: regex.Append(Regex.Escape(pattern[++i].ToString())); break;
                default: regex.Append(Regex.Escape(pattern[i].ToString())); break;
            }
        }

        return depth == 0 ? regex.ToString() : null;
    }
}
