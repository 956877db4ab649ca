using System.Diagnostics;
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

    private readonly Process? _process;

    private BenchCluster(string kubeconfig, Process? process) => (Kubeconfig, _process) = (kubeconfig, process);

    public string Kubeconfig { get; }

    public bool IsSandbox => _process is not null;

    public static async Task<BenchCluster> StartAsync(Arguments arguments, CancellationToken ct)
    {
        if (arguments.Text("kubeconfig", "") is { Length: > 0 } given) return new BenchCluster(given, null);
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // Run by "dotnet plumb-bench.dll" the process is dotnet itself.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet") start.ArgumentList.Add(typeof(BenchCluster).Assembly.Location);
        start.ArgumentList.Add(SandboxName);
        var process = Process.Start(start)!;
        var kubeconfig = await process.StandardOutput.ReadLineAsync(ct) ?? throw new InvalidOperationException("the sandbox has not started");
        return new BenchCluster(kubeconfig, process);
    }

    /// <summary>The sandbox process: prints its kubeconfig's path, and ends when its standard input does.</summary>
    public static async Task<int> RunSandboxAsync(Arguments arguments, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("plumb-bench-");
        try
        {
            await using var server = await SandboxServer.StartAsync(new SandboxOptions(), ct);
            var kubeconfig = Path.Combine(folder.FullName, "kubeconfig");
            await File.WriteAllTextAsync(kubeconfig, server.Kubeconfig, ct);
            Console.WriteLine(kubeconfig);
            while (await Console.In.ReadLineAsync(ct) is not null)
            {
                // nothing is said to us; the end of the input is the end
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return 0;
    }

    public async Task<string> KubectlAsync(string[] arguments, CancellationToken ct) =>
        await Programs.RunAsync("kubectl", ["--kubeconfig", Kubeconfig, .. arguments], ct);

    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
