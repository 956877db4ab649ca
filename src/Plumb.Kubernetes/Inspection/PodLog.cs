using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Plumb.Kubernetes.Client;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Inspection;

/// <summary>One container's output.</summary>
/// <param name="Pod">Its Pod.</param>
/// <param name="Container">Its name.</param>
/// <param name="Path">Where the API server has it.</param>
internal sealed record LogSource(ResourceId Pod, string Container, string Path);

/// <summary>The lines of some containers. One that cannot be read says why in a line of its own, and the others go on.</summary>
internal sealed class PodLog(KubeClient client, LogRequest request, IReadOnlyList<LogSource> sources)
{
    /// <summary>Containers read at once; more would be neither readable nor kind to the API server.</summary>
    public const int MaxSources = 20;

    private const int MaxLineBytes = 16 * 1024;
    private const int Waiting = 1000;

    /// <summary>The lines, by time as far as they are there already, then as they come.</summary>
    public async IAsyncEnumerable<LogEntry> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        if (!request.Follow)
        {
            var all = await Task.WhenAll(sources.Select(s => CollectAsync(s, over.Token)));
            foreach (var entry in all.SelectMany(e => e).OrderBy(e => e.At ?? DateTimeOffset.MaxValue)) yield return entry;
            yield break;
        }

        var lines = Channel.CreateBounded<LogEntry>(new BoundedChannelOptions(Waiting) { SingleReader = true });
        var reading = CopyAllAsync(lines.Writer, over.Token);
        try
        {
            await foreach (var entry in lines.Reader.ReadAllAsync(ct)) yield return entry;
        }
        finally
        {
            await over.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CopyAllAsync(ChannelWriter<LogEntry> to, CancellationToken ct)
    {
        try
        {
            await Task.WhenAll(sources.Select(async source =>
            {
                await foreach (var entry in LinesAsync(source, ct)) await to.WriteAsync(entry, ct);
            }));
        }
        finally
        {
            to.TryComplete();
        }
    }

    private async Task<List<LogEntry>> CollectAsync(LogSource source, CancellationToken ct)
    {
        var lines = new List<LogEntry>();
        await foreach (var entry in LinesAsync(source, ct)) lines.Add(entry);
        return lines;
    }

    private async IAsyncEnumerable<LogEntry> LinesAsync(LogSource source, [EnumeratorCancellation] CancellationToken ct)
    {
        HttpResponseMessage? response = null;
        string? fault = null;
        try
        {
            response = await client.OpenTextAsync(source.Path + Query(source), ct);
        }
        catch (KubeApiException e)
        {
            fault = e.Message;
        }

        if (fault is not null)
        {
            yield return new LogEntry(source.Pod, source.Container, null, $"(its log cannot be read: {fault})");
            yield break;
        }

        using (response)
        {
            await using var stream = await response!.Content.ReadAsStreamAsync(ct);
            var left = request.Tail;
            await foreach (var line in ReadLinesAsync(stream, ct))
            {
                // A server that disregards the bound must not fill our memory.
                if (!request.Follow && left-- <= 0) yield break;
                yield return Entry(source, line);
            }
        }
    }

    /// <summary>Lines of at most <see cref="MaxLineBytes"/>; the rest of a longer one is dropped. A broken connection is the end.</summary>
    private static async IAsyncEnumerable<string> ReadLinesAsync(Stream stream, [EnumeratorCancellation] CancellationToken ct)
    {
        var buffer = new byte[16 * 1024];
        var line = new List<byte>(256);
        while (true)
        {
            int read;
            try
            {
                read = await stream.ReadAsync(buffer, ct);
            }
            catch (Exception e) when (e is IOException or HttpRequestException)
            {
                read = 0;
            }

            if (read == 0) break;
            for (var i = 0; i < read; i++)
            {
                if (buffer[i] != '\n')
                {
                    if (line.Count < MaxLineBytes) line.Add(buffer[i]);
                    continue;
                }

                yield return Text(line);
                line.Clear();
            }
        }

        if (line.Count > 0) yield return Text(line);

        static string Text(List<byte> line) => Encoding.UTF8.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(line)).TrimEnd('\r');
    }

    private string Query(LogSource source)
    {
        var query = new StringBuilder("?timestamps=true&container=").Append(Uri.EscapeDataString(source.Container));
        query.Append(CultureInfo.InvariantCulture, $"&tailLines={request.Tail}");
        if (request.Since is { } since) query.Append("&sinceTime=").Append(Uri.EscapeDataString(since.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)));
        if (request.Follow) query.Append("&follow=true");
        if (request.Previous) query.Append("&previous=true");
        return query.ToString();
    }

    /// <summary>With <c>timestamps=true</c> each line begins with its time and a space.</summary>
    private static LogEntry Entry(LogSource source, string line)
    {
        var space = line.IndexOf(' ');
        return space > 0 && DateTimeOffset.TryParse(line.AsSpan(0, space), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? new LogEntry(source.Pod, source.Container, at, line[(space + 1)..])
            : new LogEntry(source.Pod, source.Container, null, line);
    }
}
