using Microsoft.Extensions.Logging;
using Plumb.Kubernetes.Client;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes;

/// <summary>Which clusters there are.</summary>
public sealed record KubeconfigTargetsOptions
{
    /// <summary>Kubeconfig file; null: the file that <c>KUBECONFIG</c> names, else <c>~/.kube/config</c>, and none when that does not exist.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Contexts to offer as clusters; empty: all of the file.</summary>
    public IReadOnlyList<string> Contexts { get; init; } = [];

    /// <summary>
    /// Context that <c>in-cluster</c> and <c>https://kubernetes.default.svc</c> mean. Null: the service account of the Pod that this
    /// process runs in, or outside a Pod the file's current context.
    /// </summary>
    public string? InClusterContext { get; init; }

    /// <summary>How requests behave.</summary>
    public KubeClientOptions Client { get; init; } = new();
}

/// <summary>
/// Clusters by the contexts of a kubeconfig. A destination finds its cluster by the context's name, by the server's address, or as
/// <c>in-cluster</c>. Clusters are followed from their first use.
/// </summary>
public sealed class KubeconfigTargets : ITargets, IAsyncDisposable
{
    /// <summary>The cluster that Plumb is (or acts as if it were) in.</summary>
    public const string InCluster = "in-cluster";

    private const string InClusterServer = "https://kubernetes.default.svc";

    private readonly List<KubernetesTarget> _all = [];
    private readonly Dictionary<string, KubernetesTarget> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KubernetesTarget> _byServer = new(StringComparer.OrdinalIgnoreCase);

    private KubeconfigTargets()
    {
    }

    /// <inheritdoc/>
    public IReadOnlyList<ITarget> All => _all;

    /// <summary>Reads the file. Sends no request.</summary>
    /// <exception cref="TargetException">The file cannot be read, or a context is not in it.</exception>
    public static async Task<KubeconfigTargets> LoadAsync(
        KubeconfigTargetsOptions options, ILoggerFactory loggers, KubernetesMetrics metrics, TimeProvider time, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var path = options.Kubeconfig ?? Plumb.Kubernetes.Clusters.Kubeconfig.DefaultFiles()[0];
        IReadOnlyList<(string Context, string Server)> contexts = [];
        var current = "";
        if (options.Kubeconfig is not null || File.Exists(path))
        {
            try
            {
                var config = await Plumb.Kubernetes.Clusters.Kubeconfig.ReadAsync([path], ct);
                (contexts, current) = ([.. config.Contexts.Select(c => (c.Name, c.Server))], config.CurrentContext);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw new TargetException($"kubeconfig {path} cannot be read: {e.Message}", e);
            }
        }

        var wanted = options.Contexts.Count > 0 ? options.Contexts : [.. contexts.Select(c => c.Context)];
        var inPod = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 };
        var inCluster = options.InClusterContext ?? (inPod ? null : wanted.Contains(current) ? current : wanted.FirstOrDefault());
        var targets = new KubeconfigTargets();
        foreach (var context in wanted.Append(inCluster).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            var server = contexts.FirstOrDefault(c => c.Context == context).Server
                ?? throw new TargetException($"kubeconfig {path} has no context {context}; it has {string.Join(", ", contexts.Select(c => c.Context))}");
            var target = new KubernetesTarget(
                new() { Name = context == inCluster ? InCluster : context, Kubeconfig = path, Context = context, Client = options.Client },
                loggers.CreateLogger<KubernetesTarget>(), metrics, time);
            targets.Add(target, context, server);
        }

        if (inCluster is null && inPod)
        {
            var target = new KubernetesTarget(
                new() { Name = InCluster, InCluster = true, Client = options.Client }, loggers.CreateLogger<KubernetesTarget>(), metrics, time);
            targets.Add(target, InCluster, InClusterServer);
        }

        return targets;
    }

    /// <inheritdoc/>
    public ITarget? Find(DestinationSpec destination)
    {
        if (destination.Name.Length > 0) return _byName.GetValueOrDefault(destination.Name);
        var server = destination.Server.TrimEnd('/');
        return server.Length == 0 || string.Equals(server, InClusterServer, StringComparison.OrdinalIgnoreCase)
            ? _byName.GetValueOrDefault(InCluster)
            : _byServer.GetValueOrDefault(server);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var target in _all) await target.DisposeAsync();
    }

    private void Add(KubernetesTarget target, string context, string server)
    {
        _all.Add(target);
        _byName[target.Name] = target;
        _byName.TryAdd(context, target); // the cluster that is called in-cluster is also known by its context
        _byServer.TryAdd(server.TrimEnd('/'), target);
    }
}
