using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Discovery;
using Plumb.Kubernetes.Inventory;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Cache;

/// <summary>
/// One cluster, followed: what it serves (discovery, read again when a CustomResourceDefinition or an APIService says so) and what is
/// live (one watch per kind). Owns its loops: they start in <see cref="Start"/> and have ended when <see cref="DisposeAsync"/> returns.
/// </summary>
internal sealed partial class LiveCluster : IWatchOwner, IAsyncDisposable
{
    private static readonly GroupKind Definitions = new("apiextensions.k8s.io", "CustomResourceDefinition");
    private static readonly GroupKind Services = new("apiregistration.k8s.io", "APIService");
    private static readonly TimeSpan UnknownKindInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new(); // guards _watches, _asked, _changed, _lastRefresh
    private readonly Dictionary<GroupKind, RunningWatch> _watches = [];
    private readonly HashSet<GroupKind> _asked = [];
    private readonly Channel<TaskCompletionSource> _refreshes = Channel.CreateUnbounded<TaskCompletionSource>();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopped; // of _stop, to be asked even when that is disposed
    private readonly ClusterLink _link;
    private readonly WatchTools _tools;
    private readonly IReadOnlyList<string> _namespaces;
    private readonly bool _clusterResources;
    private readonly Action _anythingMayHaveChanged;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    private volatile ApiCatalog _catalog = ApiCatalog.Empty; // only the discovery loop replaces it
    private volatile bool _ready;
    private TaskCompletionSource _changed = NewSignal();
    private long? _lastRefresh;
    private Task _discovery = Task.CompletedTask;

    private sealed record RunningWatch(KindWatch Watch, CancellationTokenSource Stop, Task Loop);

    public LiveCluster(
        KubernetesTargetOptions options, KubeConnection connection, KubeClient client, TimeProvider time, KubernetesMetrics metrics, ILogger logger,
        Action<CacheChange, IReadOnlyCollection<string>> changed, Action anythingMayHaveChanged)
    {
        (Client, _time, _logger, _anythingMayHaveChanged) = (client, time, logger, anythingMayHaveChanged);
        (_namespaces, _clusterResources, _stopped) = (options.Namespaces, options.ClusterResources, _stop.Token);
        _link = new ClusterLink(Turned);
        Tracking = new Tracking(options.TrackingMethod, options.InstallationId);
        Cache = new ObjectCache(metrics, changed, Tracking);
        _tools = new WatchTools(
            client, new WatchStream(connection, client.Options, options.Watch, time, metrics), Cache,
            new ListTurns(options.Name, options.Watch.ParallelLists, options.Lists), options.Watch, time, metrics);
    }

    public KubeClient Client { get; }

    public ObjectCache Cache { get; }

    /// <summary>How it is told whose an object is.</summary>
    public Tracking Tracking { get; }

    /// <summary>What is served, as last read.</summary>
    public ApiCatalog Catalog => _catalog;

    /// <summary>Why the cluster cannot be reached; null when it can.</summary>
    public string? Fault => _link.Fault;

    /// <summary>Whether everything has been read once.</summary>
    public bool IsReady => _ready;

    /// <summary>Credentials or address are new: what failed is tried at once.</summary>
    public void TryAgain() => _link.TryAgain();

