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

    /// <summary>Plumb stopped during the run before it; this one goes on with that sync.</summary>
    Resume,
}

/// <summary>How much of an application a run is about.</summary>
public enum RunScope
{
    /// <summary>Everything, hooks included.</summary>
    Whole,

    /// <summary>What had drifted, without hooks.</summary>
    Drift,

    /// <summary>Some resources that somebody chose, without hooks.</summary>
    Selection,

    /// <summary>Nothing: the target was only asked.</summary>
    DryRun,
}

/// <summary>How far a hook of a run is. Saved at once, so that a sync that Plumb stopped during does not run it again.</summary>
/// <param name="Id">The hook as Git states it; without a name when the server makes one.</param>
/// <param name="Phase">Phase it was started in.</param>
/// <param name="Uid">Identity of the object made for it; empty when not known.</param>
/// <param name="Succeeded">Whether it ended well; false while it runs.</param>
/// <param name="Message">What it said at its end.</param>
public sealed record HookProgress(ResourceId Id, SyncPhases Phase, string Uid, bool Succeeded = false, string Message = "");

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

    /// <summary>Attempts before this one for the same revision; those that Plumb stopped during do not count.</summary>
    public int Attempt { get; init; }

    /// <summary>How much of the application it is about.</summary>
    public RunScope Scope { get; init; }

    /// <summary>Whether it says that this desired state was tried: a dry run and a partial sync do not.</summary>
    public bool IsAttempt => Scope is RunScope.Whole or RunScope.Drift;

    /// <summary>How often in a row Plumb has stopped during this sync, this run included. 0 for a run that came to an end.</summary>
    public int Interruptions { get; init; }

    /// <summary>Hooks that were begun or ended well, in this run or in those that it resumes.</summary>
    public IReadOnlyList<HookProgress> Hooks { get; init; } = [];

    /// <summary>One result per resource and phase, in the order done.</summary>
    public IReadOnlyList<ResourceResult> Results { get; init; } = [];
}
