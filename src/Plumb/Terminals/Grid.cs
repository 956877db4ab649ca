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
    private readonly List<Cell[]> _rows = [];

    public void Add(params Cell[] row) => _rows.Add(row);

    public Table Draw()
    {
        var table = new Table().NoBorder();
        for (var i = 0; i < headings.Length; i++)
        {
            table.AddColumn(new TableColumn(new Text(headings[i], Style.Parse("bold")))
            {
                // The last column takes the words and may wrap; names are never torn.
                NoWrap = i < headings.Length - 1,
                Padding = new Padding(0, 0, 3, 0),
            });
        }

        foreach (var row in _rows) table.AddRow(row.Select(c => c.Draw()));
        return table;
    }

    public void Write(Terminal terminal, bool headings = true)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var table = Draw();
        table.ShowHeaders = headings;
        terminal.Canvas(text).Write(table);
        foreach (var line in text.ToString().TrimEnd('\n').Split('\n')) terminal.Out.WriteLine(line.TrimEnd());
    }
}
