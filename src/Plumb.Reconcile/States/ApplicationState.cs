using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Suspensions;

namespace Plumb.Reconcile.States;

/// <summary>Whether live equals Git.</summary>
public enum SyncStatus
{
    /// <summary>Not known: nothing was compared yet, or the last good comparison is no longer current.</summary>
    Unknown,

    /// <summary>Live equals Git.</summary>
    Synced,

    /// <summary>Live differs from Git.</summary>
    OutOfSync,
}

/// <summary>Something a person should know about an application; names are Argo CD's where it has one.</summary>
/// <param name="Type">Such as <c>ComparisonError</c>, <c>SyncError</c>, <c>InvalidSpecError</c>, <c>SharedResourceWarning</c>.</param>
/// <param name="Message">In words: what, why, remedy.</param>
/// <param name="Since">When it was first seen.</param>
public sealed record Condition(string Type, string Message, DateTimeOffset Since)
{
    /// <summary>The render, comparison or fetch failed; the last good state stands.</summary>
    public const string ComparisonError = "ComparisonError";

    /// <summary>A sync failed or was held back.</summary>
    public const string SyncError = "SyncError";

    /// <summary>The application's own definition is at fault.</summary>
    public const string InvalidSpecError = "InvalidSpecError";

    /// <summary>Another application claims one of its resources.</summary>
    public const string SharedResourceWarning = "SharedResourceWarning";

    /// <summary>The render had warnings.</summary>
    public const string RenderWarning = "RenderWarning";

    /// <summary>Objects in its namespace belong to no application, and its project asks for them.</summary>
    public const string OrphanedResourceWarning = "OrphanedResourceWarning";

    /// <summary>The repository cannot be fetched now; what was fetched before stands.</summary>
    public const string SourceWarning = "SourceWarning";

    /// <summary>A second Plumb seems to write to its objects.</summary>
    public const string OtherWriterWarning = "OtherWriterWarning";

    /// <summary>Runs are not being written to the history now.</summary>
    public const string HistoryWarning = "HistoryWarning";

    /// <summary>The deletion of the application is not done.</summary>
    public const string DeletionError = "DeletionError";

    /// <summary>Whether it is only a warning.</summary>
    public bool IsWarning => Type.EndsWith("Warning", StringComparison.Ordinal);
}

/// <summary>One resource of an application.</summary>
/// <param name="Id">Which.</param>
/// <param name="Sync">Whether it equals Git.</param>
/// <param name="Health">Its health.</param>
/// <param name="Action">What a sync would do.</param>
/// <param name="Wave">Its wave.</param>
/// <param name="Message">Why it differs or could not be compared; empty when there is nothing to say.</param>
public sealed record ResourceState(ResourceId Id, SyncStatus Sync, HealthState Health, ChangeAction Action, int Wave, string Message);

/// <summary>All that is known about an application at one moment. Immutable; each step of the loop publishes a new one.</summary>
public sealed record ApplicationState
{
    /// <summary>What the user wrote.</summary>
    public required ApplicationSpec Spec { get; init; }

    /// <summary>Name of the application that registered it; empty for the root.</summary>
    public string Parent { get; init; } = "";

    /// <summary>Commits last compared, one per source; empty before the first comparison.</summary>
    public IReadOnlyList<string> Revisions { get; init; } = [];

    /// <summary>Whether live equals Git.</summary>
    public SyncStatus Sync { get; init; }

    /// <summary>The worst health among its resources.</summary>
    public HealthState Health { get; init; } = new(HealthStatus.Unknown, "Not compared yet");

    /// <summary>Its resources in apply order.</summary>
    public IReadOnlyList<ResourceState> Resources { get; init; } = [];

    /// <summary>What a person should know.</summary>
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    /// <summary>The run that goes on; null when there is none.</summary>
    public Run? Operation { get; init; }

    /// <summary>The last run that ended; null when there is none.</summary>
    public Run? LastRun { get; init; }

    /// <summary>Why nothing happens although something is to be done, in words; empty when it waits for nothing.</summary>
    public string WaitingFor { get; init; } = "";

    /// <summary>What kind of thing it waits for.</summary>
    public WaitReason WaitsOn { get; init; }

    /// <summary>It waits for a person to confirm something; <see cref="WaitingFor"/> or the run's message says what.</summary>
    public bool NeedsConfirmation { get; init; }

    /// <summary>When it was last compared.</summary>
    public DateTimeOffset? ReconciledAt { get; init; }

    /// <summary>It is not synced by itself for now; null when it is.</summary>
    public Suspension? Suspension { get; init; }

    /// <summary>Deletion was asked for and goes on.</summary>
    public bool Deleting { get; init; }

    /// <summary>Synced, healthy, and nothing going on: what dependents wait for.</summary>
    public bool IsReady => Sync == SyncStatus.Synced && Health.Status == HealthStatus.Healthy && Operation is null && !Deleting
        && !Conditions.Any(c => !c.IsWarning);
}
