using Plumb.Commands.Terminals;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Plumb.Commands.Live;

/// <summary>A picture that is drawn again in place while something goes on. Only for terminals that can: <see cref="Terminal.CanMove"/>.</summary>
internal sealed class LiveView(Terminal terminal, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(150);

    // What is higher than the terminal cannot be drawn over: the line below the picture is the cursor's.
    private const int Spare = 1;
    private const int FewestLines = 3;

    // The terminal shows ^C where the cursor stands: a full last line would wrap by it, and be a line more than what is taken away.
    private const int SpareColumns = 3;
    private const int FewestColumns = 20;

    /// <summary>Draws until the work ends, then takes the picture away; the result is the work's.</summary>
    /// <param name="draw">Lines of at most the frame's width, at most as many as its height.</param>
    /// <param name="work">What goes on.</param>
    /// <param name="ct">Ends the drawing; the work has to end by it too.</param>
    public async Task<T> WhileAsync<T>(Func<Frame, IReadOnlyList<Cell[]>> draw, Task<T> work, CancellationToken ct)
    {
        var console = terminal.Canvas();
        await console.Live(Text.Empty).AutoClear(true).Overflow(VerticalOverflow.Crop).StartAsync(async live =>
        {
            using var ticks = new PeriodicTimer(Interval, time);
            var tick = ticks.WaitForNextTickAsync(ct).AsTask();
            while (!work.IsCompleted && !ct.IsCancellationRequested)
            {
                var frame = new Frame(Math.Max(FewestColumns, console.Profile.Width - SpareColumns), Math.Max(FewestLines, console.Profile.Height - Spare));
                live.UpdateTarget(Render(draw(frame)));
                live.Refresh();
                if (await Task.WhenAny(work, tick) == tick) tick = ticks.WaitForNextTickAsync(ct).AsTask();
            }
        });
        return await work;
    }

    private static Rows Render(IReadOnlyList<Cell[]> lines) => new(lines.Select(Line));

    private static IRenderable Line(Cell[] cells)
    {
        var line = new Paragraph { Overflow = Overflow.Crop };
        foreach (var cell in cells) line.Append(cell.Text ?? "", cell.Style.Length == 0 ? Style.Plain : Style.Parse(cell.Style));
        // A line without anything would have no height.
        if (cells.All(c => string.IsNullOrEmpty(c.Text))) line.Append(" ");
        return line;
    }
}
