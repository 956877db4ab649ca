namespace Plumb.Manifests.Kustomize.Schemas;

/// <summary>
/// What becomes of the built-in kinds when a kustomization brings a schema of its own. Kustomize keeps all schemas of a process in one
/// place and adds to it, so this depends on what the build asked for before it came to that kustomization.
/// </summary>
internal enum BuiltInSchemas
{
    /// <summary>Nothing was asked for yet: only the custom schema is known, and the built-in kinds have none.</summary>
    Unknown,

    /// <summary>Schemas were in use already, as by a patch: the custom schema is added and wins.</summary>
    Before,

    /// <summary>Only the scope of a kind that is not built in was asked for: the built-in kinds are added after it and win.</summary>
    After,
}
