using Spectre.Console;
using Spectre.Console.Rendering;

namespace Plumb.Commands.Terminals;

/// <summary>A cell's text and its colour by Spectre's names; empty for the usual one.</summary>
internal readonly record struct Cell(string? Text, string Style = "")
{
    public static implicit operator Cell(string? text) => new(text);

    public IRenderable Draw() => Style.Length == 0 ? new Text(Text ?? "") : new Text(Text ?? "", Spectre.Console.Style.Parse(Style));
}

/// <summary>A table for people: headings in capitals, columns as wide as they need, nothing drawn around it.</summary>
internal sealed class Grid(params string[] headings)
{
    private const int Gap = 3;
    private const int FewestWords = 14;

    private readonly List<Cell[]> _rows = [];

    /// <summary>Headings of columns that a terminal which is too narrow for all goes without, the first one first. Pipes get all.</summary>
    public IReadOnlyList<string> Spare { get; init; } = [];

    /// <summary>On a terminal each row is one line: the words of the last column are cut where the line ends.</summary>
    public bool OneLine { get; init; }

    public void Add(params Cell[] row) => _rows.Add(row);

    /// <summary>The table, for so many columns of a terminal.</summary>
    public Table Draw(int width = int.MaxValue)
    {
        var table = new Table().NoBorder();
        var left = Columns(width);
        foreach (var i in left)
        {
            table.AddColumn(new TableColumn(new Text(headings[i], Style.Parse("bold")))
            {
                // The last column takes the words and may wrap; names are never torn.
                NoWrap = i != left[^1],
                Padding = new Padding(0, 0, Gap, 0),
            });
        }

        var room = OneLine && width != int.MaxValue ? Math.Max(FewestWords, width - left[..^1].Sum(i => Longest(i) + Gap) - Gap) : int.MaxValue;
        foreach (var row in _rows) table.AddRow(left.Where(i => i < row.Length).Select(i => (i == left[^1] ? Cut(row[i], room) : row[i]).Draw()));
        return table;
    }

    private static Cell Cut(Cell cell, int room) => cell.Text is { } text && text.Length > room ? cell with { Text = text[..(room - 1)] + "…" } : cell;

    private List<int> Columns(int width)
    {
        List<int> left = [.. Enumerable.Range(0, headings.Length)];
        foreach (var heading in Spare)
        {
            if (Natural(left) <= width) break;
            left.Remove(Array.IndexOf(headings, heading));
        }

        return left;
    }

    /// <summary>What these columns take when none is torn and the last one, which may wrap, gets a few words a line.</summary>
    private int Natural(List<int> columns) => columns.Sum(i => Gap + (i == columns[^1] ? Math.Min(Longest(i), FewestWords) : Longest(i)));

    private int Longest(int column) => _rows.Select(r => column < r.Length ? r[column].Text?.Length ?? 0 : 0).Append(headings[column].Length).Max();

    public void Write(Terminal terminal, bool headings = true)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var canvas = terminal.Canvas(text);
        var table = Draw(terminal.OutIsTerminal ? canvas.Profile.Width : int.MaxValue);
        table.ShowHeaders = headings;
        canvas.Write(table);
        foreach (var line in text.ToString().TrimEnd('\n').Split('\n')) terminal.Out.WriteLine(line.TrimEnd());
    }
}
