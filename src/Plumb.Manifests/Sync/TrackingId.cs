using Plumb.Reconcile.Resources;

namespace Plumb.Manifests.Sync;

/// <summary>
/// Argo CD's tracking annotation: which application an object belongs to, <c>app:group/Kind:namespace/name</c>. It names the object it
/// was written for, so a copy of an object is not taken for the original.
/// </summary>
/// <param name="Application">Application name.</param>
/// <param name="Resource">The object. For cluster-scoped kinds Argo CD writes the destination's namespace.</param>
public readonly record struct TrackingId(string Application, ResourceId Resource)
{
    /// <summary>The annotation's name.</summary>
    public const string Annotation = "argocd.argoproj.io/tracking-id";

    /// <summary>The annotation's value.</summary>
    public override string ToString() =>
        $"{Application}:{Resource.Group}/{Resource.Kind}:{Resource.Namespace}/{Resource.Name}";

    /// <summary>From the annotation's value; false when it has another shape. Names of RBAC objects may hold colons.</summary>
    public static bool TryParse(string? text, out TrackingId id)
    {
        id = default;
        var parts = text?.Split(':', 3);
        if (parts is not { Length: 3 } || parts[0].Length == 0) return false;
        var slash = parts[1].IndexOf('/');
        var dash = parts[2].IndexOf('/');
        if (slash < 0 || dash < 0) return false;
        id = new TrackingId(
            parts[0], new ResourceId(parts[1][..slash], parts[1][(slash + 1)..], parts[2][..dash], parts[2][(dash + 1)..]));
        return true;
    }

    /// <summary>
    /// Whether the annotation was written for this object by this application: same group, kind and name, and the same namespace
    /// unless the object has none.
    /// </summary>
    public bool Names(string application, ResourceId live) =>
        Application == application && Resource.Group == live.Group && Resource.Kind == live.Kind && Resource.Name == live.Name
        && (live.Namespace.Length == 0 || Resource.Namespace == live.Namespace);
}
