using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Sync;

namespace Plumb.Kubernetes.Inventory;

/// <summary>By what an object is known to belong to an application (Argo CD's <c>application.resourceTrackingMethod</c>).</summary>
public enum TrackingMethod
{
    /// <summary>By the annotation <c>argocd.argoproj.io/tracking-id</c>. The default.</summary>
    Annotation,

    /// <summary>By the label <c>app.kubernetes.io/instance</c>, whoever wrote it. The annotation is written too and not asked.</summary>
    Label,

    /// <summary>By the annotation; the label is written too, for people and other tools.</summary>
    AnnotationAndLabel,
}

/// <summary>
/// Whose a live object is. The tracking annotation counts only on the very object it names, so that a copy made by somebody (or by a
/// controller that copies annotations) belongs to nobody; and only under the same installation id, so that two installations on one
/// cluster leave each other's objects alone.
/// </summary>
/// <param name="Method">By what.</param>
/// <param name="InstallationId">Which installation this is; empty: the one that writes none.</param>
internal sealed record Tracking(TrackingMethod Method = TrackingMethod.Annotation, string InstallationId = "")
{
    /// <summary>Names the installation that an object belongs to, as in Argo CD.</summary>
    public const string InstallationAnnotation = "argocd.argoproj.io/installation-id";

    /// <summary>Names the application where that is tracked by label.</summary>
    public const string InstanceLabel = "app.kubernetes.io/instance";

    private const int LongestLabel = 63;

    /// <summary>By annotation, without an installation id.</summary>
    public static Tracking Default { get; } = new();

    /// <summary>The application of this installation that an object belongs to; null when to none.</summary>
    /// <param name="obj">The object.</param>
    /// <param name="namespaced">
    /// Whether its kind lives in namespaces: cluster-scoped objects carry some namespace that means nothing.
    /// </param>
    public string? OwnerOf(KubeObject obj, bool namespaced) =>
        (obj.Annotation(InstallationAnnotation) ?? "") == InstallationId ? NamedBy(obj, namespaced) : null;

    /// <summary>
    /// The application of another installation that an object belongs to, in words; null when to none. An object that carries no
    /// installation id is anybody's to adopt.
    /// </summary>
    public string? ForeignOwnerOf(KubeObject obj, bool namespaced)
    {
        if (obj.Annotation(InstallationAnnotation) is not { Length: > 0 } other || other == InstallationId) return null;
        return NamedBy(obj, namespaced) is { } application ? $"the application {application} of the installation {other}" : null;
    }

    /// <summary>Writes whose the object is; its annotation is there already.</summary>
    public void Mark(MapNode metadata, string application)
    {
        if (InstallationId.Length > 0) metadata.GetOrAddMap("annotations")[InstallationAnnotation] = InstallationId;
        if (WritesLabel(application)) metadata.GetOrAddMap("labels")[InstanceLabel] = application;
    }

    /// <summary>Whether everything that <see cref="Mark"/> writes is there.</summary>
    public bool IsMarked(KubeObject obj, string application) =>
        (obj.Annotation(InstallationAnnotation) ?? "") == InstallationId
        && (!WritesLabel(application) || obj.Labels?[InstanceLabel].AsString() == application);

    /// <summary>By the annotation, whatever the installation and the method.</summary>
    public static string? AnnotatedBy(KubeObject obj, bool namespaced)
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

    private string? NamedBy(KubeObject obj, bool namespaced) => Method switch
    {
        TrackingMethod.Label => IsCopy(obj) ? null : obj.Labels?[InstanceLabel].AsString() is { Length: > 0 } name ? name : null,
        _ => AnnotatedBy(obj, namespaced),
    };

    /// <summary>A longer name fits into no label.</summary>
    private bool WritesLabel(string application) => Method != TrackingMethod.Annotation && application.Length <= LongestLabel;

    /// <summary>
    /// Controllers copy labels to what they make, not always with an owner: endpoints of a Service, claims of a StatefulSet. To take such
    /// a copy for the application's own would prune it.
    /// </summary>
    private static bool IsCopy(KubeObject obj) => obj.Kind switch
    {
        "Endpoints" or "EndpointSlice" => true,
        "PersistentVolumeClaim" => obj.Name.LastIndexOf('-') is var dash and >= 0 && dash + 1 < obj.Name.Length
            && obj.Name.AsSpan(dash + 1).IndexOfAnyExceptInRange('0', '9') < 0,
        _ => false,
    };
}
