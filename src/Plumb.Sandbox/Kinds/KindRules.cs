using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Kinds;

/// <summary>
/// What the API server's per-kind strategies do to built-in kinds beyond their schema: defaults that depend on other fields,
/// resetting what a writer may not set, generation, allocation, validation, immutable fields.
/// </summary>
public static class KindRules
{
    /// <summary>Before a create, after schema defaults: <paramref name="obj"/> is changed in place. Returns faults (422).</summary>
    public static IReadOnlyList<SchemaFault> PrepareCreate(KubeObject obj, ISandboxApi api) => throw new NotImplementedException();

    /// <summary>
    /// Before an update: <paramref name="updated"/> is changed in place (status kept from <paramref name="old"/> unless
    /// <paramref name="subresource"/> is <c>status</c>, generation raised when the spec changed, allocated fields carried over). Returns faults (422), among them immutable fields.
    /// </summary>
    public static IReadOnlyList<SchemaFault> PrepareUpdate(KubeObject old, KubeObject updated, string subresource, ISandboxApi api) =>
        throw new NotImplementedException();
}
