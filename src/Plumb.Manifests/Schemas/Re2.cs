using System.Text;
using System.Text.RegularExpressions;

namespace Plumb.Manifests.Schemas;

/// <summary>
/// Go's regular expressions (RE2 syntax) in .NET: linear time as there, classes are ASCII as there, <c>$</c> is the end of the text.
/// </summary>
internal static class Re2
{
    /// <summary>Longest pattern that is compiled, in characters; longer ones count as invalid.</summary>
    public const int MaxLength = 8192;

    private static readonly Dictionary<string, string> Posix = new(StringComparer.Ordinal)
    {
        ["alnum"] = "0-9A-Za-z",
        ["alpha"] = "A-Za-z",
        ["ascii"] = @"\x00-\x7F",
        ["blank"] = @"\t ",
        ["cntrl"] = @"\x00-\x1F\x7F",
        ["digit"] = "0-9",
        ["graph"] = "!-~",
        ["lower"] = "a-z",
        ["print"] = " -~",
        ["punct"] = @"!-/:-@\[-`{-~",
        ["space"] = @"\t\n\v\f\r ",
        ["upper"] = "A-Z",
        ["word"] = "0-9A-Za-z_",
        ["xdigit"] = "0-9A-Fa-f",
    };

    /// <summary>The expression; null with the reason when it is not valid or too large.</summary>
    public static Regex? TryCompile(string pattern, out string? problem)
    {
        problem = null;
        if (pattern.Length > MaxLength)
        {
            problem = $"it is longer than {MaxLength} characters";
            return null;
        }

        try
        {
            return new Regex(Translate(pattern), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            problem = e.Message;
            return null;
        }
    }

    internal static string Translate(string pattern)
    {
        var made = new StringBuilder(pattern.Length + 16);
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            var next = i + 1 < pattern.Length ? pattern[i + 1] : '\0';
            if (c == '\\' && next != '\0')
            {
                i++;
                if (next == 'Q' && !inClass)
                {
                    var end = pattern.IndexOf("\\E", i, StringComparison.Ordinal);
                    var literal = end < 0 ? pattern[(i + 1)..] : pattern[(i + 1)..end];
                    made.Append(Regex.Escape(literal));
                    i = end < 0 ? pattern.Length : end + 1;
                    continue;
                }

                made.Append(next switch
                {
                    'd' => inClass ? "0-9" : "[0-9]",
                    'D' when !inClass => "[^0-9]",
                    'w' => inClass ? "0-9A-Za-z_" : "[0-9A-Za-z_]",
                    'W' when !inClass => "[^0-9A-Za-z_]",
                    's' => inClass ? @"\t\n\f\r " : @"[\t\n\f\r ]",
                    'S' when !inClass => @"[^\t\n\f\r ]",
                    'p' or 'P' when i + 1 < pattern.Length && pattern[i + 1] != '{' => $"\\{next}{{{pattern[++i]}}}",
                    'x' when i + 1 < pattern.Length && pattern[i + 1] == '{' => CodePoint(pattern, ref i),
                    'C' => ".",
                    '/' or '-' or '_' or '"' or '\'' or '@' or '%' or '&' or '~' or '=' or '!' or ':' or ';' or '<' or '>' or ',' or '`' =>
                        next == '-' && inClass ? @"\-" : next.ToString(),
                    _ => "\\" + next,
                });
                continue;
            }

            if (inClass)
            {
                if (c == '[' && next == ':' && pattern.IndexOf(":]", i, StringComparison.Ordinal) is var end && end > 0
                    && Posix.TryGetValue(pattern[(i + 2)..end], out var posix))
                {
                    made.Append(posix);
                    i = end + 1;
                    continue;
                }

                if (c == ']') inClass = false;
                made.Append(c == '[' ? "\\[" : c.ToString());
                continue;
            }

            switch (c)
            {
                case '[':
                    inClass = true;
                    made.Append('[');
                    if (next == '^') made.Append(pattern[++i]);
                    if (i + 1 < pattern.Length && pattern[i + 1] == ']')
                    {
                        made.Append("\\]");
                        i++;
                    }

                    break;
                case '$': made.Append(@"\z"); break;
                case '(' when pattern.AsSpan(i).StartsWith("(?P<", StringComparison.Ordinal):
                    made.Append("(?<");
                    i += 3;
                    break;
                default: made.Append(c); break;
            }
        }

        return made.ToString();
    }

    private static string CodePoint(string pattern, ref int i)
    {
        var end = pattern.IndexOf('}', i);
        if (end < 0) throw new ArgumentException("missing } after \\x{");
        var value = int.Parse(pattern.AsSpan(i + 2, end - i - 2), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
        i = end;
        return value <= 0xFFFF
            ? "\\u" + value.ToString("X4", System.Globalization.CultureInfo.InvariantCulture)
            : throw new ArgumentException("characters beyond the basic plane are not supported");
    }
}
