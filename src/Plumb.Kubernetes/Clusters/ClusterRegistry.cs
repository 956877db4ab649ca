using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Plumb.Kubernetes.Health;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Clusters;

/// <summary>
/// Which clusters there are: contexts of a kubeconfig, <c>Cluster</c> objects in Git, and Secrets in Argo CD's form. It follows all three
/// while it runs: clusters come, are renamed, get other credentials, and go. A cluster is talked to from its first use.
/// </summary>
public sealed partial class ClusterRegistry : ITargets, IAsyncDisposable
{
    private const int MaxGone = 1000;

    private readonly ClusterRegistryOptions _options;
    private readonly SharedLists _lists;
    private readonly KubeconfigClusters _kubeconfig;
    private readonly BesideCluster _beside;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly KubernetesMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ApplicationRules _applicationRules;
    private readonly Lock _lock = new(); // guards _listeners and _retiring
    private readonly List<Channel<TargetsChange>> _listeners = [];
    private readonly List<Task> _retiring = [];

    private volatile Snapshot _now = Snapshot.Empty; // only the loop replaces it
    private volatile IReadOnlyList<HealthRule> _healthRules = []; // replaced by UseHealthRules
    private volatile Stated _git = new([]); // replaced by Define
    private volatile SecretsRead _secrets = new([], false, null); // replaced by the watch of Secrets
    private IReadOnlyList<ClusterDefinition> _files = []; // the loop's
    private string? _fileFault; // the loop's
    private string _gitFiles = ""; // the loop's
    private volatile bool _isStarted;
    private Task _loop = Task.CompletedTask;

    private ClusterRegistry(ClusterRegistryOptions options, ILoggerFactory loggers, KubernetesMetrics metrics, TimeProvider time)
    {
        (_options, _loggers, _metrics, _time) = (options, loggers, metrics, time);
        _lists = new SharedLists(time);
        _applicationRules = new ApplicationRules(time);
        _logger = loggers.CreateLogger<ClusterRegistry>();
        _kubeconfig = new KubeconfigClusters(options);
        _beside = new BesideCluster(
            options, metrics, time, _logger,
            secrets => Take(_secrets with { Secrets = secrets, IsRead = true }), fault => Take(_secrets with { Fault = fault, IsRead = true }));
    }

    /// <summary>What Git states.</summary>
    private sealed record Stated(IReadOnlyList<ClusterSpec> Clusters);

    /// <summary>The cluster Secrets as last read.</summary>
    private sealed record SecretsRead(IReadOnlyList<KubeObject> Secrets, bool IsRead, string? Fault);

    /// <summary>A cluster in use.</summary>
    private sealed record Entry(ClusterDefinition Definition, KubernetesTarget Target);

