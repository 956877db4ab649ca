using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Plumb.Bench.Page;

/// <summary>The real command in a process of its own, so that CPU and memory are the server's alone.</summary>
internal sealed partial class PlumbProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _output;

    private PlumbProcess(Process process, Uri url, Task output) => (_process, Url, _output) = (process, url, output);

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>CPU time used so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Bytes in memory.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The command of <c>--plumb</c>; else as it was built with this program.</summary>
    public static string CommandOf(Arguments arguments) => arguments.Text("plumb", Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "../../../../../src/Plumb/bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0/plumb.dll")));

    /// <summary>Starts <c>plumb</c> and waits until a line that begins as said tells its address.</summary>
    /// <param name="command">Its <c>plumb.dll</c>.</param>
    /// <param name="kubeconfig">Kubeconfig files, with colons between them.</param>
    /// <param name="ready">How the line begins that has its address.</param>
    /// <param name="arguments">Command and options.</param>
    /// <param name="ct">Cancels the start.</param>
    /// <exception cref="InvalidOperationException">It ended before it listened; its words are in the message.</exception>
    public static async Task<PlumbProcess> StartAsync(
        string command, string kubeconfig, string ready, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo("dotnet", [command, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["KUBECONFIG"] = kubeconfig;
        var process = Process.Start(start)!;
        List<string> said = [];
        var errors = Task.Run(() => ReadAsync(process.StandardError, said, ready, null, ct), ct);
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var output = Task.WhenAll(errors, Task.Run(() => ReadAsync(process.StandardOutput, said, ready, listening, ct), ct));
        await Task.WhenAny(listening.Task, process.WaitForExitAsync(ct));
        if (listening.Task.IsCompletedSuccessfully) return new PlumbProcess(process, await listening.Task, output);
        await output;
        throw new InvalidOperationException($"plumb {string.Join(' ', arguments.Take(1))} has not started: {string.Join('\n', said)}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _output.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
    }

    private static async Task ReadAsync(StreamReader from, List<string> said, string ready, TaskCompletionSource<Uri>? listening, CancellationToken ct)
    {
        while (await from.ReadLineAsync(ct) is { } line)
        {
            // What it complains of while it is measured belongs to the result.
            if (listening is null && line.Contains(" error ", StringComparison.Ordinal)) Console.Error.WriteLine(line);
            lock (said) said.Add(line);
            if (line.StartsWith(ready, StringComparison.Ordinal) && Address().Matches(line) is [.., var address]) listening?.TrySetResult(new Uri(address.Value));
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
