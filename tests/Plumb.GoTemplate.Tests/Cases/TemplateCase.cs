using System.Text;

namespace Plumb.GoTemplate.Tests.Cases;

/// <summary>
/// Cases in a text file: a template after <c>--- </c> and a title, then <c>==&gt;</c> and what it gives. The last line feed of both parts
/// is
/// not part of them; an error is given by its message.
/// </summary>
internal sealed record TemplateCase(string Title, string Template, string Expected)
{
    public static IEnumerable<TemplateCase> Read(string file)
    {
        var title = "";
        var template = new StringBuilder();
        var expected = new StringBuilder();
        var current = template;
        foreach (var line in File.ReadAllLines(Path.Combine(Folder, file)))
        {
            if (line.StartsWith("--- ", StringComparison.Ordinal))
            {
                if (title.Length > 0) yield return new TemplateCase(title, Cut(template), Cut(expected));
                title = line[4..];
                template.Clear();
                expected.Clear();
                current = template;
            }
            else if (line == "==>")
            {
                current = expected;
            }
            else if (line.Length > 0 && line[0] == '#' && title.Length == 0)
            {
                // what the file says of itself
            }
            else
            {
                current.Append(line).Append('\n');
            }
        }

        if (title.Length > 0) yield return new TemplateCase(title, Cut(template), Cut(expected));
    }

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Cases");

    private static string Cut(StringBuilder text) => text.Length > 0 ? text.ToString(0, text.Length - 1) : "";
}
