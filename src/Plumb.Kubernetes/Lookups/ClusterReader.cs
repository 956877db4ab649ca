using Microsoft.Extensions.Logging.Abstractions;
using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Discovery;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Lookups;

/// <summary>A cluster that is asked a few questions and not followed: for commands that render once. Nothing is written.</summary>
public sealed class ClusterReader : IDisposable
{
    private readonly KubernetesMetrics _metrics;
    private readonly KubeClient _client;
    private readonly ApiCatalog _catalog;

    private ClusterReader(KubernetesMetrics metrics, KubeClient client, ApiCatalog catalog) => (_metrics, _client, _catalog) = (metrics, client, catalog);

    /// <summary>What its API offers.</summary>
    public TargetCapabilities Capabilities => _catalog.Capabilities;

    /// <summary>Reads what a cluster serves.</summary>
    /// <param name="options">Which cluster.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="TargetException">The configuration cannot be read, or the cluster not reached.</exception>
    public static async Task<ClusterReader> OpenAsync(KubernetesTargetOptions options, TimeProvider time, CancellationToken ct)
    {
        var metrics = new KubernetesMetrics();
        KubeClient? client = null;
        try
        {
            client = new KubeClient(
                new KubeConnection(await KubeconfigFile.ReadAsync(options, ct), time, options.Client), options.Client, time, metrics, NullLogger.Instance);
            return new ClusterReader(metrics, client, await new DiscoveryReader(client).ReadAsync(ct));
        }
        catch (Exception e)
        {
            client?.Dispose();
            metrics.Dispose();
            if (e is KubeApiException) throw new TargetException(e.Message, e);
            throw;
        }
    }

    /// <summary>What is live now.</summary>
    /// <exception cref="TargetException">It cannot be reached.</exception>
    public Task<LiveAnswer> LookUpAsync(LiveQuery query, CancellationToken ct) =>
        _catalog.Find(GroupVersionKind.Parse(query.ApiVersion, query.Kind)) is { } kind
            ? Lookup.AskAsync(_client, kind, new LookupRequest("", query), ct)
            : Task.FromResult(Lookup.Unknown(query, _catalog));

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _client.Dispose();
        _metrics.Dispose();
    }
}