    /// <summary>All at one moment.</summary>
    private sealed record Snapshot(
        IReadOnlyList<Entry> Entries, IReadOnlyList<(ClusterDefinition Cluster, string Why)> LeftOut, IReadOnlyList<(ClusterDefinition Cluster, string Why)> Gone,
        IReadOnlyList<string> Warnings, Stated Git, bool SecretsAreRead)
    {
        public static Snapshot Empty { get; } = new([], [], [], [], new([]), false);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ITarget> All => [.. _now.Entries.Select(e => e.Target)];

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings => _now.Warnings;

    /// <inheritdoc/>
    public string? Pending
    {
        get
        {
            var now = _now;
            if (!ReferenceEquals(now.Git, _git)) return "the clusters that Git states are being read";
            return now.SecretsAreRead || !_beside.Follows ? null : $"the clusters in Secrets of the namespace {_options.SecretNamespace} are being read";
        }
    }

    internal ClusterRegistryOptions Options => _options;

    internal BesideCluster Beside => _beside;

    /// <summary>Reads the kubeconfig. Sends no request.</summary>
    /// <exception cref="TargetException">The file cannot be read, or a context is not in it.</exception>
    public static async Task<ClusterRegistry> LoadAsync(
        ClusterRegistryOptions options, ILoggerFactory loggers, KubernetesMetrics metrics, TimeProvider time, CancellationToken ct)
    {
        var registry = new ClusterRegistry(options, loggers, metrics, time);
        registry._files = await registry._kubeconfig.ReadAsync(ct);
        await registry.RebuildAsync(ct);
        return registry;
    }

    /// <inheritdoc/>
    public void Start()
    {
        _isStarted = true;
        Follow();
        _loop = Task.Run(() => FollowAsync(_stop.Token));
    }

    /// <inheritdoc/>
    public ITarget? Find(DestinationSpec destination) => EntryOf(destination)?.Target;

    /// <inheritdoc/>
    public string? Explain(DestinationSpec destination)
    {
        var now = _now;
        foreach (var (cluster, why) in now.LeftOut.Concat(now.Gone))
        {
            if (cluster.Is(destination)) return why;
        }

        return null;
    }

    /// <inheritdoc/>
    public void Define(IReadOnlyList<ClusterSpec> clusters)
    {
        _git = new Stated(clusters);
        _wake.Writer.TryWrite(true);
    }

    /// <inheritdoc/>
    public void UseHealthRules(IReadOnlyList<HealthRule> rules)
    {
        _healthRules = rules;
        _applicationRules.Use(rules);
        foreach (var entry in _now.Entries) entry.Target.UseHealthRules(rules);
    }

    /// <inheritdoc/>
    public HealthState? Judge(ApplicationState application) => _applicationRules.Judge(application);

    /// <inheritdoc/>
    public IAsyncEnumerable<TargetsChange> WatchAsync(CancellationToken ct)
    {
        var channel = Channel.CreateUnbounded<TargetsChange>();
        lock (_lock) _listeners.Add(channel); // now, not at the first step: nothing that happens after the call is missed
        return ListenAsync(channel, ct);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        await _beside.DisposeAsync();
        foreach (var entry in _now.Entries) await entry.Target.DisposeAsync();
        Task[] retiring;
        lock (_lock) retiring = [.. _retiring];
        await Task.WhenAll(retiring);
        _stop.Dispose();
    }

    /// <summary>What is known of the cluster that a name means; null when there is none.</summary>
    internal ClusterDefinition? Definition(string name) => EntryOf(new DestinationSpec(name))?.Definition ?? _now.LeftOut.FirstOrDefault(l => l.Cluster.Name == name).Cluster;

    /// <summary>What cannot be used, with the reason.</summary>
    public IReadOnlyList<(string Name, string Server, ClusterSource Source, string Origin, string Why)> Unusable =>
        [.. _now.LeftOut.Select(l => (l.Cluster.Name, l.Cluster.Server, l.Cluster.Source, l.Cluster.Origin, l.Why))];

    /// <summary>Where a cluster of <see cref="All"/> is stated; null when it is none of them any more.</summary>
    public ClusterSource? SourceOf(ITarget target) => _now.Entries.FirstOrDefault(e => ReferenceEquals(e.Target, target))?.Definition.Source;

    /// <summary>The cluster in use that has this normalized address; null when none has.</summary>
    internal ClusterDefinition? AtAddress(string server) => _now.Entries.FirstOrDefault(e => e.Definition.Server == server)?.Definition;

    private Entry? EntryOf(DestinationSpec destination)
    {
        var entries = _now.Entries;
        var besides = destination.Name.Length == 0 && Addresses.Normalize(destination.Server) is ("" or DestinationSpec.InClusterServer);
        return besides
            ? entries.FirstOrDefault(e => e.Definition.IsInCluster)
            : entries.FirstOrDefault(e => e.Definition.Is(destination));
    }

    private void Take(SecretsRead secrets)
    {
        _secrets = secrets;
        _wake.Writer.TryWrite(true);
    }

    private async IAsyncEnumerable<TargetsChange> ListenAsync(Channel<TargetsChange> channel, [EnumeratorCancellation] CancellationToken ct)
    {
        try
        {
            await foreach (var change in channel.Reader.ReadAllAsync(ct)) yield return change;
        }
        finally
        {
            lock (_lock) _listeners.Remove(channel);
        }
    }

    private async Task FollowAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                var woken = await WokenAsync(ct);
                var replaced = _kubeconfig.HasChanged;
                if (replaced) await ReadKubeconfigAsync(ct);
                if (woken || replaced || GitFiles() != _gitFiles) await RebuildAsync(ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // stopped
        }
    }

