namespace Plumb.Kubernetes.Client;

/// <summary>One field that the API server objects to.</summary>
/// <param name="Reason">Such as <c>FieldValueInvalid</c> or <c>FieldManagerConflict</c>.</param>
/// <param name="Message">The server's words.</param>
/// <param name="Field">Path, such as <c>spec.selector</c>; empty when the whole object is meant.</param>
internal sealed record KubeCause(string Reason, string Message, string Field);

/// <summary>
/// A request that the API server refused, in the shape of Kubernetes' Status, or that got no answer (<see cref="Code"/> 0).
/// </summary>
internal class KubeApiException(int code, string reason, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>HTTP status; 0 when there was no answer.</summary>
    public int Code { get; } = code;

    /// <summary>Machine-readable reason, such as <c>NotFound</c>, <c>Conflict</c>, <c>Invalid</c>, <c>Unreachable</c>, <c>Timeout</c>.</summary>
    public string Reason { get; } = reason;

    /// <summary>Field by field, where the server says so.</summary>
    public IReadOnlyList<KubeCause> Causes { get; init; } = [];

    /// <summary>When the server asks to come back.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the server can be assumed not to have seen the request at all.</summary>
    public bool NeverSent { get; init; }

    /// <summary>No answer: the server may or may not have done it.</summary>
    public bool IsUnreachable => Code == 0;

    /// <summary>No usable credentials, or nobody is there: a fault of the cluster as a whole, not of one request.</summary>
    public bool IsClusterFault => Code is 0 or 401;

    /// <summary>An apply lost against other field managers.</summary>
    public bool IsFieldConflict => Code == 409 && Causes.Any(c => c.Reason == "FieldManagerConflict");
}
