using Plumb.Api;
using Plumb.Commands.App;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Live;

/// <summary>
/// Applications as they change: a table that moves on a terminal, a line or document for each change elsewhere. The server says that something
/// changed; which applications fit is asked anew, as the server knows the rules.
/// </summary>
internal sealed class ListWatch(Terminal terminal, PlumbClient client, ApplicationQuery query, string output)
{
    // Many applications change at once when a repository moves: that is one question.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly Dictionary<string, ApplicationSummary> _last = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<ApplicationSummary> _now = [];

    public async Task<int> RunAsync(CancellationToken ct)
    {
        var moves = Output.IsForPeople(output) && terminal.CanMove;
        try
        {
            if (moves) await new LiveView(terminal, TimeProvider.System).WhileAsync(Picture, FollowAsync(_ => { }, ct), ct);
            else await FollowAsync(WriteChanges, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Being stopped is the good end of a watch.
            if (moves) AppListCommand.Table(_now).Write(terminal);
            return ExitCode.Ok;
        }

        throw new PlumbApiException("the server ended the watch");
    }

    private async Task<bool> FollowAsync(Action<IReadOnlyList<ApplicationSummary>> show, CancellationToken ct)
    {
        await using var changes = client.WatchApplicationsAsync(ct).GetAsyncEnumerator(ct);
        var next = changes.MoveNextAsync().AsTask();
        while (true)
        {
            show(_now = await ApplicationFilter.ListAsync(client, query, ct));
            if (!await next) return true;
            var pause = Task.Delay(Pause, TimeProvider.System, ct);
            do
            {
                next = changes.MoveNextAsync().AsTask();
            }
            while (await Task.WhenAny(next, pause) == next && await next);
            await pause;
        }
    }

    private void WriteChanges(IReadOnlyList<ApplicationSummary> now)
    {
        foreach (var application in now)
        {
            var line = Line(application);
            if (_last.TryGetValue(application.Name, out var last) && Line(last) == line) continue;
            _last[application.Name] = application;
            if (!Output.TryWriteNext(terminal, output, application, ApiJson.Default.ApplicationSummary)) terminal.Out.WriteLine(line);
        }

        foreach (var gone in _last.Keys.Except(now.Select(a => a.Name)).ToList())
        {
            _last.Remove(gone);
            // Documents say how applications are; that one is gone, or no longer fits, is for people.
            if (Output.IsForPeople(output)) terminal.Out.WriteLine($"{gone}  gone");
        }

        terminal.Out.Flush();
    }

    private static string Line(ApplicationSummary a) => $"{a.Name}  {a.Sync}  {a.Health}  {Words.Revision(a.Revision)}  {AppListCommand.Message(a)}".TrimEnd();

    private IReadOnlyList<Cell[]> Picture(Frame frame)
    {
        var columns = new Columns(frame.Width, ["NAME", "PROJECT", "CLUSTER", "SYNC", "HEALTH", "MESSAGE"]);
        var shown = _now.Take(Math.Max(1, frame.Height - 2)).ToList();
        foreach (var a in shown) columns.Add(a.Name, a.Project, a.Cluster, Palette.Sync(a.Sync), Palette.Health(a.Health), AppListCommand.Message(a));
        var lines = columns.Draw();
        return shown.Count == _now.Count ? lines : [.. lines, [new Cell($"… and {_now.Count - shown.Count} more", "grey")]];
    }
}
