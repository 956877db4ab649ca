namespace Plumb.Reconcile.Resources;

/// <summary>Whether a dangerous step may be done.</summary>
public enum Permission
{
    /// <summary>Done without asking.</summary>
    Allowed,

    /// <summary>Never done.</summary>
    Denied,

    /// <summary>Done only after a person confirmed it.</summary>
    Confirm,
}

/// <summary>
/// What one resource asks of a sync, from <c>argocd.argoproj.io/sync-options</c> and <c>argocd.argoproj.io/compare-options</c>;
/// the application's own <c>syncOptions</c> are merged in, the resource's annotation winning.
/// </summary>
public sealed record ResourceOptions
{
    /// <summary>All defaults.</summary>
    public static ResourceOptions Default { get; } = new();

    /// <summary><c>Prune=false|confirm</c>: may the object be pruned when it leaves Git. Default: allowed.</summary>
    public Permission Prune { get; init; }

    /// <summary><c>Delete=false|confirm</c>: may the object go when the application is deleted. Default: allowed.</summary>
    public Permission Delete { get; init; }

    /// <summary><c>Replace=true</c>: replaced (or created) instead of applied.</summary>
    public bool Replace { get; init; }

    /// <summary><c>Force=true</c>: deleted and created anew when it cannot be changed in place.</summary>
    public bool Force { get; init; }

    /// <summary><c>PruneLast=true</c>: pruned only after everything else is synced and healthy.</summary>
    public bool PruneLast { get; init; }

    /// <summary><c>Validate=false</c> turns the server's field validation off.</summary>
    public bool Validate { get; init; } = true;

    /// <summary><c>SkipDryRunOnMissingResource=true</c>: a kind that the target does not know yet is no planning error.</summary>
    public bool SkipDryRunOnMissingResource { get; init; }

    /// <summary><c>IgnoreExtraneous</c>: a live object that is not in Git does not make the application OutOfSync.</summary>
    public bool IgnoreExtraneous { get; init; }

    /// <summary><c>ServerSideDiff=true</c>: the server is asked about every difference, whatever can be decided without it.</summary>
    public bool ServerSideDiff { get; init; }

    /// <summary><c>IncludeMutationWebhook=true</c>: what an admission webhook would change counts as a difference too.</summary>
    public bool IncludeMutationWebhook { get; init; }

    /// <summary>Who wins when another field manager owns a field that Git states. Default: true, Git wins.</summary>
    public bool ForceConflicts { get; init; } = true;
}
