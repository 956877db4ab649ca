using System.Diagnostics;
using System.Globalization;
using Plumb.Kubernetes.Tests.Clusters;

namespace Plumb.Kubernetes.Tests.Faults;

/// <summary><c>plumb sandbox</c> as a process of its own, which can be stopped in its tracks (SIGSTOP) and let go on (SIGCONT).</summary>
internal sealed class SandboxProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private SandboxProcess(Process process, string folder) => (_process, _folder) = (process, folder);

    public string Kubeconfig => Path.Combine(_folder, "kubeconfig");

    public static async Task<SandboxProcess> StartAsync()
    {
        // bin/Release/net10.0 of this project, and so of that one.
        var here = AppContext.BaseDirectory.TrimEnd('/');
        var project = Path.GetFullPath(Path.Combine(here, "../../.."));
        var command = Path.Combine(project, "../../src/Plumb", Path.GetRelativePath(project, here), "plumb.dll");
        File.Exists(command).ShouldBeTrue($"{command} is built with this project");
        var folder = Directory.CreateTempSubdirectory("plumb-stopped-").FullName;
        var start = new ProcessStartInfo("dotnet") { ArgumentList = { command, "sandbox", "--write-kubeconfig", Path.Combine(folder, "kubeconfig") } };
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        var sandbox = new SandboxProcess(Process.Start(start)!, folder);
        sandbox._process.OutputDataReceived += (_, _) => { };
        sandbox._process.ErrorDataReceived += (_, _) => { };
        sandbox._process.BeginOutputReadLine();
        sandbox._process.BeginErrorReadLine();
        await RawTarget.UntilAsync(() => File.Exists(sandbox.Kubeconfig) && new FileInfo(sandbox.Kubeconfig).Length > 0, "the sandbox has started", 60);
        return sandbox;
    }

    public Task StopAsync() => SignalAsync("STOP");

    public Task ContinueAsync() => SignalAsync("CONT");

    public async ValueTask DisposeAsync()
    {
        await ContinueAsync();
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(LiveTarget.Ct);
    }
}
