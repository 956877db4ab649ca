using System.Diagnostics;
using Plumb.Api;
using Plumb.Bench.Loop;

namespace Plumb.Bench.Page;

/// <summary>The real server with its page, between a repository of many applications and two clusters; everything in a process of its own.</summary>
internal sealed class PageScene : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("plumb-bench-");
    private readonly HttpClient _http = new();
    private SandboxProcess? _home;
    private SandboxProcess? _away;
    private RawApi? _cluster;

    private PageScene(int applications) => Applications = applications;

    /// <summary>How many applications there are, the root not counted.</summary>
    public int Applications { get; }

    public PlumbProcess Plumb { get; private set; } = null!;

    public PageRepository Repository { get; private set; } = null!;

    public PlumbClient Api { get; private set; } = null!;

    /// <summary>Starts all of it; returns when every application is where it can be.</summary>
    public static async Task<PageScene> StartAsync(Arguments arguments, CancellationToken ct)
    {
        var scene = new PageScene(arguments.Number("applications", 2000));
        try
        {
            await scene.PrepareAsync(PlumbProcess.CommandOf(arguments), ct);
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    private async Task PrepareAsync(string plumb, CancellationToken ct)
    {
        Repository = await PageRepository.CreateAsync(Path.Combine(_folder.FullName, "repository"), Applications, ct);
        _home = await SandboxProcess.StartAsync([BenchCluster.SandboxName], ct);
        _away = await SandboxProcess.StartAsync([BenchCluster.SandboxName], ct);
        var (home, away) = (await NameAsync(_home, "home", ct), await NameAsync(_away, PageRepository.Away, ct));
        foreach (var kubeconfig in (string[])[home, away])
            await Programs.RunAsync("kubectl", ["--kubeconfig", kubeconfig, "create", "namespace", PageRepository.Namespace], ct);
        _cluster = await RawApi.OpenAsync(home, ct);
        Plumb = await PlumbProcess.StartAsync(
            plumb, $"{home}:{away}", "plumb serves ",
            [
                "serve", "--root", $"{PageRepository.Url}//root@main", "--repo-map", $"{PageRepository.Url}={Repository.Folder}",
                "--data", Path.Combine(_folder.FullName, "data"), "--listen", "127.0.0.1:0",
            ],
            ct);
        _http.BaseAddress = Plumb.Url;
        Api = new PlumbClient(_http);
        await UntilSettledAsync(ct);
    }

    /// <summary>Returns when all are compared, and those that can be are synced and healthy.</summary>
    private async Task UntilSettledAsync(CancellationToken ct)
    {
        var numbers = Enumerable.Range(0, Applications).ToList();
        var (synced, healthy) = (numbers.Count(PageRepository.IsAutomated), numbers.Count(i => PageRepository.IsAutomated(i) && PageRepository.CanRun(i)));
        using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1));
        var said = Stopwatch.GetTimestamp();
        while (await ticks.WaitForNextTickAsync(ct))
        {
            var all = (await Api.ListApplicationsAsync(new ApplicationQuery { Limit = ApplicationQuery.MaxLimit }, ct)).Items;
            var (syncedNow, healthyNow) = (all.Count(a => a.Sync == "Synced"), all.Count(a => a.Health == "Healthy"));
            if (syncedNow > synced && healthyNow > healthy - 1 && all.Count(a => a.Sync == "OutOfSync") == Applications - synced) return;
            if (Stopwatch.GetElapsedTime(said) < TimeSpan.FromSeconds(20)) continue;
            said = Stopwatch.GetTimestamp();
            Console.Error.WriteLine($"{syncedNow} of {synced + 1} synced, {healthyNow} of {healthy} healthy");
        }
    }

    /// <summary>Changes the live object of an application behind Plumb's back, or changes it back.</summary>
    public Task DriftAsync(int application, bool drifted, CancellationToken ct) => _cluster!.SendAsync(
        HttpMethod.Patch, $"/api/v1/namespaces/{PageRepository.Namespace}/configmaps/{PageRepository.Name(application)}",
        $$$"""{"data":{"value":"{{{(drifted ? "drifted" : "1")}}}"}}""", "application/merge-patch+json", ct);

    /// <summary>Commits a change of an application and tells of the push.</summary>
    public async Task CommitAsync(int application, string value, CancellationToken ct)
    {
        await Repository.ChangeAsync(application, value, ct);
        await Api.PushedAsync(PageRepository.Url, ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (Plumb is not null) await Plumb.DisposeAsync();
        foreach (var sandbox in (SandboxProcess?[])[_home, _away])
            if (sandbox is not null) await sandbox.DisposeAsync();
        _cluster?.Dispose();
        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task<string> NameAsync(SandboxProcess sandbox, string name, CancellationToken ct)
    {
        var text = await File.ReadAllTextAsync(sandbox.Kubeconfig, ct);
        var named = Path.Combine(_folder.FullName, $"kubeconfig-{name}");
        await File.WriteAllTextAsync(named, text.Replace(": sandbox", $": {name}", StringComparison.Ordinal), ct);
        return named;
    }
}
