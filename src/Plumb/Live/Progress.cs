using System.Collections.Concurrent;
using Plumb.Api;
using Plumb.Commands.App;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Live;

/// <summary>How applications get on while something is done with them: a picture that moves on a terminal, lines on the error stream elsewhere.</summary>
internal sealed class Progress(Terminal terminal, TimeProvider time, IReadOnlyList<string> names, bool moves)
{
    private readonly long _start = time.GetTimestamp();
    private readonly ConcurrentDictionary<string, ApplicationDetail> _last = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _lines = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _done = new(StringComparer.Ordinal);

    /// <summary>What was last seen of an application; null: nothing yet.</summary>
    public ApplicationDetail? Last(string name) => _last.GetValueOrDefault(name);

    /// <summary>Shows a state; without a picture its line, when that is another than the last.</summary>
    public void Show(string name, ApplicationDetail state, string line)
    {
        _last[name] = state;
        if (moves || line.Length == 0 || _lines.GetValueOrDefault(name) == line) return;
        _lines[name] = line;
        terminal.Note(line);
    }

    /// <summary>That application needs no more attention.</summary>
    public void Done(string name) => _done[name] = true;

    /// <summary>Shows until the work ends.</summary>
    public Task<T> WhileAsync<T>(Task<T> work, CancellationToken ct) => moves ? new LiveView(terminal, time).WhileAsync(Draw, work, ct) : work;

    /// <summary>How an application is, on a line.</summary>
    public static string Line(string name, ApplicationDetail state) =>
        $"{name}: {state.Summary.Sync}, {state.Summary.Health}  {AppListCommand.Message(state.Summary)}".TrimEnd();

    private IReadOnlyList<Cell[]> Draw(Frame frame) =>
        SyncPicture.DrawAll([.. names.Select(n => (n, Last(n), _done.ContainsKey(n)))], time.GetElapsedTime(_start), frame);
}
