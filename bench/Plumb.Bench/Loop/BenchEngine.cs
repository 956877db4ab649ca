using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Plumb.Kubernetes;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.States;
using Plumb.Server.Composition;

namespace Plumb.Bench.Loop;

/// <summary>Plumb itself, in this process, between a repository and a cluster; counts its requests.</summary>
internal sealed class BenchEngine : IAsyncDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Engine _engine;
    private long _requests;
    private long _watches;

    private BenchEngine(Engine engine)
    {
        _engine = engine;
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == KubernetesMetrics.MeterName && instrument.Name == "plumb_kubernetes_requests_total")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, delta, tags, _) =>
        {
            var isWatch = false;
            foreach (var tag in tags) isWatch |= tag.Value as string == "watch";
            Interlocked.Add(ref isWatch ? ref _watches : ref _requests, delta);
        });
        _listener.Start();
    }

    public Reconciler Reconciler => _engine.Reconciler;

    /// <summary>Requests to the API server so far, watches left out.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Watches begun so far.</summary>
    public long Watches => Interlocked.Read(ref _watches);

    /// <summary>CPU time of this process so far.</summary>
    public static TimeSpan Cpu => Environment.CpuUsage.TotalTime;

    /// <summary>Bytes of this process in memory.</summary>
    public static long WorkingSet
    {
        get
        {
            using var self = Process.GetCurrentProcess();
            return self.WorkingSet64;
        }
    }

    public static async Task<BenchEngine> CreateAsync(string folder, BenchRepository repository, BenchCluster cluster, CancellationToken ct)
    {
        var engine = await Engine.CreateAsync(
            new EngineOptions
            {
                DataFolder = Path.Combine(folder, "data"),
                Kubeconfig = cluster.Kubeconfig,
                RepositoryMap = [$"{BenchRepository.Url}={repository.Folder}"],
            },
            NullLoggerFactory.Instance, TimeProvider.System, ct);
        return new BenchEngine(engine);
    }

    /// <summary>Starts the root application.</summary>
    public Task StartAsync(CancellationToken ct) => Reconciler.StartAsync(
        [
            new ApplicationSpec
            {
                Name = "root",
                Sources = [new SourceSpec { RepoUrl = BenchRepository.Url, Path = "root" }],
                SyncPolicy = new SyncPolicySpec { Automated = new AutomatedSpec(Prune: true, SelfHeal: true) },
                Digest = "root",
            },
        ],
        [], ct);

    /// <summary>Tells of a push, as a webhook does.</summary>
    public void Push() => _engine.Source.Refresh(BenchRepository.Url);

    /// <summary>Returns when so many applications are Synced and Healthy; says how far it is now and then.</summary>
    public async Task UntilReadyAsync(int applications, CancellationToken ct)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var said = Stopwatch.GetTimestamp();
        while (await ticks.WaitForNextTickAsync(ct))
        {
            var all = Reconciler.Applications;
            var ready = all.Count(a => a.IsReady);
            if (ready >= applications) return;
            if (Stopwatch.GetElapsedTime(said) < TimeSpan.FromSeconds(20)) continue;
            said = Stopwatch.GetTimestamp();
            var waiting = all.FirstOrDefault(a => !a.IsReady);
            Console.Error.WriteLine($"{ready} of {applications} ready; {waiting?.Spec.Name}: {waiting?.WaitingFor}{waiting?.Operation?.Message}");
        }
    }

    /// <summary>Returns when a state of the application fulfils the condition.</summary>
    public async Task UntilAsync(string application, Func<ApplicationState, bool> condition, CancellationToken ct)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var states = Reconciler.WatchAsync(done.Token);
        if (Reconciler.Find(application) is { } now && condition(now)) return;
        await foreach (var state in states)
        {
            if (state.Spec.Name == application && condition(state)) return;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _listener.Dispose();
    }
}
