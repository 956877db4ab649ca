using System.Threading.Channels;
using Plumb.Api;

namespace Plumb.Commands.App;

/// <summary>Several logs as one.</summary>
internal static class LogMerge
{
    private const int Room = 1024;

    /// <summary>All lines by time; a line without one stays behind the line before it.</summary>
    public static async Task<IReadOnlyList<LogLine>> ReadAsync(IReadOnlyList<IAsyncEnumerable<LogLine>> sources)
    {
        var all = await Task.WhenAll(sources.Select(ReadAsync));
        var timed = new List<(DateTimeOffset At, LogLine Line)>();
        foreach (var lines in all)
        {
            // The server tells one container after another: time begins anew with each.
            var at = new Dictionary<(string, string), DateTimeOffset>();
            foreach (var line in lines)
            {
                var key = (line.Pod, line.Container);
                at[key] = line.At ?? at.GetValueOrDefault(key);
                timed.Add((at[key], line));
            }
        }

        return [.. timed.OrderBy(t => t.At).Select(t => t.Line)];
    }

    /// <summary>Each line as it comes, until all have ended or it is cancelled.</summary>
    public static async Task FollowAsync(IReadOnlyList<IAsyncEnumerable<LogLine>> sources, Action<LogLine> write, CancellationToken ct)
    {
        var lines = Channel.CreateBounded<LogLine>(new BoundedChannelOptions(Room) { SingleReader = true });
        var pumps = EndAsync(lines.Writer, [.. sources.Select(s => PumpAsync(s, lines.Writer, ct))]);
        await foreach (var line in lines.Reader.ReadAllAsync(ct)) write(line);
        await pumps;
    }

    private static async Task<List<LogLine>> ReadAsync(IAsyncEnumerable<LogLine> source)
    {
        var lines = new List<LogLine>();
        await foreach (var line in source) lines.Add(line);
        return lines;
    }

    private static async Task PumpAsync(IAsyncEnumerable<LogLine> source, ChannelWriter<LogLine> lines, CancellationToken ct)
    {
        await foreach (var line in source) await lines.WriteAsync(line, ct);
    }

    private static async Task EndAsync(ChannelWriter<LogLine> lines, Task[] pumps)
    {
        try
        {
            await Task.WhenAll(pumps);
            lines.Complete();
        }
        catch (Exception e)
        {
            lines.Complete(e);
        }
    }
}
