using Plumb.Manifests.Objects;
using Plumb.Manifests.Sync;

namespace Plumb.Kubernetes.Inventory;

/// <summary>
/// Whose a live object is, by its tracking annotation. It counts only on the very object it names, so that a copy made by somebody (or by
/// a controller that copies annotations) belongs to nobody.
/// </summary>
internal static class Tracking
{
    /// <summary>The application that an object belongs to; null when to none.</summary>
    /// <param name="obj">The object.</param>
    /// <param name="namespaced">
    /// Whether its kind lives in namespaces: cluster-scoped objects carry some namespace that means nothing.
    /// </param>
    public static string? OwnerOf(KubeObject obj, bool namespaced)
    {
        if (!TrackingId.TryParse(obj.Annotation(TrackingId.Annotation), out var tracked)) return null;
        var (id, named) = (obj.Id, tracked.Resource);
        if (named.Group != id.Group || named.Kind != id.Kind) return null;
        if (namespaced && named.Namespace != id.Namespace) return null;
        if (named.Name == id.Name) return tracked.Application;
        // Made from metadata.generateName: the final name was not known when the annotation was written.
        var prefix = obj.Root["metadata"]["generateName"].AsString();
        return named.Name.Length == 0 && prefix is { Length: > 0 } && id.Name.StartsWith(prefix, StringComparison.Ordinal)
            ? tracked.Application
            : null;
    }
}
