using System.Net;
using System.Net.Sockets;

namespace Plumb.Kubernetes.Tests.Clusters;

/// <summary>A TCP proxy in front of an API server that can cut all connections and refuse new ones, and come back on the same port.</summary>
internal sealed class FlakyProxy : IAsyncDisposable
{
    private readonly IPEndPoint _upstream;
    private readonly int _port;
    private readonly string _folder = Directory.CreateTempSubdirectory("plumb-proxy-").FullName;
    private CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;
    private volatile TaskCompletionSource _flow = new();

    private FlakyProxy(Uri upstream)
    {
        _flow.SetResult();
        _upstream = new IPEndPoint(IPAddress.Parse(upstream.Host == "localhost" ? "127.0.0.1" : upstream.Host), upstream.Port);
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        _port = ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>A kubeconfig that goes through the proxy.</summary>
    public string Kubeconfig => Path.Combine(_folder, "kubeconfig");

    public static async Task<FlakyProxy> StartAsync()
    {
        var cluster = await TestCluster.GetAsync();
        var config = await KubeconfigFile.ReadAsync(new KubernetesTargetOptions { Name = "proxied", Kubeconfig = cluster.Kubeconfig });
        var upstream = config.Server;
        var proxy = new FlakyProxy(upstream);
        var text = await File.ReadAllTextAsync(cluster.Kubeconfig);
        await File.WriteAllTextAsync(proxy.Kubeconfig, text.Replace($":{upstream.Port}", $":{proxy._port}", StringComparison.Ordinal));
        proxy.Resume();
        return proxy;
    }

    /// <summary>Cuts everything.</summary>
    public async Task CutAsync()
    {
        await _stop.CancelAsync();
        await _loop;
    }

    /// <summary>Passes on nothing more and closes nothing, as a stopped process does.</summary>
    public void Freeze() => _flow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Passes on what has waited, and what comes.</summary>
    public void Thaw() => _flow.TrySetResult();

    /// <summary>Listens again.</summary>
    public void Resume()
    {
        _stop = new CancellationTokenSource();
        var listener = new TcpListener(IPAddress.Loopback, _port);
        listener.Start();
        _loop = AcceptAsync(listener, _stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await CutAsync();
        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task AcceptAsync(TcpListener listener, CancellationToken ct)
    {
        var connections = new List<Task>();
        try
        {
            while (true) connections.Add(ForwardAsync(await listener.AcceptTcpClientAsync(ct), ct));
        }
        catch (OperationCanceledException)
        {
            // cut
        }

        listener.Stop();
        await Task.WhenAll(connections);
    }

    private async Task ForwardAsync(TcpClient client, CancellationToken ct)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(_upstream, ct);
                await Task.WhenAny(
                    PassAsync(client.GetStream(), server.GetStream(), ct), PassAsync(server.GetStream(), client.GetStream(), ct));
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // the other side went
            }
        }
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to, CancellationToken ct)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, ct) is > 0 and var read)
        {
            await _flow.Task.WaitAsync(ct);
            await to.WriteAsync(buffer.AsMemory(0, read), ct);
        }
    }
}
