using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Plumb.Kubernetes.Tests.Clusters;

/// <summary>A small HTTP server that serves ConfigMaps only, by aggregated discovery, and does what no well-behaved server does on demand.</summary>
internal sealed class ScriptedApiServer : IAsyncDisposable
{
    private const string Core =
        """
        {"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","items":[{"metadata":{"name":""},"versions":[{"version":"v1",
         "freshness":"Current","resources":[{"resource":"configmaps","responseKind":{"group":"","version":"v1","kind":"ConfigMap"},
         "scope":"Namespaced","verbs":["get","list","watch"]}]}]}]}
        """;

    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, string> _objects = new();
    private readonly ConcurrentBag<HttpListenerResponse> _watches = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("plumb-scripted-").FullName;
    private readonly Task _loop;
    private int _version = 100;

    public ScriptedApiServer()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        _listener.Start();
        File.WriteAllText(Kubeconfig,
            $$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "http://127.0.0.1:{{Port}}"} }]
            users: [{name: u, user: {token: secret-token} }]
            contexts: [{name: c, context: {cluster: c, user: u} }]
            current-context: c
            """);
        _loop = ServeAsync();
    }

    public int Port { get; }

    public string Kubeconfig => Path.Combine(_folder, "kubeconfig");

    /// <summary>Lists served so far.</summary>
    public int Lists { get; private set; }

    /// <summary>Watches that were begun and not ended by the script.</summary>
    public int Watches => _watches.Count;

    /// <summary>Requests to answer with 429 first.</summary>
    public int Busy { get; set; }

    /// <summary>The last Authorization header.</summary>
    public string? Authorization { get; private set; }

    public void Put(string name, string application) => _objects[name] =
        $$$"""
        {"metadata":{"name":"{{{name}}}","namespace":"shop","uid":"uid-{{{name}}}","resourceVersion":"{{{++_version}}}",
         "annotations":{"argocd.argoproj.io/tracking-id":"{{{application}}}:/ConfigMap:shop/{{{name}}}"} } }
        """;

    public void Remove(string name) => _objects.TryRemove(name, out _);

    /// <summary>Ends every open watch with the error that its point in time is forgotten.</summary>
    public void ExpireWatches()
    {
        while (_watches.TryTake(out var watch))
        {
            watch.OutputStream.Write(Encoding.UTF8.GetBytes(
                """{"type":"ERROR","object":{"kind":"Status","status":"Failure","reason":"Expired","code":410,"message":"too old resource version"}}""" + "\n"));
            watch.Close();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Abort();
        await _loop;
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true) await AnswerAsync(await _listener.GetContextAsync());
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // stopped
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        Authorization = context.Request.Headers["Authorization"];
        var response = context.Response;
        if (Busy > 0)
        {
            Busy--;
            response.StatusCode = 429;
            response.Headers["Retry-After"] = "0";
            response.Close();
            return;
        }

        if (context.Request.QueryString["watch"] == "true")
        {
            response.SendChunked = true;
            await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes("\n"));
            await response.OutputStream.FlushAsync();
            _watches.Add(response);
            return;
        }

        var body = context.Request.Url!.AbsolutePath switch
        {
            "/version" => """{"gitVersion":"v1.33.0"}""",
            "/api" => Core,
            "/apis" => """{"kind":"APIGroupDiscoveryList","items":[]}""",
            "/api/v1/configmaps" => List(),
            _ => null,
        };
        response.StatusCode = body is null ? 404 : 200;
        if (body is not null) await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
        response.Close();
    }

    private string List()
    {
        Lists++;
        return $$"""{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"{{++_version}}" },"items":[{{string.Join(',', _objects.Values)}}]}""";
    }
}
