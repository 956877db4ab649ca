using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Plumb.Kubernetes.Clusters;
using Plumb.Kubernetes.Discovery;
using Plumb.Manifests.Documents;

namespace Plumb.Kubernetes.Client;

/// <summary>
/// Any kind of object over raw UTF-8 JSON. Requests wait for their turn in a fair gate, are bounded in time and size, and are retried
/// with jitter where that is safe. Nothing of a body is ever logged.
/// </summary>
internal sealed partial class KubeClient(
    KubeConnection connection, KubeClientOptions options, TimeProvider time, KubernetesMetrics metrics, ILogger logger) : IDisposable
{
    /// <summary>Lists of metadata only; a server that cannot do that answers with whole objects.</summary>
    private const string MetadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

    private const string ApplyPatch = "application/apply-patch+yaml"; // JSON is YAML; the +json type is newer than many servers

    private readonly FairGate _gate = new(options.MaxConcurrency, time);

    public KubeClientOptions Options => options;

    /// <summary>The server's address.</summary>
    public Uri Server => connection.Server;

    /// <summary>Any GET.</summary>
    public async Task<Node> GetAsync(string path, CancellationToken ct, string accept = "application/json") =>
        (await SendAsync(new KubeRequest("get", HttpMethod.Get, path) { Accept = accept }, ct)).Body;

    /// <summary>One object; null when it does not exist. Anything else that is no success throws.</summary>
    public async Task<MapNode?> GetAsync(ApiResource kind, string @namespace, string name, string flow, CancellationToken ct)
    {
        try
        {
            var request = new KubeRequest("get", HttpMethod.Get, kind.Path(@namespace, name)) { Flow = flow };
            return (await SendAsync(request, ct)).Body.AsMap();
        }
        catch (KubeApiException e) when (e.Code == 404)
        {
            return null;
        }
    }

    /// <summary>One page of the objects of a kind.</summary>
    /// <param name="kind">Which kind.</param>
    /// <param name="namespace">In one namespace; empty: in all.</param>
    /// <param name="page">Which page, and how much of each object.</param>
    /// <param name="each">Takes each item as it arrives.</param>
    /// <param name="ct">Stops.</param>
    /// <returns>The list's version, and the token of the next page; empty when it was the last.</returns>
    /// <exception cref="KubeApiException">Refused, expired (410), or no answer.</exception>
    public async Task<(string Version, string Continue)> ListAsync(
        ApiResource kind, string @namespace, ListPage page, ListItem each, CancellationToken ct)
    {
        // Neither a resourceVersion nor "any version will do": servers that can answer that consistently from their own cache do so
        // (1.31 and later), older ones ask etcd. A list from an old cache could take back what we have seen.
        var query = page.InOne ? "" : $"?limit={options.PageSize}" + (page.Token.Length == 0 ? "" : "&continue=" + Uri.EscapeDataString(page.Token));
        var request = new KubeRequest("list", HttpMethod.Get, kind.Path(@namespace, "") + query) { Accept = page.Whole ? "application/json" : MetadataList };
        using (await _gate.EnterAsync("", ct))
        {
            var metadata = await AskAsync(
                request, page.InOne ? options.RequestTimeout * 10 : options.RequestTimeout,
                async (response, token) =>
                {
                    await using var stream = await response.Content.ReadAsStreamAsync(token);
                    var reader = new ListReader(stream, options.MaxListBytes, each);
                    await reader.ReadAsync(token);
                    return reader.Metadata;
                },
                ct);
            return (metadata["resourceVersion"].AsString() ?? "", metadata["continue"].AsString() ?? "");
        }
    }

    /// <summary>Creates; not retried once the server may have seen it.</summary>
    public Task<KubeResponse> CreateAsync(ApiResource kind, string @namespace, MapNode body, WriteOptions write, CancellationToken ct) =>
        SendAsync(
            new KubeRequest("create", HttpMethod.Post, kind.Path(@namespace, "") + write.Query(force: null))
            {
                Body = Json.Write(body),
                Flow = write.Flow,
                User = write.User,
                Idempotent = false,
            },
            ct);

    /// <summary>Replaces the whole object.</summary>
    public Task<KubeResponse> ReplaceAsync(
        ApiResource kind, string @namespace, string name, MapNode body, WriteOptions write, CancellationToken ct) =>
        SendAsync(
            new KubeRequest("update", HttpMethod.Put, kind.Path(@namespace, name) + write.Query(force: null))
            {
                Body = Json.Write(body),
                Flow = write.Flow,
                User = write.User,
            },
            ct);

    /// <summary>Server-side apply.</summary>
    public Task<KubeResponse> ApplyAsync(
        ApiResource kind, string @namespace, string name, MapNode body, bool force, WriteOptions write, CancellationToken ct) =>
        SendAsync(
            new KubeRequest(write.DryRun ? "dryrun" : "apply", HttpMethod.Patch, kind.Path(@namespace, name) + write.Query(force))
            {
                Body = Json.Write(body),
                ContentType = ApplyPatch,
                Flow = write.Flow,
                User = write.User,
            },
            ct);

    /// <summary>JSON merge patch.</summary>
    public Task<KubeResponse> MergeAsync(
        ApiResource kind, string @namespace, string name, MapNode patch, WriteOptions write, CancellationToken ct) =>
        SendAsync(
            new KubeRequest("patch", HttpMethod.Patch, kind.Path(@namespace, name) + write.Query(force: null))
            {
                Body = Json.Write(patch),
                ContentType = "application/merge-patch+json",
                Flow = write.Flow,
                User = write.User,
            },
            ct);

    /// <summary>Deletes this incarnation (by uid) and no other. Null when it was gone already.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="uid">Its uid; empty: whichever is there.</param>
    /// <param name="propagation"><c>Foreground</c>, <c>Background</c> or <c>Orphan</c>.</param>
    /// <param name="write">How.</param>
    /// <param name="ct">Stops waiting.</param>
    public async Task<KubeResponse?> DeleteAsync(
        ApiResource kind, string @namespace, string name, string uid, string propagation, WriteOptions write, CancellationToken ct)
    {
        var body = new MapNode { ["kind"] = "DeleteOptions", ["apiVersion"] = "v1", ["propagationPolicy"] = propagation };
        if (uid.Length > 0) body["preconditions"] = new MapNode { ["uid"] = uid };
        if (write.DryRun) body["dryRun"] = new ListNode(["All"]);
        try
        {
            var request = new KubeRequest("delete", HttpMethod.Delete, kind.Path(@namespace, name)) { Body = Json.Write(body), Flow = write.Flow, User = write.User };
            return await SendAsync(request, ct);
        }
        catch (KubeApiException e) when (e.Code == 404)
        {
            return null;
        }
    }

    /// <summary>Sends with turns, bounds and retries.</summary>
    /// <exception cref="KubeApiException">Refused, or no answer.</exception>
    public async Task<KubeResponse> SendAsync(KubeRequest request, CancellationToken ct)
    {
        for (var failures = 0; ;)
        {
            try
            {
                using (await _gate.EnterAsync(request.Flow, ct)) return await SendOnceAsync(request, ct);
            }
            catch (KubeApiException e) when (request.Retry && ++failures <= RetriesFor(e, request))
            {
                var delay = e.RetryAfter is { } asked && asked < options.RequestTimeout
                    ? asked + TimeSpan.FromMilliseconds(Random.Shared.Next(200))
                    : Backoff.Delay(failures, options.RetryDelay, options.MaxRetryDelay);
                LogRetry(logger, request.Verb, request.Path, e.Code, e.Reason, delay.TotalMilliseconds);
                if (!await WaitAsync(delay, ct)) throw;
            }
        }
    }

    /// <summary>The body of a text answer that may go on for as long as somebody reads. Takes no turn in the gate: it would keep it.</summary>
    /// <exception cref="KubeApiException">Refused, or no answer.</exception>
    public Task<HttpResponseMessage> OpenTextAsync(string path, CancellationToken ct) =>
        new OpenResponse(connection, options, time, metrics).GetAsync("get", path, "text/plain, application/json, */*", ct);

    public void Dispose() => connection.Dispose();

    /// <summary>False when cancelled: what failed before is then the answer.</summary>
    private async Task<bool> WaitAsync(TimeSpan delay, CancellationToken ct)
    {
        try
        {
            await Task.Delay(delay, time, ct);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private int RetriesFor(KubeApiException failure, KubeRequest request) => failure switch
    {
        { Code: 429 } => options.MaxRetries,
        { Code: 0, Reason: "Tls" or "Credentials" } => 0, // a wrong certificate does not get better, nor do credentials that are not there
        { Code: 0, NeverSent: true } => options.MaxRetries,
        { Reason: "Incomplete" } => options.MaxRetries,
        { Code: 0 or 502 or 503 or 504 } when request.Idempotent => options.MaxRetries,
        { Code: 500, Causes.Count: 0 } when request.Idempotent => Math.Min(2, options.MaxRetries),
        _ => 0,
    };

    private Task<KubeResponse> SendOnceAsync(KubeRequest request, CancellationToken ct) => AskAsync(
        request, options.RequestTimeout,
        async (response, token) => new KubeResponse(Json.Parse(await ReadBodyAsync(response, token)), Warnings(response), (int)response.StatusCode),
        // A write that is on its way is not given up: nobody could say whether it was done.
        request.Method == HttpMethod.Get ? ct : CancellationToken.None);

    private async Task<T> AskAsync<T>(
        KubeRequest request, TimeSpan atMost, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(atMost, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        var (code, type) = (0, "");
        try
        {
            using var content = Content(request);
            using var response = await connection.SendAsync(
                request.Method, request.Path, content, request.Accept, request.User is { } user ? Impersonation.Of(user) : null, linked.Token);
            code = (int)response.StatusCode;
            type = response.Content.Headers.ContentType?.MediaType ?? "";
            if (code is not (429 or >= 500)) _gate.Answered();
            if (!response.IsSuccessStatusCode) throw StatusReader.FromResponse(response, await ReadBodyAsync(response, linked.Token));
            return await read(response, linked.Token);
        }
        catch (KubeApiException e) when (e.Code == 429)
        {
            _gate.Busy(e.RetryAfter);
            throw;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested && IsReading(request, code))
        {
            throw new KubeApiException(code, "Incomplete", $"{Server.Authority} did not finish its answer within {atMost.TotalSeconds:0.#} s");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new KubeApiException(0, "Timeout", $"{Server.Authority} did not answer within {atMost.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException && IsReading(request, code))
        {
            throw new KubeApiException(code, "Incomplete", $"{Server.Authority} broke off its answer: {NoAnswer.Detail(e)}", e);
        }
        catch (JsonException e)
        {
            throw new KubeApiException(code, "BadAnswer", $"{Server.Authority} answered {Described(type)}", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw NoAnswer.From(Server.Authority, e);
        }
        catch (ObjectDisposedException e)
        {
            throw new KubeApiException(0, "Credentials", $"the cluster {Server.Authority} is not known to Plumb any more", e);
        }
        finally
        {
            metrics.Request(request.Verb, code);
        }
    }

    /// <summary>The server is there and began to answer a read: what went wrong is this answer, not the cluster.</summary>
    private static bool IsReading(KubeRequest request, int code) => request.Method == HttpMethod.Get && code is >= 200 and < 300;

    private static string Described(string type) =>
        type is "" or "application/json"
            ? "something that is not JSON, or only a part of it"
            : $"with {type} where JSON was expected: is that address an API server, or a proxy or sign-in page before it?";

    private async Task<byte[]> ReadBodyAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.Content.Headers.ContentLength > options.MaxResponseBytes) throw TooLarge();
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        using var buffer = new MemoryStream((int)(response.Content.Headers.ContentLength ?? 4096));
        var chunk = System.Buffers.ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            int read;
            while ((read = await stream.ReadAsync(chunk, ct)) > 0)
            {
                if (buffer.Length + read > options.MaxResponseBytes) throw TooLarge();
                buffer.Write(chunk, 0, read);
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(chunk);
        }

        return buffer.ToArray();
    }

    private KubeApiException TooLarge() =>
        new(413, "TooLarge", string.Create(CultureInfo.InvariantCulture, $"the answer is larger than {options.MaxResponseBytes} bytes"));

    private static ByteArrayContent? Content(KubeRequest request)
    {
        if (request.Body is null) return null;
        var content = new ByteArrayContent(request.Body);
        content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType);
        return content;
    }

    /// <summary><c>299 - "text"</c>, as in RFC 7234.</summary>
    private static List<string> Warnings(HttpResponseMessage response)
    {
        var texts = new List<string>();
        foreach (var warning in response.Headers.Warning)
        {
            var text = warning.Text.Trim('"').Replace("\\\"", "\"", StringComparison.Ordinal);
            if (warning.Code == 299 && !texts.Contains(text)) texts.Add(text);
        }

        return texts;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Verb} {Path}: {Code} {Reason}, trying again in {Delay} ms")]
    private static partial void LogRetry(ILogger logger, string verb, string path, int code, string reason, double delay);
}

/// <summary>How a write is done.</summary>
/// <param name="Flow">Whose turn it takes: the application's name.</param>
internal sealed record WriteOptions(string Flow)
{
    /// <summary>Ask only.</summary>
    public bool DryRun { get; init; }

    /// <summary><c>Warn</c> or <c>Ignore</c>: what the server does about unknown and duplicate fields.</summary>
    public string FieldValidation { get; init; } = "Warn";

    /// <summary>User to act as; null: ourselves.</summary>
    public string? User { get; init; }

    /// <summary>Who writes.</summary>
    public string FieldManager { get; init; } = Compare.Comparison.FieldManager;

    public string Query(bool? force) =>
        $"?fieldManager={FieldManager}&fieldValidation={FieldValidation}"
        + (force is { } f ? f ? "&force=true" : "&force=false" : "") + (DryRun ? "&dryRun=All" : "");
}
