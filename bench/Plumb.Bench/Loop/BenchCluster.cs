using Plumb.Sandbox;

namespace Plumb.Bench.Loop;

/// <summary>
/// The cluster that is measured against: the one of <c>--kubeconfig</c>, else a sandbox in a process of its own, so that this process's
/// CPU and memory are Plumb's alone.
/// </summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    /// <summary>The hidden subcommand that the sandbox process runs.</summary>
    public const string SandboxName = "bare-sandbox";

    private readonly SandboxProcess? _sandbox;
    private readonly List<string> _namespaces = [];

    private BenchCluster(string kubeconfig, SandboxProcess? sandbox) => (Kubeconfig, _sandbox) = (kubeconfig, sandbox);

    public string Kubeconfig { get; }

    public bool IsSandbox => _sandbox is not null;

    public static async Task<BenchCluster> StartAsync(Arguments arguments, CancellationToken ct)
    {
        if (arguments.Text("kubeconfig", "") is { Length: > 0 } given) return new BenchCluster(given, null);
        var sandbox = await SandboxProcess.StartAsync([SandboxName], ct);
        return new BenchCluster(sandbox.Kubeconfig, sandbox);
    }

    /// <summary>The sandbox process.</summary>
    public static Task<int> RunSandboxAsync(Arguments arguments, CancellationToken ct) => SandboxProcess.ServeAsync(new SandboxOptions(), _ => { }, ct);

    public async Task<string> KubectlAsync(string[] arguments, CancellationToken ct) =>
        await Programs.RunAsync("kubectl", ["--kubeconfig", Kubeconfig, .. arguments], ct);

    /// <summary>Makes a namespace, which a cluster that stays loses again at the end.</summary>
    public async Task CreateNamespaceAsync(string name, CancellationToken ct)
    {
        await KubectlAsync(["create", "namespace", name], ct);
        _namespaces.Add(name);
    }

    public async ValueTask DisposeAsync()
    {
        if (_sandbox is not null) await _sandbox.DisposeAsync();
        else if (_namespaces.Count > 0)
            await KubectlAsync(["delete", "namespace", .. _namespaces, "--timeout=15m"], CancellationToken.None);
    }
}
