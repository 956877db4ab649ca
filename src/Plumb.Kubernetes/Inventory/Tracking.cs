using Plumb.Manifests.Objects;
using Plumb.Reconcile.Resources;

namespace Plumb.Kubernetes.Inventory;

/// <summary>
/// The annotation by which an object says whose it is: <c>app:group/Kind:namespace/name</c>, as in Argo CD. It counts only on the very
/// object it names, so that a copy made by somebody (or by a controller that copies annotations) belongs to nobody.
/// </summary>
internal static class Tracking
{
    public const string Annotation = "argocd.argoproj.io/tracking-id";

    /// <summary>What an object of an application carries.</summary>
    public static string Format(string application, ResourceId id, string destinationNamespace) =>
        $"{application}:{id.Group}/{id.Kind}:{(id.Namespace.Length == 0 ? destinationNamespace : id.Namespace)}/{id.Name}";

    /// <summary>The application that an object belongs to; null when to none.</summary>
    /// <param name="obj">The object.</param>
    /// <param name="namespaced">Whether its kind lives in namespaces: cluster-scoped objects carry some namespace that means nothing.</param>
    public static string? OwnerOf(KubeObject obj, bool namespaced)
    {
        if (obj.Annotation(Annotation) is not { } text) return null;
        var parts = text.Split(':', 3); // names of roles hold colons
        if (parts.Length != 3 || parts[0].Length == 0) return null;
        var slash = parts[2].IndexOf('/');
        if (slash < 0) return null;
        var (@namespace, name) = (parts[2][..slash], parts[2][(slash + 1)..]);
        var id = obj.Id;
        if (parts[1] != id.Group + "/" + id.Kind) return null;
        if (namespaced && @namespace != id.Namespace) return null;
        if (name == id.Name) return parts[0];
        // Made from metadata.generateName: the final name was not known when the annotation was written.
        var prefix = obj.Root["metadata"]["generateName"].AsString();
        return name.Length == 0 && prefix is { Length: > 0 } && id.Name.StartsWith(prefix, StringComparison.Ordinal) ? parts[0] : null;
    }
}
