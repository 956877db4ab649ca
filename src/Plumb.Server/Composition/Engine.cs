using Plumb.Git;
using Plumb.Kubernetes;
using Plumb.Kubernetes.Clusters;
using Plumb.Manifests;
using Plumb.Reconcile;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Sources;
using Plumb.Reconcile.Targets;
using Plumb.Server.Access.Auditing;
using Plumb.Store.Auditing;
using Plumb.Store.Sqlite;

namespace Plumb.Server.Composition;

/// <summary>
/// The map of the house at run time: Git, renderer, clusters and history around the loop. No web server is needed for it.
/// </summary>
public sealed class Engine : IAsyncDisposable
{
    private readonly SourceSet _sources;
    private readonly ClusterRegistry _targets;
    private readonly KubernetesMetrics _kubernetesMetrics;
    private readonly SqliteRunStore? _history;
    private readonly DataFolderLock? _folderLock;

    private Engine(SourceSet sources, IRenderer renderer, ClusterRegistry targets, KubernetesMetrics kubernetesMetrics, Reconciler reconciler,
        SqliteRunStore? history, AuditTrail audit, DataFolderLock? folderLock, TimeProvider time)
    {
        (_sources, Renderer, _targets, _kubernetesMetrics) = (sources, renderer, targets, kubernetesMetrics);
        (Reconciler, _history, _folderLock) = (reconciler, history, folderLock);
        Audit = audit;
        ClusterAdmin = new ClusterAdmin(targets, kubernetesMetrics, time);
    }

    /// <summary>The loop; start it with roots.</summary>
    public Reconciler Reconciler { get; }

    /// <summary>Git, and repositories of charts.</summary>
    public ISource Source => _sources.All;

    /// <summary>Git alone.</summary>
    public GitSource Git => _sources.Git;

    /// <summary>Manifests.</summary>
    public IRenderer Renderer { get; }

    /// <summary>Clusters.</summary>
    public ITargets Targets => _targets;

    /// <summary>The same, with all that can be done to them.</summary>
    public ClusterRegistry Clusters => _targets;

    /// <summary>What changes them.</summary>
    public ClusterAdmin ClusterAdmin { get; }

    /// <summary>History.</summary>
    public IRunStore Runs => Reconciler.Runs;

    /// <summary>Who did what; kept beside the history.</summary>
    public AuditTrail Audit { get; }

    /// <summary>Puts the rooms together. The loop is not started; clusters and repositories are not asked yet.</summary>
    /// <exception cref="TargetException">The kubeconfig cannot be read, or a context is not in it.</exception>
    /// <exception cref="ArgumentException">Settings are not valid; all faults are named.</exception>
    /// <exception cref="IOException">The data folder cannot be written, or another Plumb uses it.</exception>
    public static async Task<Engine> CreateAsync(EngineOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken ct)
    {
        // Only who keeps a history there owns the folder; mirrors are shared with commands that run once.
        var folderLock = DataFolderLock.Take(options.DataFolder, exclusive: options.KeepHistory);
        try
        {
            return await CreateAsync(options, folderLock, loggers, time, ct);
        }
        catch
        {
            folderLock?.Dispose();
            throw;
        }
    }

    private static async Task<Engine> CreateAsync(
        EngineOptions options, DataFolderLock? folderLock, ILoggerFactory loggers, TimeProvider time, CancellationToken ct)
    {
        var kubernetesMetrics = new KubernetesMetrics();
        var targets = await ClusterRegistry.LoadAsync(
            new ClusterRegistryOptions
            {
                Kubeconfig = options.Kubeconfig,
                Contexts = options.Contexts,
                InClusterContext = options.InClusterContext,
                SecretNamespace = options.ClusterSecretNamespace,
                TrackingMethod = options.TrackingMethod,
                InstallationId = options.InstallationId,
                Client = options.Client,
            },
            loggers, kubernetesMetrics, time, ct);
        var sources = new SourceSet(options, loggers, time);
        var history = options.KeepHistory
            ? await SqliteRunStore.OpenAsync(Path.Combine(options.DataFolder, "history.db"), options.RunsKept, time, ct)
            : null;
        var renderer = new ManifestRenderer();
        var audit = new AuditTrail(history ?? (IAuditStore)new MemoryAuditStore(), time, loggers.CreateLogger<AuditTrail>());
        Reconciler? reconciler = null;
        var runs = new AuditedRuns(history ?? (IRunStore)new MemoryRunStore(), audit, name => reconciler?.Find(name)?.Spec.Project ?? "");
        reconciler = new Reconciler(
            new ReconcilerPorts(sources.All, renderer, targets, runs, history), options.Reconciler, new ReconcileMetrics(), time, loggers);
        return new Engine(sources, renderer, targets, kubernetesMetrics, reconciler, history, audit, folderLock, time);
    }

    /// <summary>Stops the loop, then what it runs on.</summary>
    public async ValueTask DisposeAsync()
    {
        await Reconciler.DisposeAsync();
        Reconciler.Metrics.Dispose();
        await _sources.DisposeAsync();
        await _targets.DisposeAsync();
        _kubernetesMetrics.Dispose();
        _history?.Dispose();
        _folderLock?.Dispose();
    }
}
