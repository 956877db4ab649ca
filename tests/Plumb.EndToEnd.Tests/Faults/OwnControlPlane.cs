using System.Diagnostics;
using Plumb.EndToEnd.Tests.Support;

namespace Plumb.EndToEnd.Tests.Faults;

/// <summary>
/// A real control plane for one test alone, whose programs may be stopped: <c>../shared/kube-env</c> in a run folder of its own. The shared
/// one that <c>PLUMB_TEST_KUBECONFIG</c> names serves other tests at the same time and is left alone.
/// </summary>
internal sealed class OwnControlPlane : IAsyncDisposable
{
    private readonly string _run;
    private readonly List<string> _stopped = [];

    private OwnControlPlane(string run, string kubeconfig) => (_run, Kubeconfig) = (run, kubeconfig);

    public string Kubeconfig { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Null, and says so, when no test of this run plays on a real control plane.</summary>
    public static async Task<OwnControlPlane?> StartAsync(string test)
    {
        if (!SharedData.IsHere(test)) return null;
        var required = Environment.GetEnvironmentVariable("PLUMB_REQUIRE_KUBE") == "1";
        if (!required && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("PLUMB_TEST_KUBECONFIG")))
        {
            Console.WriteLine($"{test}: not run, PLUMB_TEST_KUBECONFIG names no cluster; ./test --kube starts one");
            return null;
        }

        if (!File.Exists(SharedData.PathOf("kube-env")))
        {
            if (required) Assert.Fail($"{test}: ../shared/kube-env is missing");
            Console.WriteLine($"{test}: not run, ../shared/kube-env is missing: it starts the control plane that this test may stop");
            return null;
        }

        var run = Directory.CreateTempSubdirectory("plumb-own-").FullName;
        var up = await KubeEnvAsync(run, "up");
        return new OwnControlPlane(run, up.MustSucceed().Trim());
    }

    /// <summary>SIGSTOP: the program answers nothing, and its connections stay open.</summary>
    public async Task StopAsync(string component)
    {
        await SignalAsync("STOP", component);
        _stopped.Add(component);
    }

    /// <summary>SIGCONT.</summary>
    public async Task ContinueAsync(string component)
    {
        await SignalAsync("CONT", component);
        _stopped.Remove(component);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var component in _stopped.ToList()) await ContinueAsync(component);
        await KubeEnvAsync(_run, "down");
        if (Directory.Exists(_run)) Directory.Delete(_run, recursive: true);
        File.Delete(_run + ".lock");
    }

    private async Task SignalAsync(string signal, string component)
    {
        var id = (await File.ReadAllTextAsync(Path.Combine(_run, "pid", component), CancellationToken.None)).Split(' ')[0];
        (await Shell.RunAsync("kill", [$"-{signal}", id], ct: CancellationToken.None)).MustSucceed();
    }

    private static async Task<Shell.Outcome> KubeEnvAsync(string run, string command)
    {
        // Its daemons would hold the pipes of Shell open: their output goes to a file.
        var (output, errors) = (Path.Combine(Path.GetTempPath(), $"{Path.GetFileName(run)}.out"), Path.Combine(Path.GetTempPath(), $"{Path.GetFileName(run)}.err"));
        var start = new ProcessStartInfo("bash", ["-c", $"exec \"$0\" {command} >'{output}' 2>'{errors}' </dev/null", SharedData.PathOf("kube-env")]);
        start.Environment["KUBE_ENV_RUN"] = run;
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(CancellationToken.None);
        var outcome = new Shell.Outcome(process.ExitCode, await File.ReadAllTextAsync(output, Ct), await File.ReadAllTextAsync(errors, Ct));
        File.Delete(output);
        File.Delete(errors);
        return outcome;
    }
}
