using Plumb.Commands.Terminals;

namespace Plumb.Commands.Live;

/// <summary>How much room there is.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Lines.</param>
internal readonly record struct Frame(int Width, int Height);

/// <summary>
/// Rows in columns of exactly one line each, so that a view knows its height: what has no room is cut, first the words at the end of a row, then
/// the names at its beginning.
/// </summary>
/// <param name="width">Room in all.</param>
/// <param name="headings">Headings; empty for none.</param>
internal sealed class Columns(int width, IReadOnlyList<string> headings)
{
    private const int Gap = 2;
    private const int FewestWords = 10;

    private readonly List<Cell[]> _rows = [];

    public void Add(params Cell[] row) => _rows.Add(row);

    /// <summary>The rows, each padded to the same columns and no wider than the room.</summary>
    public IReadOnlyList<Cell[]> Draw(string indent = "")
    {
        List<Cell[]> rows = [.. _rows];
        if (headings.Count > 0) rows.Insert(0, [.. headings.Select(h => new Cell(h, "bold"))]);
        if (rows.Count == 0) return [];
        var widths = Widths(rows, width - indent.Length);
        return [.. rows.Select(r => (Cell[])[new Cell(indent), .. r.Select((c, i) => Fit(c, widths[i], i == r.Length - 1))])];
    }

    /// <summary>A text in so many columns, with a mark where it was cut.</summary>
    public static string Cut(string text, int room)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= room ? line : room <= 0 ? "" : line[..(room - 1)] + "…";
    }

    private static int[] Widths(List<Cell[]> rows, int room)
    {
        var count = rows.Max(r => r.Length);
        var widths = new int[count];
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++) widths[i] = Math.Max(widths[i], row[i].Text?.Length ?? 0);
        }

        var gaps = Gap * (count - 1);
        var last = count - 1;
        // The words get what is left; names are cut only when even few words have no room.
        var middle = widths[1..last].Sum();
        var forName = Math.Max(FewestWords, room - gaps - middle - Math.Min(widths[last], FewestWords));
        widths[0] = Math.Min(widths[0], forName);
        for (var i = last - 1; i > 0 && widths[0] + widths[1..last].Sum() + gaps > room; i--)
            widths[i] = Math.Max(1, widths[i] - (widths[0] + widths[1..last].Sum() + gaps - room));
        widths[last] = Math.Max(0, Math.Min(widths[last], room - gaps - widths[..last].Sum()));
        return widths;
    }

    private static Cell Fit(Cell cell, int width, bool last)
    {
        var text = Cut(cell.Text ?? "", width);
        return cell with { Text = last ? text : text.PadRight(width + Gap) };
    }
}
