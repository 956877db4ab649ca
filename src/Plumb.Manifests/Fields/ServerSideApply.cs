using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Fields;

/// <summary>A field that another manager owns with another value.</summary>
/// <param name="Manager">The other manager, as in the server's message: <c>"kubectl" using apps/v1</c> parts.</param>
/// <param name="Field">Path, such as <c>.spec.replicas</c>.</param>
public sealed record FieldConflict(string Manager, string Field)
{
    /// <summary>Operation version part of the message: manager's API version.</summary>
    public string ApiVersion { get; init; } = "";

    /// <summary>Whether the other manager owns it by Update, and when (RFC 3339), for the message.</summary>
    public string Time { get; init; } = "";

    /// <summary>Subresource of the other manager; empty for none.</summary>
    public string Subresource { get; init; } = "";
}

/// <summary>What an apply gave: an object, or conflicts.</summary>
/// <param name="Object">The merged object with managedFields; null when there are conflicts.</param>
/// <param name="Conflicts">Empty unless refused.</param>
public sealed record ApplyResult(KubeObject? Object, IReadOnlyList<FieldConflict> Conflicts);

/// <summary>Who writes, how and when.</summary>
/// <param name="Manager">Field manager.</param>
/// <param name="Subresource">Subresource written; empty for the object itself.</param>
/// <param name="Time">For <c>managedFields[].time</c>.</param>
public sealed record FieldWriter(string Manager, string Subresource, DateTimeOffset Time);

/// <summary>
/// Server-side apply and field ownership, as in the API server (structured-merge-diff): both the merge of an applied configuration and
/// the bookkeeping for plain updates.
/// </summary>
public static class ServerSideApply
{
    /// <summary>Merges an applied configuration into the live object (null: creates).</summary>
    public static ApplyResult Apply(KubeObject? live, KubeObject applied, Schema schema, FieldWriter writer, bool force) =>
        throw new NotImplementedException();

    /// <summary>
    /// Sets <c>metadata.managedFields</c> on <paramref name="updated"/> after a create, update or patch by a manager: changed fields
    /// become its own and leave the others' sets.
    /// </summary>
    public static void TrackUpdate(KubeObject? live, KubeObject updated, Schema schema, FieldWriter writer) =>
        throw new NotImplementedException();
}
