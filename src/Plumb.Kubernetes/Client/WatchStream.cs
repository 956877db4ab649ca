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
/// <param name="Type">What happened.</param>
/// <param name="Object">The object's JSON; valid until the next line is asked for.</param>
internal readonly record struct WatchEvent(WatchEventType Type, ReadOnlyMemory<byte> Object);

/// <summary>What is watched.</summary>
/// <param name="Kind">Which kind.</param>
/// <param name="Namespace">In one namespace; empty: in all.</param>
/// <param name="Whole">Whole objects, or their metadata only.</param>
internal readonly record struct WatchTarget(ApiResource Kind, string Namespace, bool Whole);

/// <summary>Watches one kind: a response that does not end, one JSON document a line.</summary>
internal sealed class WatchStream(
    KubeConnection connection, KubeClientOptions options, WatchOptions how, TimeProvider time, KubernetesMetrics metrics)
{
    private const int MaxLine = 16 * 1024 * 1024;
    private const string Metadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = Json.MaxDepth };
    private static readonly StreamPipeReaderOptions PipeOptions = new(bufferSize: 16 * 1024, useZeroByteReads: true); // idle ones hold no buffer

    private readonly SemaphoreSlim _opening = new(how.ParallelOpens);
    private readonly OpenResponse _responses = new(connection, options, time, metrics);

    /// <summary>
    /// Events after <paramref name="version"/> until the server ends the watch, or has said nothing for <paramref name="silence"/>.
    /// <paramref name="connected"/> is called when the server has accepted it.
    /// </summary>
    /// <exception cref="KubeApiException">Refused, expired (410), no answer, or (<c>Silent</c>) nothing heard for too long.</exception>
    public IAsyncEnumerable<WatchEvent> ReadAsync(
        WatchTarget target, string version, Func<TimeSpan> silence, Action connected, CancellationToken ct)
    {
        // The server ends watches after its own (random, half to one hour) time; the answer to that is a new one, which is all the
        // traffic of an idle cluster.
        var kind = target.Kind;
        var path = $"{kind.Path(target.Namespace, "")}?watch=true&allowWatchBookmarks=true&resourceVersion={Uri.EscapeDataString(version)}";
        return ReadAsync(path, target.Whole ? "application/json" : Metadata, silence, connected, ct);
    }

    /// <summary>Events of any watch, by its path and query.</summary>
    /// <exception cref="KubeApiException">Refused, expired (410), no answer, or (<c>Silent</c>) nothing heard for too long.</exception>
    public async IAsyncEnumerable<WatchEvent> ReadAsync(
        string path, string accept, Func<TimeSpan> silence, Action connected, [EnumeratorCancellation] CancellationToken ct)
    {
        using var response = await OpenAsync(path, accept, ct);
        connected();
        using var patience = new CancellationTokenSource(silence(), time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        var reader = PipeReader.Create(await response.Content.ReadAsStreamAsync(ct), PipeOptions);
        try
        {
            while (true)
            {
                if (await ReadMoreAsync(path, reader, linked.Token, ct) is not { } read) yield break;
                var buffer = read.Buffer;
                var heard = false;
                while (TakeLine(ref buffer, out var line))
                {
                    if (line.IsEmpty) continue;
                    heard = true;
                    yield return Parse(line.IsSingleSegment ? line.First : line.ToArray());
                }

                if (heard) patience.CancelAfter(silence()); // half a line is no sign of life: it may never end
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

    private async Task<HttpResponseMessage> OpenAsync(string path, string accept, CancellationToken ct)
    {
        await _opening.WaitAsync(ct);
        try
        {
            return await _responses.GetAsync("watch", path, accept, ct);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>A connection that breaks ends the watch like the server's own end does: the next one shows whether anybody is there.</summary>
    private static async Task<ReadResult?> ReadMoreAsync(string path, PipeReader reader, CancellationToken patience, CancellationToken ct)
    {
        try
        {
            return await reader.ReadAsync(patience);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new KubeApiException(200, "Silent", $"the watch has told nothing for too long: {path[..path.IndexOf('?', StringComparison.Ordinal)]}");
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

    private static WatchEvent Parse(ReadOnlyMemory<byte> line)
    {
        var type = "";
        ReadOnlyMemory<byte> body = default;
        try
        {
            var reader = new Utf8JsonReader(line.Span, ReaderOptions);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException("An object was expected.");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isType = reader.ValueTextEquals("type"u8);
                var isObject = reader.ValueTextEquals("object"u8);
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                if (isType) type = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
                else reader.Skip();
                if (isObject && reader.TokenType == JsonTokenType.EndObject) body = line[start..(int)reader.BytesConsumed];
            }
        }
        catch (JsonException e)
        {
            throw new KubeApiException(200, "BadAnswer", "a watch event is not JSON", e);
        }

        if (body.IsEmpty) throw new KubeApiException(200, "BadAnswer", "a watch event has no object");
        return type switch
        {
            "ERROR" => throw StatusReader.FromStatus(Json.Parse(body.Span), 500),
            "ADDED" => new(WatchEventType.Added, body),
            "MODIFIED" => new(WatchEventType.Modified, body),
            "DELETED" => new(WatchEventType.Deleted, body),
            "BOOKMARK" => new(WatchEventType.Bookmark, body),
            _ => throw new KubeApiException(200, "BadAnswer", $"a watch event has the unknown type {type}"),
        };
    }
}
