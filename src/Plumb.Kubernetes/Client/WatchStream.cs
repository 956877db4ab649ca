using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Plumb.Kubernetes.Discovery;
using Plumb.Manifests.Documents;

namespace Plumb.Kubernetes.Client;

/// <summary>What a watch line says.</summary>
internal enum WatchEventType
{
    Added,
    Modified,
    Deleted,
    Bookmark,
}

/// <summary>One line of a watch. A line that reports an error is an exception instead.</summary>
internal readonly record struct WatchEvent(WatchEventType Type, MapNode Object);

/// <summary>Watches one kind: a response that does not end, one JSON document a line.</summary>
internal sealed class WatchStream(KubeConnection connection, KubeClientOptions options, TimeProvider time, KubernetesMetrics metrics)
{
    private const int MaxLine = 16 * 1024 * 1024;

    /// <summary>
    /// Events after <paramref name="version"/> until the server ends the watch. <paramref name="connected"/> is called when the server
    /// has accepted it.
    /// </summary>
    /// <exception cref="KubeApiException">Refused, expired (410), or no answer.</exception>
    public IAsyncEnumerable<WatchEvent> ReadAsync(ApiResource kind, string version, Action connected, CancellationToken ct)
    {
        // The server ends watches after its own (random, half to one hour) time; the answer to that is a new one, which is all the
        // traffic of an idle cluster.
        var path = $"{kind.Path("", "")}?watch=true&allowWatchBookmarks=true&resourceVersion={Uri.EscapeDataString(version)}";
        return ReadAsync(path, kind.Complete, connected, ct);
    }

    /// <summary>Events of any watch; what a line leaves out, <paramref name="complete"/> fills in.</summary>
    /// <exception cref="KubeApiException">Refused, expired (410), or no answer.</exception>
    public async IAsyncEnumerable<WatchEvent> ReadAsync(
        string path, Func<MapNode, MapNode> complete, Action connected, [EnumeratorCancellation] CancellationToken ct)
    {
        using var response = await OpenAsync(path, ct);
        connected();
        var reader = PipeReader.Create(await response.Content.ReadAsStreamAsync(ct));
        try
        {
            while (true)
            {
                if (await ReadMoreAsync(reader, ct) is not { } read) yield break;
                var buffer = read.Buffer;
                while (TakeLine(ref buffer, out var line))
                {
                    if (!line.IsEmpty) yield return Parse(line, complete);
                }

                if (buffer.Length > MaxLine) throw new KubeApiException(413, "TooLarge", $"a watch event is larger than {MaxLine} bytes: {path}");
                reader.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted) yield break;
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(string path, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(options.RequestTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        var code = 0;
        try
        {
            var response = await connection.SendAsync(HttpMethod.Get, path, null, "application/json", linked.Token);
            code = (int)response.StatusCode;
            if (response.IsSuccessStatusCode) return response;
            using (response) throw StatusReader.FromResponse(response, await response.Content.ReadAsByteArrayAsync(linked.Token));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new KubeApiException(0, "Timeout", $"{connection.Server.Authority} did not answer within {options.RequestTimeout.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new KubeApiException(0, "Unreachable", $"cannot reach {connection.Server.Authority}: {(e.InnerException ?? e).Message}", e);
        }
        finally
        {
            metrics.Request("watch", code);
        }
    }

    /// <summary>A connection that breaks ends the watch like the server's own end does: the next one shows whether anybody is there.</summary>
    private static async Task<ReadResult?> ReadMoreAsync(PipeReader reader, CancellationToken ct)
    {
        try
        {
            return await reader.ReadAsync(ct);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return null;
        }
    }

    private static bool TakeLine(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf((byte)'\n') is not { } end)
        {
            line = default;
            return false;
        }

        line = buffer.Slice(0, end);
        buffer = buffer.Slice(buffer.GetPosition(1, end));
        return true;
    }

    private static WatchEvent Parse(ReadOnlySequence<byte> line, Func<MapNode, MapNode> complete)
    {
        Node document;
        try
        {
            document = line.IsSingleSegment ? Json.Parse(line.FirstSpan) : Json.Parse(line.ToArray());
        }
        catch (JsonException e)
        {
            throw new KubeApiException(200, "BadAnswer", "a watch event is not JSON", e);
        }

        var type = document["type"].AsString();
        if (type == "ERROR") throw StatusReader.FromStatus(document["object"], 500);
        var body = document["object"].AsMap() ?? throw new KubeApiException(200, "BadAnswer", "a watch event has no object");
        return type switch
        {
            "ADDED" => new(WatchEventType.Added, complete(body)),
            "MODIFIED" => new(WatchEventType.Modified, complete(body)),
            "DELETED" => new(WatchEventType.Deleted, complete(body)),
            "BOOKMARK" => new(WatchEventType.Bookmark, body),
            _ => throw new KubeApiException(200, "BadAnswer", $"a watch event has the unknown type {type}"),
        };
    }
}
