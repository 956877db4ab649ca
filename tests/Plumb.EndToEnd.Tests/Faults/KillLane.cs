using System.Globalization;
using Plumb.Api;
using Plumb.EndToEnd.Tests.Support;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Sync;
using Plumb.Reconcile.Runs;
using Plumb.Sandbox;
using Plumb.Store.Sqlite;

namespace Plumb.EndToEnd.Tests.Faults;

/// <summary>What a lane saw.</summary>
internal sealed record KillCount(int Kills, int Interrupted, int Runs, int Jobs, int Checks);

/// <summary>
/// One repository, one cluster, one data folder, and one server process after the other. Commits come in at random; a process is killed
/// when it sends its n-th request, or a moment after. Now and then one may converge, and everything is checked.
/// </summary>
internal sealed class KillLane : IAsyncDisposable
{
    private const int KillsBetweenChecks = 10;
    private const string PublicUrl = "https://git.example.com/town.git";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Random _random;
    private readonly string _what;
    private readonly string _folder;
    private readonly GitRepository _git;
    private readonly SandboxServer _sandbox;
    private readonly Trap _trap;
    private readonly WriteLog _log;
    private readonly Town _town;
    private readonly Dictionary<string, int> _shopStates = [];
    private readonly Dictionary<string, string> _bystanders = [];
    private string _head = "";
    private PlumbProcess? _plumb;

    private KillLane(Random random, string what, string folder, GitRepository git, SandboxServer sandbox, Trap trap)
    {
        (_random, _what, _folder, _git, _sandbox, _trap) = (random, what, folder, git, sandbox, trap);
        _log = new WriteLog(sandbox);
        _town = new Town(random);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder, "data");

