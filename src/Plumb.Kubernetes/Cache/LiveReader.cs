using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Discovery;
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
        var watch = await cluster.WatchOfAsync(kind.GroupKind, ct);
        if (watch is { Status: WatchStatus.Synced })
        {
            if (cluster.Cache.Find(id) is not { } known) return null;
            if (known.Document is not null) return known;
            // Read at the version that the watch sees, or the two would never agree on what the document is.
            var document = await cluster.Client.GetAsync(watch.Kind, id.Namespace, id.Name, flow, ct);
            if (document is null) return null; // the watch will say so too
            cluster.Cache.Put(watch.Kind, document, refresh: true);
            return cluster.Cache.Find(id) is { Document: not null } whole ? whole : Whole(id, document, kind);
        }

        var found = await cluster.Client.GetAsync(kind, id.Namespace, id.Name, flow, ct);
        return found is null ? null : Whole(id, found, kind);
    }

    private static LiveObject Whole(ResourceId id, MapNode document, ApiResource kind) =>
        new(id, new KubeObject(document), kind.Namespaced, static (_, _) => true);
}
