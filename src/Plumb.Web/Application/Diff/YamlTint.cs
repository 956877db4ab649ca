namespace Plumb.Web.Application.Diff;

/// <summary>Cuts a line of YAML into pieces to colour. It colours for reading only: a line that it misreads loses nothing but colour.</summary>
internal static class YamlTint
{
    /// <summary>The pieces of a line, in order; together they are the line. The class is empty for plain text.</summary>
    public static IReadOnlyList<(string Class, string Text)> Line(string line)
    {
        List<(string, string)> pieces = [];
        var at = 0;
        while (at < line.Length && (line[at] == ' ' || (line[at] == '-' && (at + 1 == line.Length || line[at + 1] == ' '))))
        {
            at++;
        }

        Add("y-mark", 0, at);
        if (at < line.Length && line[at] == '#')
        {
            Add("y-comment", at, line.Length);
            return pieces;
        }

        if (KeyEnd(line, at) is { } colon)
        {
            Add("y-key", at, colon);
            Add("y-mark", colon, colon + 1);
            at = colon + 1;
        }

        var value = line[at..].Trim();
        Add(
            value switch
            {
                "" => "",
                "true" or "false" or "null" or "~" => "y-word",
                ['"', ..] or ['\'', ..] => "y-text",
                ['|', ..] or ['>', ..] or ['&', ..] or ['*', ..] => "y-mark",
                _ when double.TryParse(value, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out _) => "y-number",
                _ => "y-text",
            },
            at,
            line.Length);
        return pieces;

        void Add(string css, int from, int to)
        {
            if (to > from)
            {
                pieces.Add((css, line[from..to]));
            }
        }
    }

    private static int? KeyEnd(string line, int from)
    {
        if (from < line.Length && line[from] is '"' or '\'')
        {
            var close = line.IndexOf(line[from], from + 1);
            return close > 0 && close + 1 < line.Length && line[close + 1] == ':' ? close + 1 : null;
        }

        for (var i = from; i < line.Length; i++)
        {
            if (line[i] == ':' && (i + 1 == line.Length || line[i + 1] == ' '))
            {
                return i > from ? i : null;
            }

            if (line[i] is ' ' or '{' or '[' or '#')
            {
                return null;
            }
        }

        return null;
    }
}
