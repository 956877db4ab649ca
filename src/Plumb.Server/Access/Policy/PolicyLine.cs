using System.Text;

namespace Plumb.Server.Access.Policy;

/// <summary>
/// One line of a policy taken apart as Argo CD does: comma-separated, white space before a field is dropped and after it kept, a field may
/// be quoted and then holds <c>""</c> for a quote.
/// </summary>
internal static class PolicyLine
{
    /// <summary>Its fields; null, with the reason, when the quotes do not fit.</summary>
    public static List<string>? TrySplit(string line, out string problem)
    {
        problem = "";
        var fields = new List<string>();
        var at = 0;
        while (true)
        {
            while (at < line.Length && char.IsWhiteSpace(line[at])) at++;
            var quoted = at < line.Length && line[at] == '"';
            if ((quoted ? Quoted(line, ref at) : Bare(line, ref at)) is not { } field)
            {
                problem = quoted
                    ? "a quoted field must end with a quote, and a comma or the end of the line must follow"
                    : "a quote stands inside a field; quote the whole field and write \"\" for it";
                return null;
            }

            fields.Add(field);
            if (at >= line.Length) return fields;
            at++; // the comma
        }
    }

    private static string? Bare(string line, ref int at)
    {
        var end = line.IndexOf(',', at);
        if (end < 0) end = line.Length;
        var field = line[at..end];
        at = end;
        return field.Contains('"') ? null : field;
    }

    private static string? Quoted(string line, ref int at)
    {
        var field = new StringBuilder();
        for (at++; at < line.Length; at++)
        {
            if (line[at] != '"')
            {
                field.Append(line[at]);
            }
            else if (at + 1 < line.Length && line[at + 1] == '"')
            {
                field.Append('"');
                at++;
            }
            else
            {
                at++;
                return at == line.Length || line[at] == ',' ? field.ToString() : null;
            }
        }

        return null;
    }
}
