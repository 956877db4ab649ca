using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Plumb.EndToEnd.Tests.Support;

namespace Plumb.EndToEnd.Tests.Faults;

/// <summary>
/// A real control plane for one class of tests, whose programs may be stopped and killed: <c>../shared/kube-env</c> in a run folder of its
/// own. The shared one that <c>PLUMB_TEST_KUBECONFIG</c> names serves other tests at the same time and is left alone.
/// </summary>
internal sealed class OwnControlPlane : IAsyncDisposable
{
    private readonly string _run;
    private readonly List<string> _stopped = [];
    private readonly Dictionary<string, ProcessStartInfo> _killed = [];

    private OwnControlPlane(string run, string kubeconfig) => (_run, Kubeconfig) = (run, kubeconfig);

    public string Kubeconfig { get; }

    private string PidFile(string component) => Path.Combine(_run, "pid", component);

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

    /// <summary>SIGKILL: the program is gone in the middle of whatever it did, its port refuses.</summary>
    public async Task KillAsync(string component)
    {
        _killed[component] = await AgainAsync(component);
        await SignalAsync("KILL", component);
    }

    /// <summary>The same program with the same arguments; etcd finds the data that it had written. It need not be ready yet.</summary>
    public async Task StartAgainAsync(string component)
    {
        if (!_killed.Remove(component, out var start)) return;
        using var process = Process.Start(start)!;
        await File.WriteAllTextAsync(PidFile(component), $"{process.Id} {await StartTimeAsync(process.Id)}\n", CancellationToken.None);
    }

    /// <summary>
    /// How often each object under a prefix of etcd's keys was written since it was made: the store's own count, which no retry, no
    /// no-op and no lost answer can hide from.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, int>> WritesAsync(string prefix)
    {
        var key = Encoding.UTF8.GetBytes(prefix);
        var end = key.ToArray();
        end[^1]++;
        var body = JsonSerializer.Serialize(new { key = Convert.ToBase64String(key), range_end = Convert.ToBase64String(end) });
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var answer = await http.PostAsync(new Uri(await EtcdAsync(), "v3/kv/range"), new StringContent(body), Ct);
        using var found = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Ct));
        if (!found.RootElement.TryGetProperty("kvs", out var all)) return new Dictionary<string, int>();
        return all.EnumerateArray().ToDictionary(
            kv => Encoding.UTF8.GetString(kv.GetProperty("key").GetBytesFromBase64())[prefix.Length..],
            kv => int.Parse(kv.GetProperty("version").GetString()!, CultureInfo.InvariantCulture));
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
        var id = (await File.ReadAllTextAsync(PidFile(component), CancellationToken.None)).Split(' ')[0];
        (await Shell.RunAsync("kill", [$"-{signal}", id], ct: CancellationToken.None)).MustSucceed();
    }

    /// <summary>How to start a program again that runs now: its own words, its output behind what it wrote before.</summary>
    private async Task<ProcessStartInfo> AgainAsync(string component)
    {
        var id = (await File.ReadAllTextAsync(PidFile(component), Ct)).Split(' ')[0];
        var words = (await File.ReadAllTextAsync($"/proc/{id}/cmdline", Ct)).TrimEnd('\0').Split('\0');
        var environment = (await File.ReadAllTextAsync($"/proc/{id}/environ", Ct)).TrimEnd('\0').Split('\0');
        var log = Path.Combine(_run, "log", component + ".log");
        var start = new ProcessStartInfo("bash", ["-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", log, .. words]);
        start.Environment.Clear();
        foreach (var pair in environment.Select(e => e.Split('=', 2))) start.Environment[pair[0]] = pair[1];
        return start;
    }

    /// <summary>As <c>kube-env down</c> knows its processes: by id and field 22 of stat, which stays over an exec.</summary>
    private static async Task<string> StartTimeAsync(int id)
    {
        var stat = await File.ReadAllTextAsync($"/proc/{id}/stat", CancellationToken.None);
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
    }

    private async Task<Uri> EtcdAsync()
    {
        const string Name = "KUBE_ENV_ETCD=";
        var lines = await File.ReadAllLinesAsync(Path.Combine(_run, "info.env"), Ct);
        var line = lines.First(l => l.StartsWith(Name, StringComparison.Ordinal));
        return new Uri(line[Name.Length..] + "/");
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
