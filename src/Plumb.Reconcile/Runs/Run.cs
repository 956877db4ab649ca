using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Resources;

namespace Plumb.Reconcile.Runs;

/// <summary>Why a run was started.</summary>
public enum RunTrigger
{
    /// <summary>A new commit or new parameters, by the application's automated policy.</summary>
    Automated,

    /// <summary>Live drifted from Git.</summary>
    SelfHeal,

    /// <summary>A person or a program asked.</summary>
    Manual,

    /// <summary>The run before it failed and the retry policy allows another.</summary>
    Retry,
}

/// <summary>Where a run is.</summary>
public enum RunPhase
{
    /// <summary>Going on.</summary>
    Running,

    /// <summary>Everything applied, healthy where it had to be.</summary>
    Succeeded,

    /// <summary>Something could not be applied, a hook failed, or a wave did not become healthy.</summary>
    Failed,

    /// <summary>It could not be carried out at all: the target vanished, or Plumb stopped during it.</summary>
    Error,

    /// <summary>A newer commit took its place while it waited.</summary>
    Superseded,

    /// <summary>Somebody stopped it.</summary>
    Terminated,
}

/// <summary>What became of one resource in a run.</summary>
public enum ResultStatus
{
    /// <summary>Already as desired.</summary>
    Unchanged,

    /// <summary>Created, updated or replaced.</summary>
    Synced,

    /// <summary>Deleted.</summary>
    Pruned,

    /// <summary>To be deleted, but pruning is off, forbidden or waits for a confirmation.</summary>
    PruneSkipped,

    /// <summary>Refused or failed; the message says why.</summary>
    Failed,

    /// <summary>
    /// Not tried: the comparison found that it cannot be (another application's, an unknown kind, an immutable field). Tried as soon as
    /// the obstacle is gone.
    /// </summary>
    Blocked,

    /// <summary>Not begun.</summary>
    Skipped,
}

/// <summary>What became of one resource in a run.</summary>
/// <param name="Id">Which.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Message">In words, without values of Secrets.</param>
/// <param name="Action">What was to be done.</param>
public sealed record ResourceResult(ResourceId Id, ResultStatus Status, string Message = "", ChangeAction Action = ChangeAction.None)
{
    /// <summary>Phase it was done in.</summary>
    public SyncPhases Phase { get; init; } = SyncPhases.Sync;

    /// <summary>Wave it was done in.</summary>
    public int Wave { get; init; }

    /// <summary>Whether it was a hook.</summary>
    public bool IsHook { get; init; }
}

/// <summary>One sync of one application, from start to end. The history is a list of these.</summary>
public sealed record Run
{
    /// <summary>The <see cref="DesiredDigest"/> of a dry run or a partial sync: it says nothing about whether a desired state was tried.</summary>
    public const string Partial = "partial";

    /// <summary>Sortable by time, unique.</summary>
    public required string Id { get; init; }

    /// <summary>The application's name.</summary>
    public required string Application { get; init; }

    /// <summary>Commit of each source.</summary>
    public required IReadOnlyList<string> Revisions { get; init; }

    /// <summary>Digest of all desired resources: with the revisions it says what was tried.</summary>
    public required string DesiredDigest { get; init; }

    /// <summary>Why it was started.</summary>
    public required RunTrigger Trigger { get; init; }

    /// <summary>Who asked; <c>plumb</c> for automated runs.</summary>
    public required string Initiator { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended; null while it runs.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Where it is.</summary>
    public RunPhase Phase { get; init; } = RunPhase.Running;

    /// <summary>One sentence for people.</summary>
    public string Message { get; init; } = "";

    /// <summary>Attempts before this one for the same revision.</summary>
    public int Attempt { get; init; }

    /// <summary>One result per resource and phase, in the order done.</summary>
    public IReadOnlyList<ResourceResult> Results { get; init; } = [];
}
