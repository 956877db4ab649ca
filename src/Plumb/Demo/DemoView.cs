using System.Globalization;
using Plumb.Commands.OneShot;
using Plumb.Commands.Terminals;
using Plumb.Reconcile.States;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Plumb.Commands.Demo;

/// <summary>How the applications get on: a table that moves on a terminal, lines elsewhere.</summary>
internal sealed class DemoView(Terminal terminal, TimeProvider time)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(80);

    private readonly long _start = time.GetTimestamp();

    /// <summary>Shows until all are where they should be; false when the time was over first.</summary>
    public async Task<bool> FollowAsync(Func<IReadOnlyList<ApplicationState>> states, TimeSpan limit, CancellationToken ct)
    {
        if (!terminal.OutIsTerminal || !terminal.OutColour)
            return await FollowAsync(states, new ProgressLines(terminal, time).Show, limit, ct);
        return await terminal.Canvas().Live(Table([])).AutoClear(false).StartAsync(async live =>
            await FollowAsync(
                states,
                now =>
                {
                    live.UpdateTarget(Table(now));
                    live.Refresh();
                },
                limit, ct));
    }

    /// <summary>How it ended, with what was expected.</summary>
    public void WriteEnd(IReadOnlyList<ApplicationState> states)
    {
        var grid = new Terminals.Grid("APPLICATION", "SYNC", "HEALTH", "REVISION", "MESSAGE");
        foreach (var state in states) grid.Add(Row(state, states));
        grid.Write(terminal);
    }

    private async Task<bool> FollowAsync(Func<IReadOnlyList<ApplicationState>> states, Action<IReadOnlyList<ApplicationState>> show,
        TimeSpan limit, CancellationToken ct)
    {
        while (true)
        {
            var now = states();
            show(now);
            if (Expectation.IsMet(now)) return true;
            if (time.GetElapsedTime(_start) > limit) return false;
            await Task.Delay(LookInterval, time, ct);
        }
    }

    private Rows Table(IReadOnlyList<ApplicationState> states)
    {
        var grid = new Terminals.Grid("APPLICATION", "SYNC", "HEALTH", "REVISION", "MESSAGE");
        foreach (var state in states) grid.Add(Row(state, states));
        var seconds = time.GetElapsedTime(_start).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        return new Rows((IRenderable[])[Text.Empty, grid.Draw(), new Text($"{seconds} s", Style.Parse("grey"))]);
    }

    private static Cell[] Row(ApplicationState state, IReadOnlyList<ApplicationState> states)
    {
        var message = Explanation.Of(state);
        if (Expectation.Of(state) != "Healthy" && Expectation.IsMet(state, states)) message = $"as intended: {message}";
        return
        [
            state.Spec.Name, Palette.Sync(state.Sync.ToString()), Palette.Health(state.Health.Status.ToString()),
            string.Join(",", state.Revisions.Select(Words.Revision)), message,
        ];
    }
}
