using Plumb.Manifests.Objects;

namespace Plumb.Sandbox.Storage;

/// <summary>What a watch reports.</summary>
public enum WatchKind
{
    /// <summary>The object is new (or was there when the watch began).</summary>
    Added,

    /// <summary>The object changed.</summary>
    Modified,

    /// <summary>The object is gone; its last state is given.</summary>
    Deleted,
}

/// <summary>One event of a watch.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Object">The frozen object.</param>
public readonly record struct ObjectEvent(WatchKind Kind, KubeObject Object);

/// <summary>How dependents are treated by a delete.</summary>
public enum DeletePropagation
{
    /// <summary>The object goes at once, dependents after it.</summary>
    Background,

    /// <summary>Dependents go first.</summary>
    Foreground,

    /// <summary>Dependents stay and lose the owner reference.</summary>
    Orphan,
}

/// <summary>
/// The sandbox's objects for code inside the sandbox: the same defaulting, validation, ownership tracking and events as over HTTP,
/// without the wire. All objects returned are frozen; change a clone and send it back. Thread-safe.
/// </summary>
public interface ISandboxApi
{
    /// <summary>The sandbox's clock.</summary>
    TimeProvider Time { get; }

    /// <summary>
    /// All objects of a kind (by group and kind, any version), in one namespace or in all (null). Kinds not served give an empty list.
    /// </summary>
    IReadOnlyList<KubeObject> List(string group, string kind, string? @namespace);

    /// <summary>One object; null when there is none.</summary>
    KubeObject? Get(string group, string kind, string @namespace, string name);

    /// <summary>Creates.</summary>
    /// <exception cref="ApiException">Invalid, already there, or the namespace is missing or terminating.</exception>
    KubeObject Create(KubeObject obj, string manager);

    /// <summary>Replaces everything but status. A stale <c>resourceVersion</c> is a conflict; an empty one is not checked.</summary>
    /// <exception cref="ApiException">Invalid, not there, or a conflict.</exception>
    KubeObject Update(KubeObject obj, string manager);

    /// <summary>Replaces the status only.</summary>
    /// <exception cref="ApiException">Not there, or a conflict.</exception>
    KubeObject UpdateStatus(KubeObject obj, string manager);

    /// <summary>Deletes, honouring finalizers. Nothing happens when it is not there (or the uid differs).</summary>
    void Delete(string group, string kind, string @namespace, string name, DeletePropagation propagation, string? uid = null);

    /// <summary>The kind behind a resource name such as <c>deployments</c>; null when it is not served.</summary>
    (string Group, string Kind)? KindOf(string group, string plural);

    /// <summary>
    /// Events of all kinds from now on, in order of resourceVersion, until cancelled. A reader that falls too far behind gets an exception
    /// and starts over.
    /// </summary>
    IAsyncEnumerable<ObjectEvent> WatchAll(CancellationToken ct);
}

/// <summary>A request the API refuses, in the shape of Kubernetes' Status.</summary>
/// <param name="code">HTTP status.</param>
/// <param name="reason">Such as <c>NotFound</c>, <c>Conflict</c>, <c>Invalid</c>, <c>AlreadyExists</c>, <c>Forbidden</c>.</param>
/// <param name="message">Kubernetes' wording.</param>
public sealed class ApiException(int code, string reason, string message) : Exception(message)
{
    /// <summary>HTTP status.</summary>
    public int Code { get; } = code;

    /// <summary>Machine-readable reason.</summary>
    public string Reason { get; } = reason;

    /// <summary><c>details</c> of the Status (name, group, kind, causes); absent when there are none.</summary>
    public Plumb.Manifests.Documents.Node Details { get; init; }
}
