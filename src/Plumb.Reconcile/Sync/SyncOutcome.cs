using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;

namespace Plumb.Reconcile.Sync;

/// <summary>What a sync may do.</summary>
/// <param name="Prune">Delete what left Git.</param>
/// <param name="DryRun">Ask the target, change nothing.</param>
/// <param name="Selected">Only these; empty takes all and runs hooks.</param>
internal sealed record SyncSettings(bool Prune, bool DryRun, IReadOnlySet<ResourceId> Selected)
{
    /// <summary>Hooks of the interrupted runs that this one resumes: those that ended well are not run again, those that run are awaited.</summary>
    public IReadOnlyList<HookProgress> Done { get; init; } = [];
}

/// <summary>Why a sync ends before its last step.</summary>
/// <param name="Phase">Failed, Superseded or Terminated.</param>
/// <param name="Message">One sentence.</param>
internal sealed record SyncEnding(RunPhase Phase, string Message)
{
    public static SyncEnding Failed(string message) => new(RunPhase.Failed, message);
}

/// <summary>How a sync ended.</summary>
/// <param name="Phase">Succeeded, Failed, Superseded or Terminated.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Results">One per resource and phase.</param>
internal sealed record SyncOutcome(RunPhase Phase, string Message, IReadOnlyList<ResourceResult> Results);
