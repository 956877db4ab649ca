using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Plumb.Kubernetes.Applying;
using Plumb.Kubernetes.Cache;
using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Clusters;
using Plumb.Kubernetes.Discovery;
using Plumb.Kubernetes.Events;
using Plumb.Kubernetes.Health;
using Plumb.Kubernetes.Inventory;
using Plumb.Kubernetes.Lookups;
using Plumb.Kubernetes.Planning;
using Plumb.Kubernetes.Schemas;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Rendering;
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
    private readonly ForeignWrites _foreign;
    private readonly HealthRules _health;
    private volatile IReadOnlyList<HealthRule> _healthRules = []; // only UseHealthRules replaces it
    private readonly Lock _lock = new(); // guards _session and _disposed
    private Task<Session>? _session;
    private bool _disposed;
    private int _writes; // batches being written; guarded by _lock
    private TaskCompletionSource? _idle; // guarded by _lock
    private ClusterAccess? _access; // newer than that of _options; guarded by _lock
    private volatile TargetDescription _description; // only Describe replaces it

    /// <summary>A target that is not followed yet.</summary>
    public KubernetesTarget(KubernetesTargetOptions options, ILogger<KubernetesTarget> logger, KubernetesMetrics metrics, TimeProvider time)
    {
        (_options, _logger, _metrics, _time, _foreign) = (options, logger, metrics, time, new ForeignWrites(time));
        _health = new HealthRules(time);
        _access = options.Access;
        _description = new TargetDescription(options.Name) { Server = options.Access?.Address ?? options.Name };
    }

    private static readonly GroupKind Nodes = new("", "Node");

    /// <summary>What exists once the configuration is read.</summary>
    private sealed record Session(KubeConnection Connection, LiveCluster Cluster, Planner Planner, Applier Applier);

    /// <inheritdoc/>
    public string Name => _description.Name;

    /// <inheritdoc/>
    public TargetDescription Description => _description;

    /// <inheritdoc/>
    public TargetStatus Status
    {
        get
        {
            if (Fault is { } fault) return new TargetStatus(TargetConnection.Failed)
            {
                Fault = fault.StartsWith($"cluster {Name}: ", StringComparison.Ordinal) ? fault[$"cluster {Name}: ".Length..] : fault, // shown beside its name
                Version = Version(),
            };
            if (Volatile.Read(ref _session) is null) return new TargetStatus(TargetConnection.NotUsed);
            if (Running() is not { Cluster.IsReady: true } session) return new TargetStatus(TargetConnection.Connecting);
            var nodes = session.Cluster.Catalog.Find(Nodes) is null ? (int?)null : session.Cluster.Cache.OfKind(Nodes).Count;
            return new TargetStatus(TargetConnection.Connected) { Version = Version(), Objects = session.Cluster.Cache.Count, Nodes = nodes };
        }
    }

    /// <inheritdoc/>
    public string? Fault => Volatile.Read(ref _session) switch
    {
        null => null,
        { IsFaulted: true } failed => ConfigurationFault(failed.Exception!.GetBaseException()),
        { IsCompletedSuccessfully: true } running => running.Result.Cluster.Fault is { } fault ? Named(fault) : null,
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
    public async Task<LiveAnswer> LookUpAsync(LookupRequest request, CancellationToken ct)
    {
        var cluster = (await ReadyAsync(ct)).Cluster;
        var query = request.Query;
        try
        {
            if (await cluster.FindAsync(GroupVersionKind.Parse(query.ApiVersion, query.Kind), ct) is not { } kind) return Lookup.Unknown(query, cluster.Catalog);
            return NotUsed(kind, query) is { } refused ? LiveAnswer.Refused(refused) : await Lookup.AskAsync(cluster.Client, kind, request, ct);
        }
        catch (TargetException e)
        {
            throw new TargetException(Named(e.Message), e);
        }
    }

    /// <summary>Why a cluster that is used with some namespaces only is not asked; null when it is.</summary>
    private string? NotUsed(ApiResource kind, LiveQuery query)
    {
        if (_options.Namespaces.Count == 0 || (!kind.Namespaced && _options.ClusterResources)) return null;
        return kind.Namespaced && _options.Namespaces.Contains(query.Namespace)
            ? null
            : $"{query} is outside of the namespaces with which the cluster {Name} is used: {string.Join(", ", _options.Namespaces)}";
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ResourceResult>> ApplyAsync(ApplyRequest request, CancellationToken ct)
    {
        try
        {
            var session = await ReadyAsync(ct);
            using (Busy()) return await session.Applier.ApplyAsync(request, ct);
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
    public string? OtherWriterOf(string application) => _foreign.Of(application);

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
                tree.Add(new OwnedResource(child.Id, owner.Id, _health.Of(child), child.CreatedAt));
                open.Enqueue(child);
            }
        }

        return tree;
    }

    /// <summary>It is called otherwise, labelled otherwise, or limited to other projects from now on.</summary>
    internal void Describe(TargetDescription description) => _description = description;

    /// <summary>Other credentials for the same cluster: what is known of it stays, and a cluster that was lost is tried at once.</summary>
    internal void UseAccess(ClusterAccess access)
    {
        Session? running;
        lock (_lock)
        {
            _access = access;
            running = Running();
            if (running is null) _session = null;
        }

        if (running is null) return;
        running.Connection.Use(access);
        running.Cluster.TryAgain();
    }

    /// <inheritdoc/>
    public IReadOnlyList<ResourceId> Orphans(string @namespace, string application)
    {
        if (Running() is not { } session) return [];
        // First: what comes while the search goes on is told, not missed.
        session.Cluster.Cache.TellOfOrphans(@namespace, application);
        return OrphanSearch.In(@namespace, session.Cluster.Cache);
    }

    /// <inheritdoc/>
    public Task<ObjectView?> ViewAsync(string application, ResourceId id, DesiredResource? desired, CancellationToken ct) =>
        InspectAsync(inspection => inspection.ViewAsync(application, id, (desired as ManifestResource)?.SecretFields, ct), ct);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ObjectEvent>> EventsAsync(string application, IReadOnlyList<ResourceId> about, CancellationToken ct) =>
        InspectAsync(inspection => inspection.EventsAsync(application, about, ct), ct);

    /// <inheritdoc/>
    public async IAsyncEnumerable<LogEntry> ReadLogAsync(LogRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var log = await InspectAsync(inspection => inspection.OpenLogAsync(request, ct), ct);
        await foreach (var entry in log.ReadAsync(ct)) yield return entry;
    }

    private async Task<T> InspectAsync<T>(Func<Inspection.LiveInspection, Task<T>> inspect, CancellationToken ct)
    {
        var cluster = (await ReadyAsync(ct)).Cluster;
        try
        {
            return await inspect(new Inspection.LiveInspection(cluster, _options));
        }
        catch (KubeApiException e)
        {
            throw new TargetException(Named(e.Message), e);
        }
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
        await IdleAsync();
        await running.Cluster.DisposeAsync();
        running.Connection.Dispose();
    }

    /// <summary>The server's address; null when the configuration cannot be read.</summary>
    internal async Task<LiveCluster> ClusterAsync(CancellationToken ct) => (await ReadyAsync(ct)).Cluster;

    private Observation ObserveOne(LiveCluster cluster, ResourceId id)
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
            : new Observation(id, true, _health.Of(live), live.Version, live.Uid, live.Deleting) { Finalizers = live.RemainingFinalizers };
    }

    /// <summary>What is being written is written to its end, as nobody could say otherwise whether it was; not longer than one request may take.</summary>
    private async Task IdleAsync()
    {
        Task idle;
        lock (_lock) idle = _writes == 0 ? Task.CompletedTask : (_idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        await idle.WaitAsync(_options.Client.RequestTimeout, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private WriteScope Busy()
    {
        lock (_lock) _writes++;
        return new WriteScope(this);
    }

    /// <summary>Writes go on until it is disposed.</summary>
    private readonly struct WriteScope(KubernetesTarget target) : IDisposable
    {
        public void Dispose()
        {
            lock (target._lock)
            {
                if (--target._writes == 0) target._idle?.TrySetResult();
            }
        }
    }

    private Session? Running() => Volatile.Read(ref _session) is { IsCompletedSuccessfully: true } session ? session.Result : null;

    private async Task<Session> ReadyAsync(CancellationToken ct)
    {
        Session session;
        try
        {
            session = await EnsureStarted().WaitAsync(ct);
        }
        catch (Exception e) when (e is not (OperationCanceledException or TargetException { InnerException: null }))
        {
            throw new TargetException(ConfigurationFault(e), e);
        }

        try
        {
            await session.Cluster.ReadyAsync(ct);
        }
        catch (TargetException e)
        {
            throw new TargetException(Named(e.Message), e);
        }

        return session;
    }

    /// <inheritdoc/>
    public void UseHealthRules(IReadOnlyList<HealthRule> rules)
    {
        if (ReferenceEquals(rules, _healthRules)) return;
        _healthRules = rules;
        _health.Use(rules);
        _events.PublishAll();
    }

    private Task<Session> EnsureStarted()
    {
        lock (_lock)
        {
            if (_disposed) throw new TargetException($"the cluster {Name} is not known to Plumb any more");
            // Reading the configuration may run an authentication plugin. One that failed is tried again at the next use.
            if (_session is null or { IsFaulted: true }) _session = Task.Run(StartSessionAsync);
            return _session;
        }
    }

    private async Task<Session> StartSessionAsync()
    {
        ClusterAccess? access;
        lock (_lock) access = _access;
        var connection = new KubeConnection(access ?? await KubeconfigFile.ReadAsync(_options), _time, _options.Client);
        var client = new KubeClient(connection, _options.Client, _time, _metrics, _logger);
        var cluster = new LiveCluster(
            _options, connection, client, _time, _metrics, _logger,
            (change, who) =>
            {
                _foreign.Look(change);
                _events.Publish(who, change.Id);
            },
            _events.PublishAll);
        var reader = new LiveReader(cluster);
        var planner = new Planner(cluster, new SchemaSource(cluster), new VerdictMemory(), reader, _health, _metrics);
        var applier = new Applier(cluster, new Write(cluster, _foreign, _time), new Delete(cluster, reader), _metrics, _time);
        cluster.Start();
        return new Session(connection, cluster, planner, applier);
    }

    private string Version() => Running()?.Cluster.Catalog.Capabilities.Version ?? "";

    /// <summary>Says which cluster: an address alone tells people little.</summary>
    private string Named(string fault) => $"cluster {Name}: {fault}";

    private string ConfigurationFault(Exception e) => $"cluster {Name}: its configuration cannot be used: {e.Message}";
}