    public static async Task<KillLane> CreateAsync(Random random, string what)
    {
        var folder = Directory.CreateTempSubdirectory("plumb-kill-").FullName;
        var git = await GitRepository.CreateAsync(Path.Combine(folder, "repository"), Ct);
        var trap = new Trap();
        var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Fault = trap.Spring }, Ct);
        await File.WriteAllTextAsync(Path.Combine(folder, "kubeconfig"), sandbox.Kubeconfig, Ct);
        return new KillLane(random, what, folder, git, sandbox, trap);
    }

    public async Task<KillCount> PlayAsync(int kills)
    {
        await CommitAsync();
        await ConvergeAsync();
        MakeBystanders();
        var checks = 0;
        for (var kill = 1; kill <= kills; kill++)
        {
            _town.Move();
            await CommitAsync();
            await KillOnceAsync();
            if (kill % KillsBetweenChecks != 0 && kill != kills) continue;
            await ConvergeAsync();
            await CheckAsync();
            checks++;
        }

        await EndAsync();
        var runs = await RunsAsync();
        CheckHooks(runs);
        return new KillCount(kills, runs.Count(WasInterrupted), runs.Count, _log.JobsMade().Values.Sum(), checks);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        await _log.DisposeAsync();
        await _sandbox.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task CommitAsync()
    {
        _head = await _git.WriteAsync(Ct, [.. _town.Files()]);
        _shopStates[_head] = _town.ShopState;
        if (_plumb is not null) await (await _plumb.ClientAsync(Ct)).PushedAsync(PublicUrl, Ct);
    }

    private PlumbProcess Start() => PlumbProcess.Start(
        Path.Combine(_folder, "kubeconfig"), Data, $"{PublicUrl}//root", "--repo-map", $"{PublicUrl}={_git.Folder}");

    /// <summary>One kill: of the process that converged before, or of a new one.</summary>
    private async Task KillOnceAsync()
    {
        var plumb = _plumb ?? Start();
        _plumb = null;
        var writesOnly = _random.Next(4) > 0;
        _trap.Set(
            plumb.Kill, writesOnly, _random.Next(1, writesOnly ? 14 : 120), TimeSpan.FromMilliseconds(_random.Next(2) * _random.Next(60)),
            answered: _random.Next(2) == 0);
        var client = plumb.ClientAsync(Ct);
        // One that has nothing more to do is killed at rest: that too must harm nothing.
        var began = TimeProvider.System.GetTimestamp();
        while (!plumb.Ended.IsCompleted && !(client.IsCompletedSuccessfully && await IsConvergedAsync(await client)))
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                _plumb = plumb; // to be ended with the lane
                Assert.Fail($"{_what}: neither killed nor converged at {_head}: {await DescribeAsync(await client)}\n{plumb.Output}");
            }

            await Task.WhenAny(plumb.Ended, Task.Delay(100, Ct));
        }

        plumb.Kill();
        await plumb.Ended;
        _trap.Clear();
        await client.ContinueWith(c => _ = c.Exception, TaskScheduler.Default);
        await plumb.DisposeAsync();
    }

    private async Task ConvergeAsync()
    {
        _plumb ??= Start();
        var client = await _plumb.ClientAsync(Ct);
        var began = TimeProvider.System.GetTimestamp();
        while (!await IsConvergedAsync(client))
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
                Assert.Fail($"{_what}: not converged: {await DescribeAsync(client)}\n{_plumb.Output}");
            await Task.Delay(100, Ct);
        }
    }

    private async Task<bool> IsConvergedAsync(PlumbClient client)
    {
        try
        {
            var all = await client.ListApplicationsAsync(Ct);
            return all.Count == _town.Applications.Count + 1
                && all.All(a => a is { Sync: "Synced", Health: "Healthy", Operation: "", Errors: 0 } && a.Revision == _head);
        }
        catch (PlumbApiException)
        {
            return false; // killed meanwhile
        }
    }

    private static async Task<string> DescribeAsync(PlumbClient client)
    {
        var words = new List<string>();
        foreach (var application in await client.ListApplicationsAsync(Ct))
        {
            var detail = await client.GetApplicationAsync(application.Name, Ct);
            words.Add($"{application.Name}: at {application.Revision} {application.Sync}, {application.Health} {application.HealthMessage}, waits for \"{application.WaitingFor}\", "
                + $"does \"{application.Operation}\", last {detail.LastRun?.Phase} {detail.LastRun?.Message}, "
                + string.Join(" | ", detail.Conditions.Select(c => $"{c.Type}: {c.Message}")));
        }

        return string.Join("\n", words);
    }

    // ---- what must hold --------------------------------------------------------------------------------------------

    private async Task CheckAsync()
    {
        Delivered("ConfigMap").ToDictionary(o => $"{o.Namespace}/{o.Name}", o => int.Parse(o.Root["data"]["value"].AsString()!, CultureInfo.InvariantCulture))
            .ShouldBe(_town.ConfigMaps, ignoreOrder: true, $"{_what}: what is live is what Git states");
        _sandbox.Objects.Get("apps", "Deployment", Town.Shop, "web")!.Root["spec"]["replicas"].AsInt().ShouldBe(_town.Replicas, _what);
        _sandbox.Objects.Get("example.com", "Gadget", Town.Custom, "one")!.Root["spec"]["value"].AsInt().ShouldBe(_town.Gadget, _what);

        foreach (var (place, version) in _bystanders)
        {
            var parts = place.Split('/');
            var now = _sandbox.Objects.Get("", "ConfigMap", parts[0], parts[1]);
            (now is null ? "deleted" : $"{now.Uid} {now.ResourceVersion}").ShouldBe(version, $"{_what}: {place} is not Plumb's to touch");
        }

        _log.NeedlessWrites().ShouldBeEmpty(_what);

        var client = await _plumb!.ClientAsync(Ct);
        foreach (var application in _town.Applications)
        {
            var runs = await client.ListRunsAsync(application, 1000, Ct);
            runs.ShouldAllBe(r => r.FinishedAt != null && r.Phase != "Running", $"{_what}: every run is finished or reported");
            foreach (var run in runs.Where(r => r.Phase is "Failed" or "Error" && !r.Message.StartsWith("Plumb stopped during it", StringComparison.Ordinal)))
                Assert.Fail($"{_what}: {application}: run {run.Id} {run.Phase}: {run.Message}");
        }
    }

    /// <summary>
    /// The promise about hooks: one is made a second time for the same state only when Plumb stopped before it could write down that it had
    /// been made (or, with a name that the server makes, that it had ended).
    /// </summary>
    private void CheckHooks(IReadOnlyList<Run> runs)
    {
        foreach (var ((hook, state), made) in _log.JobsMade())
        {
            var excused = runs.Count(r => r.Application == Town.Shop && r.Scope == RunScope.Whole && _shopStates.GetValueOrDefault(r.Revisions[0]) == state
                && ((WasInterrupted(r) && !r.Hooks.Any(h => IsOf(h, hook) && (h.Succeeded || hook == "before"))) || r.Phase == RunPhase.Superseded));
            made.ShouldBeInRange(1, 1 + excused, $"{_what}: Jobs made of the hook {hook} for state {state}; excused are {excused} more");
        }
    }

    private static bool IsOf(HookProgress progress, string hook) => hook == "before" ? progress.Id.Name == "before" : progress.Id.Name != "before";

    private static bool WasInterrupted(Run run) => run is { Phase: RunPhase.Error, Interruptions: > 0 };

    private async Task<IReadOnlyList<Run>> RunsAsync()
    {
        using var store = await SqliteRunStore.OpenAsync(Path.Combine(Data, "history.db"), 100_000, TimeProvider.System, Ct);
        return await store.ListAsync(null, 100_000, Ct);
    }

    private IEnumerable<KubeObject> Delivered(string kind) => _sandbox.Objects.List("", kind, null)
        .Where(o => !_bystanders.ContainsKey($"{o.Namespace}/{o.Name}") && o.Annotation(TrackingId.Annotation) is not null);

    /// <summary>Made by hand, of another application, and a copy that carries a tracking annotation along.</summary>
    private void MakeBystanders()
    {
        foreach (var (place, tracking) in new[]
        {
            ("default/by-hand", null), ($"{Town.Config}/by-hand", null),
            ($"{Town.Config}/of-another", $"another:/ConfigMap:{Town.Config}/of-another"),
            ($"{Town.Config}/a-copy", $"{Town.Config}:/ConfigMap:{Town.Config}/setting-0"),
            ($"{Town.Shop}/by-hand", null),
        })
        {
            var parts = place.Split('/');
            var annotations = tracking is null ? "{}" : $$"""{"{{TrackingId.Annotation}}": "{{tracking}}"}""";
            var made = _sandbox.Objects.Create(
                Document($$"""{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": "{{parts[0]}}", "name": "{{parts[1]}}", "annotations": {{annotations}} } }"""),
                "by-hand");
            _bystanders[place] = $"{made.Uid} {made.ResourceVersion}";
        }
    }

    private static KubeObject Document(string json) => new(Plumb.Manifests.Documents.Json.Parse(json).AsMap()!);

    private async Task EndAsync()
    {
        if (_plumb is null) return;
        await _plumb.DisposeAsync();
        _plumb = null;
    }

    /// <summary>Kills when the n-th request comes in.</summary>
    private sealed class Trap
    {
        private readonly Lock _gate = new();
        private Action? _kill;
        private bool _writesOnly;
        private bool _answered;
        private int _left;
        private TimeSpan _delay;

        public void Set(Action kill, bool writesOnly, int requests, TimeSpan delay, bool answered)
        {
            lock (_gate) (_kill, _writesOnly, _left, _delay, _answered) = (kill, writesOnly, requests, delay, answered);
        }

        public void Clear()
        {
            lock (_gate) _kill = null;
        }

        public SandboxFault? Spring(SandboxRequest request)
        {
            lock (_gate)
            {
                if (_kill is not { } kill || request.Verb == "watch" || (_writesOnly && request.Verb is not ("create" or "update" or "patch" or "delete")))
                    return null;
                if (--_left > 0) return null;
                _kill = null;
                if (_delay > TimeSpan.Zero)
                {
                    // The process lives a moment longer: it may be writing to its history when it dies.
                    _ = Task.Delay(_delay, CancellationToken.None).ContinueWith(_ => kill(), TaskScheduler.Default);
                    return null;
                }

                kill();
                return _answered ? null : new SandboxFault { Abort = true };
            }
        }
    }
}
