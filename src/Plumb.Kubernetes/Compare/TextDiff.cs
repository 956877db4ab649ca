using System.Globalization;
using System.Text;

namespace Plumb.Kubernetes.Compare;

/// <summary>Unified diffs of texts by lines, as <c>diff -u</c> writes them.</summary>
public static class TextDiff
{
    private const int Context = 3;

    /// <summary>
    /// Edits beyond which the shortest script is not sought any more: the rest is replaced as a whole. Bounds time and memory.
    /// </summary>
    private const int MostEdits = 4000;

    /// <summary>
    /// The difference with three lines of context; empty when the texts are equal. A text that does not end in a line feed is marked as
    /// <c>diff</c> does it.
    /// </summary>
    /// <param name="before">Old text.</param>
    /// <param name="after">New text.</param>
    /// <param name="beforeName">What to call the old one in the header.</param>
    /// <param name="afterName">What to call the new one in the header.</param>
    public static string Unified(string before, string after, string beforeName, string afterName)
    {
        if (before == after) return "";
        var script = LineEdits.Between(Lines(before), Lines(after), MostEdits);
        var text = new StringBuilder();
        text.Append("--- ").Append(beforeName).Append('\n').Append("+++ ").Append(afterName).Append('\n');
        for (var at = 0; at < script.Count;)
        {
            if (script[at].Kind == ' ')
            {
                at++;
                continue;
            }

            at = Hunk(text, script, at);
        }

        return text.ToString();
    }

    /// <summary>Writes one hunk that begins with the change at an index; returns the index after it.</summary>
    private static int Hunk(StringBuilder text, List<LineEdit> script, int firstChange)
    {
        var last = firstChange;
        for (var i = firstChange + 1; i < script.Count && i - last <= 2 * Context + 1; i++)
        {
            if (script[i].Kind != ' ') last = i;
        }

        var from = Math.Max(0, firstChange - Context);
        var to = Math.Min(script.Count, last + 1 + Context);
        var (oldStart, newStart) = (script[from].Before, script[from].After);
        var oldCount = 0;
        var newCount = 0;
        for (var i = from; i < to; i++)
        {
            if (script[i].Kind != '+') oldCount++;
            if (script[i].Kind != '-') newCount++;
        }

        text.Append("@@ -").Append(Range(oldStart, oldCount)).Append(" +").Append(Range(newStart, newCount)).Append(" @@\n");
        for (var i = from; i < to; i++)
        {
            text.Append(script[i].Kind).Append(script[i].Text);
            if (!script[i].Text.EndsWith('\n')) text.Append("\n\\ No newline at end of file\n");
        }

        return to;
    }

    /// <summary>Lines from 1; a side without lines is named by the line before it.</summary>
    private static string Range(int start, int count) => count switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"{start},0"),
        1 => (start + 1).ToString(CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"{start + 1},{count}"),
    };

    /// <summary>Lines with their line feeds.</summary>
    private static List<string> Lines(string text)
    {
        var lines = new List<string>();
        for (var from = 0; from < text.Length;)
        {
            var end = text.IndexOf('\n', from);
            var next = end < 0 ? text.Length : end + 1;
            lines.Add(text[from..next]);
            from = next;
        }

        return lines;
    }
}
