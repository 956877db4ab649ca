using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Net.Http.Headers;
using Plumb.Api;

namespace Plumb.Server.Http;

/// <summary>Answers of the API: documents with a validator, streams, and refusals as problem details.</summary>
internal static class Answers
{
    private const int MaxLine = 64;
    private const long MaxUnsent = 64 * 1024;

    /// <summary>
    /// A document, or nothing but status 304 when the caller has it already (<c>If-None-Match</c>). The validator is the content's hash: a
    /// program that asks every second costs little more than the question.
    /// </summary>
    public static IResult Document<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)) return Results.Bytes(body, "application/json; charset=utf-8");
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16))}\"");
        context.Response.Headers.ETag = tag.ToString();
        context.Response.Headers.CacheControl = "private, no-cache";
        return context.Request.GetTypedHeaders().IfNoneMatch.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Compare(tag, useStrongComparison: false))
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Bytes(body, "application/json; charset=utf-8");
    }

    /// <summary>Server-sent events, one for each item, with a comment now and then so that proxies keep the connection.</summary>
    public static Task EventsAsync<T>(HttpContext context, IAsyncEnumerable<T> items, JsonTypeInfo<T> type) =>
        StreamAsync(context, items, type, "text/event-stream", "data: "u8.ToArray(), "\n\n"u8.ToArray(), ": \n\n"u8.ToArray());

    /// <summary>A JSON document a line.</summary>
    public static Task LinesAsync<T>(HttpContext context, IAsyncEnumerable<T> items, JsonTypeInfo<T> type) =>
        StreamAsync(context, items, type, "application/x-ndjson", [], "\n"u8.ToArray(), []);

    /// <summary>The body of a request.</summary>
    /// <exception cref="PlumbApiException">With status 400: it is not what is expected. Nothing of it is repeated, as it may hold a secret.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class
    {
        try
        {
            if (await JsonSerializer.DeserializeAsync(request.Body, type, ct) is { } body) return body;
        }
        catch (JsonException e)
        {
            var where = e.LineNumber is { } line ? $" at line {line + 1}, column {e.BytePositionInLine + 1}" : "";
            var field = e.Path is { Length: > 1 and < MaxLine } path ? $" ({path})" : "";
            throw new PlumbApiException($"the body is not the JSON of a {Words(typeof(T))}{where}{field}: see /api/v1/openapi.json for its fields", HttpStatusCode.BadRequest, e);
        }

        throw new PlumbApiException($"the body is empty; it has to be the JSON of a {Words(typeof(T))}", HttpStatusCode.BadRequest);
    }

    /// <summary>A refusal.</summary>
    public static IResult Refusal(PlumbApiException e) => Results.Problem(e.Message, statusCode: (int)(e.Status ?? HttpStatusCode.InternalServerError), title: Title(e.Status));

    private static string Title(HttpStatusCode? status) => status switch
    {
        HttpStatusCode.BadRequest => "Bad request",
        HttpStatusCode.Unauthorized => "Not signed in",
        HttpStatusCode.Forbidden => "Forbidden",
        HttpStatusCode.NotFound => "Not found",
        HttpStatusCode.Conflict => "Conflict",
        HttpStatusCode.BadGateway => "Not reached",
        _ => "Failed",
    };

    /// <summary><c>SyncBody</c> is a sync body for people.</summary>
    private static string Words(Type type) => string.Concat(type.Name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? " " : "") + char.ToLowerInvariant(c) : c.ToString()));

    private static async Task StreamAsync<T>(
        HttpContext context, IAsyncEnumerable<T> items, JsonTypeInfo<T> type, string contentType, byte[] before, byte[] after, byte[] alive)
    {
        var ct = context.RequestAborted;
        var pause = TimeSpan.FromSeconds(20);
        var enumerator = items.GetAsyncEnumerator(ct);
        try
        {
            // The first one is awaited before anything is sent: a refusal is still an answer of its own then.
            var next = enumerator.MoveNextAsync().AsTask();
            if (!next.IsCompleted) await Task.WhenAny(next, Task.Delay(TimeSpan.FromSeconds(1), ct));
            if (next.IsFaulted) await next;
            context.Response.ContentType = contentType;
            context.Response.Headers.CacheControl = "no-store";
            var writer = context.Response.BodyWriter;
            await using var json = new Utf8JsonWriter(writer, new JsonWriterOptions { Encoder = type.Options.Encoder });
            await writer.FlushAsync(ct);
            var unsent = 0L;
            while (true)
            {
                while (alive.Length > 0 && !next.IsCompleted)
                {
                    await ((Task)next).WaitAsync(pause, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    if (next.IsCompleted) break;
                    ct.ThrowIfCancellationRequested();
                    writer.Write(alive);
                    await writer.FlushAsync(ct);
                }

                if (!await next) return;
                writer.Write(before);
                JsonSerializer.Serialize(json, enumerator.Current, type);
                await json.FlushAsync(ct);
                writer.Write(after);
                unsent += json.BytesCommitted;
                json.Reset();
                next = enumerator.MoveNextAsync().AsTask();
                // Many at once go out at once.
                if (next.IsCompleted && unsent < MaxUnsent) continue;
                await writer.FlushAsync(ct);
                unsent = 0;
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Who read has gone.
        }
        catch (PlumbApiException) when (context.Response.HasStarted)
        {
            // The answer has begun: its end says that no more comes, and the next request says why.
        }
        finally
        {
            await DisposeAsync(enumerator);
        }
    }

    private static async Task DisposeAsync<T>(IAsyncEnumerator<T> enumerator)
    {
        try
        {
            await enumerator.DisposeAsync();
        }
        catch (NotSupportedException)
        {
            // An item is still awaited; its cancellation ends it.
        }
    }
}
