using Plumb.Reconcile.Health;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Resources;

namespace Plumb.Reconcile.Plans;

/// <summary>What is to be done to one resource.</summary>
public enum ChangeAction
{
    /// <summary>Live equals desired.</summary>
    None,

    /// <summary>Not live yet.</summary>
    Create,

    /// <summary>Live differs.</summary>
    Update,

    /// <summary>Live differs and is replaced or made anew, as its options ask.</summary>
    Replace,

    /// <summary>Live, made by this application, no longer in Git.</summary>
    Delete,
}

/// <summary>
/// For one application at one commit: every resource, desired or live, and what is to be done to it. A diff shows it, a sync executes
/// it, and a plan is never applied to another commit.
/// </summary>
public sealed record Plan
{
    /// <summary>The application's name.</summary>
    public required string Application { get; init; }

    /// <summary>Commit of each source, in the order of the sources.</summary>
    public required IReadOnlyList<string> Revisions { get; init; }

    /// <summary>User that it is executed as, such as <c>system:serviceaccount:shop:deployer</c>; null: Plumb itself.</summary>
    public string? Impersonate { get; init; }

    /// <summary>One change per ordinary resource, in apply order; deletes last. Hooks are not compared and not here.</summary>
    public required IReadOnlyList<Change> Changes { get; init; }

    /// <summary>Hooks of this revision, in apply order.</summary>
    public IReadOnlyList<DesiredResource> Hooks { get; init; } = [];

    /// <summary>What a person should know: shared resources, kinds the target lacks, unknown fields.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; init; } = [];

    /// <summary>
    /// True when nothing is to be done and no diagnostic is an error (extraneous objects that ask to be ignored do not count).
    /// </summary>
    public bool InSync => Changes.All(c => c.InSync) && Diagnostics.All(d => d.Severity != Severity.Error);
}

/// <summary>One line of a plan. The target derives from it to keep what it needs for the apply.</summary>
public abstract record Change
{
    /// <summary>Which resource.</summary>
    public required ResourceId Id { get; init; }

    /// <summary>What is to be done.</summary>
    public required ChangeAction Action { get; init; }

    /// <summary>As Git states it; null for deletes.</summary>
    public DesiredResource? Desired { get; init; }

    /// <summary>Health of the live object when the plan was made.</summary>
    public HealthState Health { get; init; } = HealthState.Missing;

    /// <summary>Its health is shown and does not count in that of the application, as an annotation on the live object asks.</summary>
    public bool IgnoresHealth { get; init; }

    /// <summary>Sync wave; for deletes the wave of the live object.</summary>
    public int Wave { get; init; }

    /// <summary>Order inside a wave.</summary>
    public int Rank { get; init; }

    /// <summary>Effective options; for deletes those on the live object.</summary>
    public ResourceOptions Options { get; init; } = ResourceOptions.Default;

    /// <summary>Field paths that differ (such as <c>.spec.replicas</c>), at most a hundred, never values.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>The object is claimed by another application; its name, else null.</summary>
    public string? ClaimedBy { get; init; }

    /// <summary>
    /// The target could not compare it (unknown kind, refused dry run): why, in words; else null. Such a change is OutOfSync.
    /// </summary>
    public string? Error { get; init; }

    /// <summary>True when this resource does not make the application OutOfSync.</summary>
    public bool InSync => Error is null && (Action == ChangeAction.None || (Action == ChangeAction.Delete && Options.IgnoreExtraneous));

    /// <summary>The live object as YAML, normalised for reading, Secret values masked; empty when not live.</summary>
    public abstract string DescribeLive();

    /// <summary>What live will be after the change as YAML, normalised, masked; empty for deletes.</summary>
    public abstract string DescribeDesired();
}
