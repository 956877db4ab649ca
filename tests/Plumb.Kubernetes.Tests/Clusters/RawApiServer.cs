using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;
using Plumb.Manifests.Documents;

namespace Plumb.Kubernetes.Tests.Clusters;

/// <summary>One request as it came over the wire.</summary>
internal sealed record RawRequest(string Method, string Path, string Accept, string Authorization)
{
    public bool IsWatch => Path.Contains("watch=true", StringComparison.Ordinal);

    public bool IsList(string plural) => !IsWatch && (Path.Split('?')[0]).EndsWith("/" + plural, StringComparison.Ordinal);
}

/// <summary>
/// An API server over plain sockets (HTTP/1.1, with TLS when given a certificate) that serves ConfigMaps and Widgets, and in the place of
/// any answer whatever bytes a test wants.
/// </summary>
internal sealed class RawApiServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2? _certificate;
    private readonly string _folder = Directory.CreateTempSubdirectory("plumb-raw-").FullName;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<(string Plural, string Name), string> _objects = new();
    private readonly ConcurrentDictionary<int, (string Plural, Channel<string> Lines)> _watches = new();
    private readonly Task _loop;
    private int _version = 100;
    private int _nextWatch;

    public RawApiServer(X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        File.WriteAllText(Kubeconfig,
            $$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "{{(certificate is null ? "http" : "https")}}://127.0.0.1:{{Port}}"{{Authority()}}} }]
            users: [{name: u, user: {token: secret-token} }]
            contexts: [{name: c, context: {cluster: c, user: u} }]
            current-context: c
            """);
        _loop = AcceptAsync();
    }

    public int Port { get; }

    public string Kubeconfig => Path.Combine(_folder, "kubeconfig");

    /// <summary>All requests so far, in order.</summary>
    public ConcurrentQueue<RawRequest> Requests { get; } = new();

    /// <summary>What to do instead of answering; null: answer as a well-behaved server. The connection is closed after it.</summary>
    public Func<RawRequest, Func<Stream, CancellationToken, Task>?> Script { get; set; } = _ => null;

    /// <summary>Open watches.</summary>
    public int Watches => _watches.Count;

    /// <summary>Whether the group of Widgets is in discovery, and how.</summary>
    public string WidgetGroup { get; set; } = "";

    public const string WidgetsServed =
        """
        {"metadata":{"name":"example.com"},"versions":[{"version":"v1","freshness":"Current","resources":[{"resource":"widgets",
         "responseKind":{"group":"example.com","version":"v1","kind":"Widget"},"scope":"Namespaced","verbs":["get","list","watch","delete","patch"]}]}]}
        """;

    public const string WidgetsStale = """{"metadata":{"name":"example.com"},"versions":[{"version":"v1","freshness":"Stale"}]}""";

    /// <summary>A whole answer.</summary>
    public static Func<Stream, CancellationToken, Task> Answer(int status, string body, string type = "application/json", string headers = "") =>
        (stream, ct) => WriteAsync(
            stream, $"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}Connection: close\r\n\r\n{body}", ct);

    /// <summary>An error in Kubernetes' shape.</summary>
    public static Func<Stream, CancellationToken, Task> Refuse(int status, string reason, string message, string headers = "") => Answer(
        status, $$"""{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"{{reason}}","message":"{{message}}","code":{{status}}}""", headers: headers);

    public static async Task WriteAsync(Stream stream, string text, CancellationToken ct)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), ct);
        await stream.FlushAsync(ct);
    }

    public static string Object(string kind, string name, string application, int version) =>
        $$$"""
        {"apiVersion":"{{{(kind == "Widget" ? "example.com/v1" : "v1")}}}","kind":"{{{kind}}}",
         "metadata":{"name":"{{{name}}}","namespace":"shop","uid":"uid-{{{name}}}","resourceVersion":"{{{version}}}"{{{Tracking(kind, name, application)}}}} }
        """.ReplaceLineEndings("");

    private static string Tracking(string kind, string name, string application) => application.Length == 0
        ? ""
        : $$$""","annotations":{"argocd.argoproj.io/tracking-id":"{{{application}}}:{{{(kind == "Widget" ? "example.com" : "")}}}/{{{kind}}}:shop/{{{name}}}"}""";

    /// <summary>Puts an object there, and tells the watches.</summary>
    public void Put(string name, string application = "", string kind = "ConfigMap")
    {
        var known = _objects.ContainsKey((Plural(kind), name));
        var text = _objects[(Plural(kind), name)] = Object(kind, name, application, Interlocked.Increment(ref _version));
        Send(Plural(kind), $$"""{"type":"{{(known ? "MODIFIED" : "ADDED")}}","object":{{text}}}""" + "\n");
    }

    /// <summary>Takes it away; tells the watches unless they are to miss it.</summary>
    public void Remove(string name, string kind = "ConfigMap", bool tell = true)
    {
        if (!_objects.TryRemove((Plural(kind), name), out var text)) return;
        Interlocked.Increment(ref _version);
        if (tell) Send(Plural(kind), $$"""{"type":"DELETED","object":{{text}}}""" + "\n");
    }

    /// <summary>Sends to the open watches of a kind.</summary>
    public void Send(string plural, string text)
    {
        foreach (var (of, lines) in _watches.Values)
        {
            if (of == plural) lines.Writer.TryWrite(text);
        }
    }

    /// <summary>Ends all open watches, in the middle of a line when asked.</summary>
    public void EndWatches(bool midLine = false)
    {
        foreach (var (_, lines) in _watches.Values)
        {
            if (midLine) lines.Writer.TryWrite("""{"type":"MODIFIED","object":{"apiVer""");
            lines.Writer.TryComplete();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Plural(string kind) => kind.ToLowerInvariant() + "s";

    private string Authority() => _certificate is null
        ? ""
        : $", certificate-authority-data: {Convert.ToBase64String(Encoding.UTF8.GetBytes(_certificate.ExportCertificatePem()))}";

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true) connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // stopped, and maybe before it listened again
        }

        await Task.WhenAll(connections);
    }

    private async Task ServeAsync(TcpClient client)
    {
        await Task.Yield();
        using (client)
        {
            try
            {
                Stream stream = client.GetStream();
                if (_certificate is not null)
                {
                    var tls = new SslStream(stream);
                    stream = tls;
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
                }

                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                if (await ReadAsync(reader) is not { } request) return;
                Requests.Enqueue(request);
                await (Script(request) ?? Well(request))(stream, _stop.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or System.Security.Authentication.AuthenticationException)
            {
                // the client went, or the test ended
            }
        }
    }

    private async Task<RawRequest?> ReadAsync(StreamReader reader)
    {
        if (await reader.ReadLineAsync(_stop.Token) is not { } first) return null;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':');
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        var parts = first.Split(' ');
        return new RawRequest(parts[0], parts[1], headers.GetValueOrDefault("Accept", ""), headers.GetValueOrDefault("Authorization", ""));
    }

    private Func<Stream, CancellationToken, Task> Well(RawRequest request)
    {
        var path = request.Path.Split('?')[0];
        var plural = path[(path.LastIndexOf('/') + 1)..];
        if (request.IsWatch) return (stream, ct) => WatchAsync(plural, Since(request.Path), stream, ct);
        return path switch
        {
            "/version" => Answer(200, """{"gitVersion":"v1.33.0"}"""),
            "/api" => Answer(200,
                """
                {"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":""},"versions":[{"version":"v1","freshness":"Current","resources":[
                 {"resource":"configmaps","responseKind":{"group":"","version":"v1","kind":"ConfigMap"},"scope":"Namespaced",
                  "verbs":["get","list","watch","delete","patch"]}]}]}]}
                """),
            "/apis" => Answer(200, $$"""{"kind":"APIGroupDiscoveryList","items":[{{WidgetGroup}}]}"""),
            _ when plural is "configmaps" or "widgets" => Answer(200, List(plural)),
            _ when plural.Length > 0 && _objects.FirstOrDefault(o => o.Key.Name == plural).Value is { } one => Answer(200, one),
            _ => Refuse(404, "NotFound", "not found"),
        };
    }

    public string List(string plural, string token = "", int? version = null) =>
        $$$"""
        {"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"{{{version ?? _version}}}","continue":"{{{token}}}"},
         "items":[{{{string.Join(',', _objects.Where(o => o.Key.Plural == plural).Select(o => o.Value))}}}]}
        """;

    private static int Since(string path)
    {
        const string Key = "resourceVersion=";
        var at = path.IndexOf(Key, StringComparison.Ordinal);
        return at >= 0 && int.TryParse(path[(at + Key.Length)..].Split('&')[0], out var version) ? version : 0;
    }

    /// <summary>What came after a version, then what comes; it remembers no ends.</summary>
    private async Task WatchAsync(string plural, int since, Stream stream, CancellationToken ct)
    {
        var id = Interlocked.Increment(ref _nextWatch);
        var lines = Channel.CreateUnbounded<string>();
        _watches[id] = (plural, lines);
        foreach (var (key, text) in _objects)
        {
            if (key.Plural == plural && Json.Parse(text)["metadata"]["resourceVersion"].AsString() is { } version && int.Parse(version, System.Globalization.CultureInfo.InvariantCulture) > since)
                lines.Writer.TryWrite($$"""{"type":"ADDED","object":{{text}}}""" + "\n");
        }

        try
        {
            await WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n", ct);
            await foreach (var line in lines.Reader.ReadAllAsync(ct))
                await WriteAsync(stream, $"{Encoding.UTF8.GetByteCount(line):x}\r\n{line}\r\n", ct);
        }
        finally
        {
            _watches.TryRemove(id, out _);
        }
    }
}
