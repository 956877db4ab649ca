using System.Diagnostics;
using Plumb.Sandbox;

namespace Plumb.Bench;

/// <summary>
/// A sandbox in a process of its own, so that the measured process's CPU and memory are Plumb's alone. It is this program again, with a
/// hidden subcommand that prints its kubeconfig's path once it is ready and ends when its standard input does.
/// </summary>
internal sealed class SandboxProcess : IAsyncDisposable
{
    private readonly Process _process;

    private SandboxProcess(Process process, string kubeconfig) => (_process, Kubeconfig) = (process, kubeconfig);

    /// <summary>Path of its kubeconfig.</summary>
    public string Kubeconfig { get; }

    /// <summary>Starts one and waits until it is ready.</summary>
    /// <param name="arguments">The subcommand and its options.</param>
    /// <param name="ct">Cancels the start.</param>
    public static async Task<SandboxProcess> StartAsync(IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // Run by "dotnet plumb-bench.dll" the process is dotnet itself.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet") start.ArgumentList.Add(typeof(SandboxProcess).Assembly.Location);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        var kubeconfig = await process.StandardOutput.ReadLineAsync(ct) ?? throw new InvalidOperationException("the sandbox has not started");
        return new SandboxProcess(process, kubeconfig);
    }

    /// <summary>What the subcommand does.</summary>
    public static async Task<int> ServeAsync(SandboxOptions options, Action<SandboxServer> fill, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("plumb-bench-");
        try
        {
            await using var server = await SandboxServer.StartAsync(options, ct);
            fill(server);
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

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
