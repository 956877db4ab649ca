using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Discovery;
using Plumb.Kubernetes.Inventory;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Resources;

namespace Plumb.Kubernetes.Cache;

/// <summary>
/// The live state of one object, whole: from memory when its kind is watched; asked for once when memory holds only its identity; asked
/// for each time when its kind cannot be watched.
/// </summary>
internal sealed class LiveReader(LiveCluster cluster)
{
    /// <summary>The object; null when it does not exist.</summary>
    /// <exception cref="KubeApiException">It cannot be told: forbidden, or the server fails at this kind.</exception>
    public async Task<LiveObject?> ReadAsync(ResourceId id, ApiResource kind, string flow, CancellationToken ct)
    {
        if (kind.Namespaced && cluster.WhyNotFollowed(id.Namespace) is { } why) throw new KubeApiException(403, "Forbidden", why);
        var watch = await cluster.WatchOfAsync(kind.GroupKind, ct);
        if (watch is { Status: WatchStatus.Synced })
        {
            if (cluster.Cache.Find(id) is not { } known) return null;
            if (known.Document is not null) return known;
            // Read at the version that the watch sees, or the two would never agree on what the document is.
            var document = await cluster.Client.GetAsync(watch.Kind, id.Namespace, id.Name, flow, ct);
            if (document is null) return null; // the watch will say so too
            cluster.Cache.Put(watch.Kind, document);
            return cluster.Cache.Find(id) is { Document: not null } whole ? whole : Whole(id, document, kind);
        }

        // The whole kind fails, so would this one, slowly; the watch finds out when that is over.
        if (watch is { State: { Status: WatchStatus.Faulted } state })
            throw new KubeApiException(503, "ServiceUnavailable", ClusterWarnings.Words(kind.GroupKind, state));

        var found = await cluster.Client.GetAsync(kind, id.Namespace, id.Name, flow, ct);
        return found is null ? null : Whole(id, found, kind);
    }

    private static LiveObject Whole(ResourceId id, MapNode document, ApiResource kind) =>
        new(kind, id, new KubeObject(document), Tracking.OwnerOf(new KubeObject(document), kind.Namespaced), ObjectDepth.Document);
}
