using System.Buffers;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Plumb.Bench.Viewers;

/// <summary>
/// Somebody who looks at the page, without a browser: loads it, becomes live over the connection that Blazor's script uses, acknowledges what it
/// gets and answers calls as a browser does, but draws nothing. To the server it is a browser.
/// </summary>
internal sealed partial class CircuitViewer : IAsyncDisposable
{
    private const long Invocation = 1;
    private const long Completion = 3;
    private const long Ping = 6;
    private const long Close = 7;
    private static readonly byte[] s_end = [0x1e];

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource<string> _live = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<ReadOnlyMemory<byte>> _onRender;
    private Task _reading = Task.CompletedTask;
    private Uri? _server;
    private long _received;

    private CircuitViewer(Action<ReadOnlyMemory<byte>> onRender) => _onRender = onRender;

    /// <summary>Bytes that came over the connection so far.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Opens a page; returns when it is live.</summary>
    /// <param name="server">Root of the server.</param>
    /// <param name="path">The page.</param>
    /// <param name="onRender">Called with each change of the page as it is sent.</param>
    /// <param name="ct">Cancels the opening.</param>
    public static async Task<CircuitViewer> OpenAsync(Uri server, string path, Action<ReadOnlyMemory<byte>> onRender, CancellationToken ct)
    {
        var viewer = new CircuitViewer(onRender);
        try
        {
            await viewer.BeginAsync(server, path, ct);
            return viewer;
        }
        catch
        {
            await viewer.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_live.Task.IsCompletedSuccessfully)
        {
            // As a browser says when its tab is closed.
            using var http = new HttpClient { BaseAddress = _server };
            http.DefaultRequestHeaders.Add("Origin", _server!.GetLeftPart(UriPartial.Authority));
            using var form = new FormUrlEncodedContent([KeyValuePair.Create("circuitId", await _live.Task)]);
            using var gone = await http.PostAsync("_blazor/disconnect/", form);
            gone.EnsureSuccessStatusCode();
        }

        await _end.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        _sending.Dispose();
        _end.Dispose();
    }

    private async Task BeginAsync(Uri server, string path, CancellationToken ct)
    {
        _server = server;
        using var handler = new HttpClientHandler { CookieContainer = new CookieContainer() };
        using var http = new HttpClient(handler) { BaseAddress = server };
        var html = await http.GetStringAsync(path, ct);
        using var negotiated = await http.PostAsync("_blazor/negotiate?negotiateVersion=1", null, ct);
        negotiated.EnsureSuccessStatusCode();
        var token = JsonNode.Parse(await negotiated.Content.ReadAsStringAsync(ct))!["connectionToken"]!.GetValue<string>();

        _socket.Options.Cookies = handler.CookieContainer;
        _socket.Options.SetRequestHeader("Origin", server.GetLeftPart(UriPartial.Authority));
        await _socket.ConnectAsync(new UriBuilder(new Uri(server, $"_blazor?id={token}")) { Scheme = "ws" }.Uri, ct);
        await SendAsync([.. "{\"protocol\":\"blazorpack\",\"version\":1}"u8, .. s_end], ct);
        var answer = await ReceiveAsync(ct);
        if (!answer.Span.SequenceEqual([.. "{}"u8, .. s_end])) throw new InvalidOperationException($"the server answered {Encoding.UTF8.GetString(answer.Span)}");
        _reading = ReadAsync(_end.Token);

        var state = State().Match(html).Groups[1].Value;
        await InvokeAsync("1", ct, "StartCircuit", server.ToString(), new Uri(server, path).ToString(), "[]", state);
        await _live.Task.WaitAsync(ct);
        var operations = new JsonArray([.. Markers().Matches(html).Select((m, i) => new JsonObject { ["type"] = "add", ["ssrComponentId"] = i + 1, ["marker"] = JsonNode.Parse(m.Groups[1].Value) })]);
        await InvokeAsync(null, ct, "UpdateRootComponents", new JsonObject { ["batchId"] = 1, ["operations"] = operations }.ToJsonString(), state);
    }

    private async Task ReadAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                foreach (var frame in MessagePack.ReadFrames(await ReceiveAsync(ct))) await TakeAsync(frame, ct);
            }
        }
        catch (Exception e)
        {
            _live.TrySetException(e);
            if (!ct.IsCancellationRequested) Console.Error.WriteLine($"a viewer lost its connection: {e.Message}");
        }
    }

    private async Task TakeAsync(object?[] frame, CancellationToken ct)
    {
        switch (frame[0])
        {
            case Completion when frame is [_, _, _, 3L, string circuit]: _live.TrySetResult(circuit); break;
            case Completion: throw new InvalidOperationException($"the circuit has not started: {frame[^1]}");
            case Close: throw new InvalidOperationException($"the server ended the circuit: {frame[1]}");
            case Ping: await SendAsync(MessagePack.Frame(6), ct); break;
            case Invocation when frame is [_, _, _, string target, object?[] values, ..]: await CalledAsync(target, values, ct); break;
        }
    }

    private async Task CalledAsync(string target, object?[] values, CancellationToken ct)
    {
        switch (target)
        {
            case "JS.RenderBatch" when values is [long id, ReadOnlyMemory<byte> batch]:
                _onRender(batch);
                await InvokeAsync(null, ct, "OnRenderCompleted", id, null);
                break;
            case "JS.BeginInvokeJS" when values is [long call, .., long kind, long, long] && call != 0:
                // Objects of the browser get a number; everything else answers nothing.
                var result = kind == 1 ? $$"""{"__jsObjectId":{{call}}}""" : "null";
                await InvokeAsync(null, ct, "EndInvokeJSFromDotNet", call, true, $"[{call},true,{result}]");
                break;
            case "JS.Error":
                throw new InvalidOperationException($"the circuit failed: {JsonSerializer.Serialize(values)}");
        }
    }

    private Task InvokeAsync(string? id, CancellationToken ct, string target, params object?[] values) =>
        SendAsync(MessagePack.Frame(1, new Dictionary<string, string>(), id, target, values, Array.Empty<object?>()), ct);

    private async Task SendAsync(byte[] bytes, CancellationToken ct)
    {
        await _sending.WaitAsync(ct);
        try
        {
            await _socket.SendAsync(bytes, WebSocketMessageType.Binary, endOfMessage: true, ct);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken ct)
    {
        var message = new ArrayBufferWriter<byte>();
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(message.GetMemory(4096), ct);
            if (part.MessageType == WebSocketMessageType.Close) throw new InvalidOperationException("the server closed the connection");
            message.Advance(part.Count);
            Interlocked.Add(ref _received, part.Count);
        }
        while (!part.EndOfMessage);
        return message.WrittenMemory;
    }

    [GeneratedRegex("<!--Blazor-Server-Component-State:([^>]*)-->")]
    private static partial Regex State();

    [GeneratedRegex("""<!--Blazor:(\{"type":"server".*?\})-->""")]
    private static partial Regex Markers();
}