    private async Task<bool> WokenAsync(CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var woken = _wake.Reader.ReadAsync(limit.Token).AsTask();
        try
        {
            return await woken.WaitAsync(_options.KubeconfigInterval, _time, ct);
        }
        catch (TimeoutException)
        {
            await limit.CancelAsync();
            await ((Task)woken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return woken.IsCompletedSuccessfully;
        }
    }

    private async Task ReadKubeconfigAsync(CancellationToken ct)
    {
        try
        {
            _files = await _kubeconfig.ReadAsync(ct);
            _fileFault = null;
        }
        catch (TargetException e)
        {
            // A file that is being written, or broken: the clusters stay as they were.
            _fileFault = $"{e.Message}; its clusters stay as they were";
            LogFault(_logger, _fileFault);
        }
    }

    /// <summary>State of the kubeconfigs that clusters in Git refer to.</summary>
    private string GitFiles() => string.Join('\n', _git.Clusters.Where(c => c.Kubeconfig is { File.Length: > 0 }).Select(c =>
    {
        var file = new FileInfo(c.Kubeconfig!.File);
        return file.Exists ? $"{file.FullName} {file.LastWriteTimeUtc.Ticks} {file.Length}" : "-";
    }));

    private async Task RebuildAsync(CancellationToken ct)
    {
        var (git, secrets) = (_git, _secrets);
        _gitFiles = GitFiles();
        var definitions = new List<ClusterDefinition>(_files);
        definitions.AddRange(secrets.Secrets.Where(s => ClusterSecret.TypeOf(s) == ClusterSecret.Cluster).Select(ClusterSecret.Read));
        var credentials = secrets.Secrets.Where(s => ClusterSecret.TypeOf(s) == ClusterSecret.Credentials).ToDictionary(s => s.Name, s => new SecretData(s)["config"]);
        foreach (var spec in git.Clusters)
            definitions.Add(await GitClusters.ReadAsync(spec, _kubeconfig.Files, credentials.GetValueOrDefault, ct));

        var merge = ClusterMerge.Of(definitions);
        var before = _now;
        var changes = new List<TargetsChange>();
        var left = before.Entries.ToList();
        var entries = merge.Clusters.Select(c => Take(c.Cluster, c.Warnings, left, changes)).ToList();
        var gone = left.Select(e => (Cluster: e.Definition, Why: $"the cluster {e.Definition.Name} was removed: {e.Definition.Origin} is gone")).ToList();
        changes.AddRange(gone.Select(g => new TargetsChange(g.Why)));
        List<string> warnings = [.. new[] { _fileFault, secrets.Fault }.OfType<string>(), .. merge.LeftOut.Select(l => l.Why)];
        foreach (var warning in merge.LeftOut.Select(l => l.Why).Except(before.Warnings)) LogFault(_logger, warning);
        _now = new Snapshot(
            entries, merge.LeftOut,
            [.. before.Gone.Concat(gone).Where(g => !entries.Exists(e => e.Definition.Name == g.Cluster.Name && e.Definition.Server == g.Cluster.Server)).TakeLast(MaxGone)],
            warnings, git, secrets.IsRead);

        foreach (var entry in entries) entry.Target.UseHealthRules(_healthRules); // after they can be found, or rules told meanwhile would miss them

        // Those that wait for what was read now look again, even when it gave no cluster.
        if (changes.Count == 0 && (!ReferenceEquals(before.Git, git) || before.SecretsAreRead != secrets.IsRead || !before.LeftOut.SequenceEqual(merge.LeftOut)))
            changes.Add(new TargetsChange("clusters were read"));
        Follow();
        Tell(changes);
        foreach (var entry in before.Entries.Where(e => !entries.Exists(n => ReferenceEquals(n.Target, e.Target)))) Retire(entry.Target);
    }

    /// <summary>The entry of a definition: the target there is, told what is new, or a new one.</summary>
    private Entry Take(ClusterDefinition cluster, IReadOnlyList<string> warnings, List<Entry> left, List<TargetsChange> changes)
    {
        var known = left.Find(e => e.Definition.Key == cluster.Key)
            ?? left.Find(e => e.Definition.Server == cluster.Server && e.Definition.Name == cluster.Name)
            ?? left.Find(e => e.Definition.Server == cluster.Server && e.Definition.Source == cluster.Source && e.Definition.Access!.Digest == cluster.Access!.Digest);
        if (known is not null) left.Remove(known);
        if (known is null || !IsSameSystem(known.Definition, cluster))
        {
            var target = new KubernetesTarget(
                new()
                {
                    Name = cluster.Name,
                    Access = cluster.Access,
                    Namespaces = cluster.Namespaces,
                    ClusterResources = cluster.ClusterResources,
                    Client = _options.Client,
                    Lists = _lists,
                    TrackingMethod = _options.TrackingMethod,
                    InstallationId = _options.InstallationId,
                },
                _loggers.CreateLogger<KubernetesTarget>(), _metrics, _time);
            target.Describe(cluster.Describe(warnings));
            changes.Add(new TargetsChange(
                known is null ? $"the cluster {cluster.Name} was added ({cluster.Origin})" : $"the cluster {cluster.Name} has another address or other limits and is read anew"));
            return new Entry(cluster, target);
        }

        var description = cluster.Describe(warnings);
        if (Words(known.Definition, cluster) is { } words) changes.Add(new TargetsChange(words, known.Target));
        known.Target.Describe(description);
        if (known.Definition.Access!.Digest != cluster.Access!.Digest)
        {
            known.Target.UseAccess(cluster.Access);
            changes.Add(new TargetsChange($"the cluster {cluster.Name} has new credentials", known.Target));
        }

        return new Entry(cluster, known.Target);
    }

    private static bool IsSameSystem(ClusterDefinition before, ClusterDefinition now) =>
        before.Server == now.Server && before.Access!.Address == now.Access!.Address && before.ClusterResources == now.ClusterResources
        && before.Namespaces.SequenceEqual(now.Namespaces);

    private static string? Words(ClusterDefinition before, ClusterDefinition now)
    {
        if (before.Name != now.Name) return $"the cluster {before.Name} is called {now.Name} now";
        if (before.Alias != now.Alias) return $"the cluster {now.Name} has another second name";
        if (before.Project != now.Project) return $"the cluster {now.Name} belongs to {(now.Project.Length > 0 ? "the project " + now.Project : "no project")} now";
        var sameLabels = before.Labels.Count == now.Labels.Count && before.Labels.All(l => now.Labels.GetValueOrDefault(l.Key) == l.Value);
        return sameLabels ? null : $"the cluster {now.Name} has other labels";
    }

    /// <summary>The Secrets are those of the cluster that Plumb is beside now.</summary>
    private void Follow()
    {
        if (_isStarted) _beside.Use(_now.Entries.FirstOrDefault(e => e.Definition.IsInCluster)?.Definition.Access);
    }

    private void Tell(List<TargetsChange> changes)
    {
        lock (_lock)
        {
            foreach (var channel in _listeners)
            {
                foreach (var change in changes) channel.Writer.TryWrite(change);
            }
        }
    }

    private void Retire(KubernetesTarget target)
    {
        lock (_lock)
        {
            _retiring.RemoveAll(t => t.IsCompleted);
            _retiring.Add(Task.Run(async () => await target.DisposeAsync()));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason}")]
    private static partial void LogFault(ILogger logger, string reason);
}