    /// <summary>What a person should know of the cluster though it works: what of it cannot be read.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            List<KindWatch> watches;
            lock (_lock) watches = [.. _watches.Values.Select(w => w.Watch)];
            return ClusterWarnings.Of(_catalog, watches.Where(w => !(IsOptional(w.Kind) && w.Status == WatchStatus.Refused)));
        }
    }

    Task IWatchOwner.ReachedAgain => _link.ReachedAgain;

    /// <summary>Starts following. Once.</summary>
    public void Start()
    {
        _refreshes.Writer.TryWrite(NewSignal());
        _discovery = Task.Run(() => DiscoverAsync(_stop.Token));
    }

    /// <summary>Waits until everything has been read once.</summary>
    /// <exception cref="TargetException">The cluster cannot be reached now.</exception>
    public async Task ReadyAsync(CancellationToken ct)
    {
        while (true)
        {
            Task changed;
            lock (_lock) changed = _changed.Task;
            if (Fault is { } fault) throw new TargetException(fault);
            if (_ready) return;
            await UnlessStoppedAsync(changed, ct);
        }
    }

    /// <summary>Whoever waits for a cluster that is followed no more (it is gone, or another definition took its place) hears of that.</summary>
    private async Task UnlessStoppedAsync(Task task, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, _stopped);
        try
        {
            await task.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TargetException($"{Client.Server.Authority} is not followed any more");
        }
    }

    /// <summary>Reads discovery anew and returns when that is done.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        var done = NewSignal();
        _refreshes.Writer.TryWrite(done);
        await UnlessStoppedAsync(done.Task, ct);
    }

    /// <summary>The kind at a version, looked for anew (not too often) when it is not known. Null: not served.</summary>
    public async Task<ApiResource?> FindAsync(GroupVersionKind type, CancellationToken ct)
    {
        if (_catalog.Find(type) is { } known) return known;
        lock (_lock)
        {
            if (_lastRefresh is { } last && _time.GetElapsedTime(last) < UnknownKindInterval) return null;
        }

        await RefreshAsync(ct);
        return _catalog.Find(type);
    }

    /// <summary>The watch of a kind, started when it is left out otherwise; returns when its first list was read. Null: not watchable.</summary>
    public async Task<KindWatch?> WatchOfAsync(GroupKind kind, CancellationToken ct)
    {
        KindWatch? watch;
        lock (_lock)
        {
            if (!_watches.ContainsKey(kind) && _catalog.Find(kind) is { Watchable: true } resource && _asked.Add(kind)) StartLocked(resource);
            watch = _watches.GetValueOrDefault(kind)?.Watch;
        }

        if (watch is null) return null;
        watch.Deepen(); // an application states such a kind
        await UnlessStoppedAsync(watch.Settled, ct);
        return watch;
    }

    /// <summary>
    /// Why it cannot be told whether objects of this kind that are not in the cache are there; null when it can: unknown is not absent.
    /// </summary>
    public string? WhyUnreadable(GroupKind kind, string @namespace)
    {
        if (!_ready) return Fault ?? $"{Client.Server.Authority} is not read yet";
        KindWatch? watch;
        lock (_lock) watch = _watches.GetValueOrDefault(kind)?.Watch;
        if (watch?.StateIn(@namespace) is { IsUnreadable: true } state) return ClusterWarnings.Words(kind, state);
        if (_catalog.Find(kind) is { } known ? _catalog.Unavailable.Contains(known.Type.ApiVersion) : _catalog.IsGroupUnavailable(kind.Group))
            return ClusterWarnings.Words(kind.Group);
        return null;
    }

    /// <summary>Why objects in this namespace are not followed; null when they are.</summary>
    public string? WhyNotFollowed(string @namespace) =>
        _namespaces.Count == 0 || @namespace.Length == 0 || _namespaces.Contains(@namespace)
            ? null
            : $"the namespace {@namespace} is not among those that this cluster is used with ({string.Join(", ", _namespaces)}). Add it to the cluster's namespaces";

    /// <summary>
    /// Takes the answer to one of our writes into the cache. The cache holds one version of each kind: an answer at another version
    /// is asked for again at that one.
    /// </summary>
    public async Task TakeInAsync(ResourceId id, ApiResource kind, MapNode document, string flow, CancellationToken ct)
    {
        KindWatch? watch;
        lock (_lock) watch = _watches.GetValueOrDefault(kind.GroupKind)?.Watch;
        if (watch is null) return;
        watch.Deepen();
        if (watch.Kind.Type == kind.Type)
        {
            Cache.Put(watch.Kind, document);
            return;
        }

        try
        {
            if (await Client.GetAsync(watch.Kind, id.Namespace, id.Name, flow, ct) is { } same) Cache.Put(watch.Kind, same);
        }
        catch (KubeApiException)
        {
            // the write is done all the same, and the watch will tell
        }
    }

    void IWatchOwner.Reached(object who) => _link.Reached(who);

    void IWatchOwner.Lost(object who, string why)
    {
        _link.Lost(who, why);
        Signal();
    }

    void IWatchOwner.Turned(KindWatch watch, WatchState before, WatchState now)
    {
        if (now.Status == WatchStatus.Gone) RequestRefresh(); // the kind is gone, or served at another version now
        if (_ready && (now.IsUnreadable || before.IsUnreadable)) _anythingMayHaveChanged();
    }

    bool IWatchOwner.Reads(ApiResource kind) => IsOptional(kind);

    void IWatchOwner.Changed(ApiResource kind, MapNode document, bool deleted)
    {
        if (kind.GroupKind == Definitions && (deleted || CatalogDiffersFrom(document))) RequestRefresh();
        else if (kind.GroupKind == Services && (deleted || AvailabilityDiffers(document))) RequestRefresh();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _refreshes.Writer.TryComplete();
        await _discovery;
        List<RunningWatch> running;
        lock (_lock) running = [.. _watches.Values];
        foreach (var watch in running)
        {
            await watch.Loop;
            watch.Stop.Dispose();
        }

        _tools.Lists.Dispose();
        _stop.Dispose();
    }

    private void RequestRefresh() => _refreshes.Writer.TryWrite(NewSignal());

    private async Task DiscoverAsync(CancellationToken ct)
    {
        var reader = new DiscoveryReader(Client);
        var failures = 0;
        var waiting = new List<TaskCompletionSource>();
        try
        {
            while (await _refreshes.Reader.WaitToReadAsync(ct))
            {
                // CRDs come in bundles: one reading answers all who ask at about the same time.
                if (_ready) await Task.Delay(TimeSpan.FromMilliseconds(50), _time, ct);
                while (_refreshes.Reader.TryRead(out var asked)) waiting.Add(asked);
                while (!await TryDiscoverAsync(reader, failures, ct))
                {
                    failures++;
                    foreach (var asked in waiting) asked.TrySetResult(); // they find the kind missing, or the fault
                    waiting.Clear();
                    await DelayAsync(failures, ct);
                }

                failures = 0;
                foreach (var asked in waiting) asked.TrySetResult();
                waiting.Clear();
                if (!_ready) await SettleAsync(ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // stopped
        }
        finally
        {
            foreach (var asked in waiting) asked.TrySetCanceled(CancellationToken.None);
            while (_refreshes.Reader.TryRead(out var asked)) asked.TrySetCanceled(CancellationToken.None);
        }
    }

    private async Task<bool> TryDiscoverAsync(DiscoveryReader reader, int failures, CancellationToken ct)
    {
        try
        {
            var read = await reader.ReadAsync(ct);
            _link.Reached(this);
            Apply(read);
            return true;
        }
        catch (KubeApiException e)
        {
            if (failures == 0) LogDiscoveryFailed(_logger, Client.Server.Authority, e.Message);
            _link.Lost(this, e.Code is 401 or 403 ? $"{Client.Server.Authority} refuses the credentials: {e.Message}" : e.Message);
            Signal();
            return false;
        }
    }

    /// <summary>The first reading is done when each kind's first list is read, or has failed.</summary>
    private async Task SettleAsync(CancellationToken ct)
    {
        List<Task> settled;
        lock (_lock) settled = [.. _watches.Values.Select(w => w.Watch.Settled)];
        await Task.WhenAll(settled).WaitAsync(ct);
        _ready = true;
        Signal();
        _anythingMayHaveChanged();
    }

    private void Apply(ApiCatalog read)
    {
        var before = _catalog;
        read = read.WithUnavailableOf(before);
        List<RunningWatch> ended = [];
        List<GroupKind> dropped = [];
        Dictionary<GroupKind, ApiResource> wanted;
        lock (_lock)
        {
            _lastRefresh = _time.GetTimestamp();
            _catalog = read;
            wanted = WatchedKinds.Choose(read, _asked);
            if (_namespaces.Count > 0 && !_clusterResources)
            {
                // Who may see some namespaces only has no say in the rest of the cluster.
                foreach (var kind in wanted.Keys.Where(k => !wanted[k].Namespaced && !IsOptional(wanted[k]) && !_asked.Contains(k)).ToList()) wanted.Remove(kind);
            }

            foreach (var (kind, running) in _watches)
            {
                if (!wanted.TryGetValue(kind, out var resource))
                {
                    ended.Add(running);
                    dropped.Add(kind);
                }
                else if (running.Watch.Kind.Namespaced != resource.Namespaced)
                {
                    ended.Add(running); // defined anew with another scope: none of what was there is there
                    dropped.Add(kind);
                }
                else if (running.Watch.Status == WatchStatus.Gone || !IsStillServed(running.Watch.Kind, read))
                {
                    ended.Add(running);
                }
                else
                {
                    wanted.Remove(kind); // goes on; a new preferred version alone is no reason to list everything again
                }
            }

            foreach (var running in ended) _watches.Remove(running.Watch.Kind.GroupKind);
        }

        foreach (var running in ended)
        {
            running.Stop.Cancel();
            running.Watch.LetGo();
        }

        foreach (var kind in dropped) Cache.Drop(kind);
        lock (_lock)
        {
            // In no order: many clusters that start at once should not all begin with the same kinds.
            var order = wanted.Values.ToArray();
            Random.Shared.Shuffle(order);
            foreach (var resource in order)
            {
                if (!_watches.ContainsKey(resource.GroupKind)) StartLocked(resource);
            }

            foreach (var running in _watches.Values)
            {
                if (running.Watch.State.IsUnreadable) running.Watch.Poke();
            }
        }

        if (_ready && (before.Capabilities.Digest != read.Capabilities.Digest || !before.Unavailable.SequenceEqual(read.Unavailable))) _anythingMayHaveChanged();
    }

    /// <summary>Read for what they say of other kinds; who may not read them is told of new kinds by looking now and then.</summary>
    private static bool IsOptional(ApiResource kind) => kind.GroupKind == Definitions || kind.GroupKind == Services;

    private static bool IsStillServed(ApiResource watched, ApiCatalog read) => read.Find(watched.Type) is { } now && now.SameEndpoint(watched);

    private void StartLocked(ApiResource resource)
    {
        var watch = new KindWatch(resource, _namespaces, _tools, this, _logger);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        _watches[resource.GroupKind] = new RunningWatch(watch, stop, Task.Run(() => watch.RunAsync(stop.Token)));
    }

    /// <summary>Whether a definition promises kinds that the catalog does not have, or the other way round.</summary>
    private bool CatalogDiffersFrom(MapNode definition)
    {
        Node crd = definition;
        var established = ConditionIsTrue(crd, "Established");
        foreach (var type in DefinedKinds.Of(new KubeObject(definition)))
        {
            if (established && type.Served && _catalog.Find(type.Type) is null) return true;
            if (!type.Served && _catalog.Find(type.Type) is not null) return true;
        }

        return false;
    }

    private bool AvailabilityDiffers(MapNode service)
    {
        Node document = service;
        if (document.At("spec", "service").IsNullOrAbsent) return false; // served by the API server itself
        var version = new GroupVersionKind(document.At("spec", "group").AsString() ?? "", document.At("spec", "version").AsString() ?? "", "").ApiVersion;
        var known = _catalog.Capabilities.ApiVersions.Contains(version) && !_catalog.Unavailable.Contains(version);
        return known != ConditionIsTrue(document, "Available");
    }

    internal static bool ConditionIsTrue(Node document, string type) =>
        (document.At("status", "conditions").AsList() ?? []).Any(c => c["type"].AsString() == type && c["status"].AsString() == "True");

    private void Turned(bool reachable)
    {
        if (reachable) LogReachable(_logger, Client.Server.Authority);
        else LogLost(_logger, Client.Server.Authority, Fault ?? "");
        Signal();
        _anythingMayHaveChanged();
    }

    private void Signal()
    {
        TaskCompletionSource signal;
        lock (_lock) (signal, _changed) = (_changed, NewSignal());
        signal.TrySetResult();
    }

    private async Task DelayAsync(int failures, CancellationToken ct)
    {
        try
        {
            var delay = Backoff.Delay(failures, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10));
            await _link.ReachedAgain.WaitAsync(delay, _time, ct);
        }
        catch (TimeoutException)
        {
            // the usual end
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Server}: discovery failed and is tried again: {Reason}")]
    private static partial void LogDiscoveryFailed(ILogger logger, string server, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Server} is lost: {Reason}")]
    private static partial void LogLost(ILogger logger, string server, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Server} is reached again")]
    private static partial void LogReachable(ILogger logger, string server);
}
