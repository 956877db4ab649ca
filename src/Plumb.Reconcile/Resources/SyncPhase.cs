namespace Plumb.Reconcile.Resources;

/// <summary>
/// When in a sync a resource takes part, as in Argo CD's <c>argocd.argoproj.io/hook</c>. Ordinary resources belong to
/// <see cref="Sync"/>; a hook may name several phases.
/// </summary>
[Flags]
public enum SyncPhases
{
    /// <summary>No phase: never applied by a sync (Argo CD's <c>Skip</c>).</summary>
    None = 0,

    /// <summary>Before everything else.</summary>
    PreSync = 1,

    /// <summary>With the ordinary resources.</summary>
    Sync = 2,

    /// <summary>After all ordinary resources are healthy.</summary>
    PostSync = 4,

    /// <summary>Only when the sync failed.</summary>
    SyncFail = 8,

    /// <summary>Before the application's resources are deleted.</summary>
    PreDelete = 16,

    /// <summary>After the application's resources are deleted.</summary>
    PostDelete = 32,
}

/// <summary>When a hook object is deleted, as in Argo CD's <c>argocd.argoproj.io/hook-delete-policy</c>.</summary>
[Flags]
public enum HookDeletePolicies
{
    /// <summary>Not stated; the same as <see cref="BeforeHookCreation"/>.</summary>
    None = 0,

    /// <summary>The earlier object is deleted just before the hook is created anew.</summary>
    BeforeHookCreation = 1,

    /// <summary>Deleted when the hook has succeeded.</summary>
    HookSucceeded = 2,

    /// <summary>Deleted when the hook has failed.</summary>
    HookFailed = 4,
}
