using System.Diagnostics;
using System.Text;
using Plumb.Api;
using Plumb.EndToEnd.Tests.Support;

namespace Plumb.EndToEnd.Tests.Faults;

/// <summary>A real <c>plumb serve</c> in a process of its own, to be killed as the kernel kills: without a word.</summary>
internal sealed class PlumbProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient _http = new();
    private int _killed;

    private PlumbProcess(Process process) => _process = process;

    /// <summary>Completes when the process has ended.</summary>
    public Task Ended => _process.WaitForExitAsync(CancellationToken.None);

    /// <summary>What it wrote, errors too.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts one; it may not listen yet.</summary>
    public static PlumbProcess Start(string kubeconfig, string dataFolder, string root, params string[] more)
    {
        var start = new ProcessStartInfo("dotnet",
        [
            Clone.Command, "serve", "--root", root, "--kubeconfig", kubeconfig, "--data", dataFolder, "--listen", "127.0.0.1:0", "--poll", "1s", .. more,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        var plumb = new PlumbProcess(Process.Start(start)!);
        plumb._process.OutputDataReceived += (_, line) => plumb.Read(line.Data);
        plumb._process.ErrorDataReceived += (_, line) => plumb.Read(line.Data);
        plumb._process.BeginOutputReadLine();
        plumb._process.BeginErrorReadLine();
        return plumb;
    }

    /// <summary>Its API, once it listens.</summary>
    public async Task<PlumbClient> ClientAsync(CancellationToken ct)
    {
        var first = await Task.WhenAny(_listening.Task, Ended).WaitAsync(StartDeadline, ct);
        if (first != _listening.Task) throw new InvalidOperationException($"plumb serve ended with code {_process.ExitCode}: {Output}");
        _http.BaseAddress ??= await _listening.Task;
        return new PlumbClient(_http);
    }

    /// <summary>SIGKILL. Safe to call from any thread, and more than once.</summary>
    public void Kill()
    {
        if (Interlocked.Exchange(ref _killed, 1) == 0 && !_process.HasExited) _process.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await Ended;
        _http.Dispose();
        _process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
        if (line.StartsWith("plumb serves ", StringComparison.Ordinal)) _listening.TrySetResult(new Uri(line[(line.LastIndexOf(' ') + 1)..]));
    }
}
