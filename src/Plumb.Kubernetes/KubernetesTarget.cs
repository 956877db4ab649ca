using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Plumb.Kubernetes.Applying;
using Plumb.Kubernetes.Cache;
using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Events;
using Plumb.Kubernetes.Planning;
using Plumb.Kubernetes.Schemas;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes;

/// <summary>
/// A Kubernetes cluster as a target. It is followed from its first use (or <see cref="StartAsync"/>) until disposed; a cluster that
/// nobody uses costs nothing.
/// </summary>
public sealed class KubernetesTarget : ITarget, IAsyncDisposable
{
    private readonly KubernetesTargetOptions _options;
    private readonly ILogger<KubernetesTarget> _logger;
    private readonly TimeProvider _time;
    private readonly KubernetesMetrics _metrics;
    private readonly EventHub _events = new();
    private readonly Lock _lock = new(); // guards _session and _disposed
    private Task<Session>? _session;
    private bool _disposed;

    /// <summary>A target that is not followed yet.</summary>
    public KubernetesTarget(KubernetesTargetOptions options, ILogger<KubernetesTarget> logger, KubernetesMetrics metrics, TimeProvider time) =>
        (_options, _logger, _metrics, _time) = (options, logger, metrics, time);

    /// <summary>What exists once the configuration is read.</summary>
    private sealed record Session(KubeConnection Connection, LiveCluster Cluster, Planner Planner, Applier Applier);

    /// <inheritdoc/>
    public string Name => _options.Name;

    /// <inheritdoc/>
    public string? Fault => Volatile.Read(ref _session) switch
    {
        null => null,
        { IsFaulted: true } failed => ConfigurationFault(failed.Exception!.GetBaseException()),
        { IsCompletedSuccessfully: true } running => running.Result.Cluster.Fault,
        _ => null,
    };

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings => Running()?.Cluster.Warnings ?? [];

    /// <summary>Begins to follow the cluster and returns when its state has been read once.</summary>
    /// <exception cref="TargetException">It cannot be reached; it goes on trying all the same.</exception>
    public async Task StartAsync(CancellationToken ct) => await ReadyAsync(ct);

    /// <inheritdoc/>
    public async Task<TargetCapabilities> GetCapabilitiesAsync(CancellationToken ct) => (await ReadyAsync(ct)).Cluster.Catalog.Capabilities;

    /// <inheritdoc/>
    public async Task<Plan> PlanAsync(PlanRequest request, CancellationToken ct) => await (await ReadyAsync(ct)).Planner.PlanAsync(request, ct);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ResourceResult>> ApplyAsync(ApplyRequest request, CancellationToken ct)
    {
        try
        {
            return await (await ReadyAsync(ct)).Applier.ApplyAsync(request, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return new Batch(request).Results(cancelled: true);
        }
        catch (TargetException e)
        {
            return new Batch(request) { ClusterGone = e.Message }.Results(cancelled: false);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Observation> Observe(IReadOnlyList<ResourceId> ids)
    {
        if (Running() is not { } session) return [.. ids.Select(id => Observation.Unknown(id, Fault ?? $"cluster {Name} is not read yet"))];
        return [.. ids.Select(id => ObserveOne(session.Cluster, id))];
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<TargetEvent> WatchAsync(CancellationToken ct) => _events.ListenAsync(ct);

    /// <inheritdoc/>
    public IReadOnlyList<OwnedResource> OwnerTree(IReadOnlyList<ResourceId> roots)
    {
        if (Running() is not { } session) return [];
        var cache = session.Cluster.Cache;
        var tree = new List<OwnedResource>();
        var seen = new HashSet<ResourceId>(roots);
        var open = new Queue<LiveObject>(roots.Select(cache.Find).OfType<LiveObject>());
        while (open.TryDequeue(out var owner))
        {
            foreach (var child in cache.ChildrenOf(owner.Uid).OrderBy(c => c.Id))
            {
                if (!seen.Add(child.Id)) continue;
                tree.Add(new OwnedResource(child.Id, owner.Id, child.Health, child.CreatedAt));
                open.Enqueue(child);
            }
        }

        return tree;
    }

    /// <summary>Stops following and closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        Task<Session>? session;
        lock (_lock)
        {
            if (_disposed) return;
            _disposed = true;
            session = _session;
        }

        if (session is null) return;
        await ((Task)session).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!session.IsCompletedSuccessfully) return;
        var running = await session;
        await running.Cluster.DisposeAsync();
        running.Connection.Dispose();
    }

    /// <summary>The server's address; null when the configuration cannot be read.</summary>
    internal async Task<LiveCluster> ClusterAsync(CancellationToken ct) => (await ReadyAsync(ct)).Cluster;

    private static Observation ObserveOne(LiveCluster cluster, ResourceId id)
    {
        var cache = cluster.Cache;
        var named = id.Name.Length == 0 ? cache.FindGenerated("", id) ?? id : id;
        var live = cache.Find(named);
        // A cluster-scoped object under an id that was made before its kind was known.
        if (live is null && id.Namespace.Length > 0) live = cache.Find(id with { Namespace = "" });
        if (live is null && cache.EndOf(named) is { } end) return Observation.Missing(id) with { Health = end };
        if (live is null && cluster.WhyUnreadable(new(id.Group, id.Kind), id.Namespace) is { } why) return Observation.Unknown(id, why);
        return live is null
            ? Observation.Missing(id)
            : new Observation(id, true, live.Health, live.Version, live.Uid, live.Deleting) { Finalizers = live.RemainingFinalizers };
    }

    private Session? Running() => Volatile.Read(ref _session) is { IsCompletedSuccessfully: true } session ? session.Result : null;

    private async Task<Session> ReadyAsync(CancellationToken ct)
    {
        Session session;
        try
        {
            session = await EnsureStarted().WaitAsync(ct);
        }
        catch (Exception e) when (e is not (OperationCanceledException or ObjectDisposedException))
        {
            throw new TargetException(ConfigurationFault(e), e);
        }

        await session.Cluster.ReadyAsync(ct);
        return session;
    }

    private Task<Session> EnsureStarted()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            // Reading the configuration may run an authentication plugin. One that failed is tried again at the next use.
            if (_session is null or { IsFaulted: true }) _session = Task.Run(StartSessionAsync);
            return _session;
        }
    }

    private async Task<Session> StartSessionAsync()
    {
        var connection = new KubeConnection(await KubeconfigFile.ReadAsync(_options), _time);
        var client = new KubeClient(connection, _options.Client, _time, _metrics, _logger);
        var cluster = new LiveCluster(
            _options, connection, client, _time, _metrics, _logger,
            (change, who) => _events.Publish(who, change.Id), _events.PublishAll);
        var reader = new LiveReader(cluster);
        var planner = new Planner(cluster, new SchemaSource(cluster), new VerdictMemory(), reader, _metrics);
        var applier = new Applier(cluster, new Write(cluster, _time), new Delete(cluster, reader), _metrics, _time);
        cluster.Start();
        return new Session(connection, cluster, planner, applier);
    }

    private string ConfigurationFault(Exception e) => $"cluster {Name}: its configuration cannot be used: {e.Message}";
}
