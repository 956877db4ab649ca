using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Runs;

namespace Plumb.Reconcile.Loop;

/// <summary>What the automated policy says about a plan.</summary>
internal enum AutomationVerdict
{
    /// <summary>Nothing to do, or not automated.</summary>
    Nothing,

    /// <summary>Sync a new commit or new parameters.</summary>
    Sync,

    /// <summary>Undo drift.</summary>
    Heal,

    /// <summary>Try the failed run again, at or after a time.</summary>
    Retry,

    /// <summary>Go on with a sync that Plumb stopped during, at or after a time.</summary>
    Resume,

    /// <summary>Held back; the reason says why.</summary>
    Hold,
}

/// <summary>A verdict.</summary>
/// <param name="Verdict">What to do.</param>
/// <param name="NotBefore">When, for retries.</param>
/// <param name="Reason">Why it is held back, in words.</param>
internal sealed record AutomationDecision(AutomationVerdict Verdict, DateTimeOffset? NotBefore = null, string Reason = "")
{
    public static AutomationDecision Nothing { get; } = new(AutomationVerdict.Nothing);
}

/// <summary>
/// Argo CD's rules of automated sync: one attempt per desired state (a commit that renders the same is no new one), retries by policy,
/// self-heal only for what was synced before, and never an automated wipe-out. Pure.
/// </summary>
internal static class Automation
{
    private const int FreeResumes = 3;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(365);

    public static AutomationDecision Decide(ApplicationSpec spec, Plan plan, string desiredDigest, Run? last)
    {
        if (plan.InSync) return AutomationDecision.Nothing;
        if (spec.SyncPolicy.Automated is not { } policy) return Leave($"automated sync is off: plumb app sync {spec.Name}");
        var actionable = plan.Changes.Where(c => c.Error is null && c.Action != ChangeAction.None).ToList();
        if (actionable.Count == 0 && plan.Changes.All(c => c.Error is null)) return Leave("an error in what Git states has to be mended");

        var deletes = plan.Changes.Count(c => c.Action == ChangeAction.Delete);
        if (policy.Prune && !policy.AllowEmpty && deletes > 0 && deletes == plan.Changes.Count)
        {
            return new(AutomationVerdict.Hold, Reason:
                $"automated sync would delete all {deletes} resources: set syncPolicy.automated.allowEmpty, or sync by hand with prune");
        }

        var tried = last is not null && last.DesiredDigest == desiredDigest;
        if (!tried || last!.Phase is RunPhase.Superseded) return new(AutomationVerdict.Sync);

        if (last.Interruptions > 0) return Resume(last);
        switch (last.Phase)
        {
            case RunPhase.Succeeded:
                var drift = actionable.Any(c => c.Action != ChangeAction.Delete || policy.Prune);
                return !drift ? Undone(spec, plan) : policy.SelfHeal ? new(AutomationVerdict.Heal)
                    : Leave($"drift is left alone, as selfHeal is off: plumb app sync {spec.Name}");
            case RunPhase.Terminated:
                return Leave($"the last sync of this desired state was stopped: plumb app sync {spec.Name}, or a new commit");
            case RunPhase.Failed when IsUnblocked(plan, last):
                return new(AutomationVerdict.Sync);
            case RunPhase.Error or RunPhase.Failed:
                return Retry(spec.SyncPolicy.Retry ?? RetrySpec.Default, last);
            default:
                return AutomationDecision.Nothing;
        }
    }

    /// <summary>What a sync cannot bring about by itself.</summary>
    private static AutomationDecision Undone(ApplicationSpec spec, Plan plan)
    {
        if (plan.Changes.FirstOrDefault(c => c.Error is not null) is { } failed) return new(AutomationVerdict.Hold, Reason: $"{failed.Id}: {failed.Error}");
        var deletes = plan.Changes.Count(c => c.Action == ChangeAction.Delete && !c.InSync);
        return Leave($"{deletes} {(deletes == 1 ? "object is" : "objects are")} no longer in Git, and pruning is off: plumb app sync {spec.Name} --prune");
    }

    private static AutomationDecision Leave(string reason) => new(AutomationVerdict.Nothing, Reason: reason);

    /// <summary>Something that could not be tried then can be now.</summary>
    private static bool IsUnblocked(Plan plan, Run last)
    {
        var blocked = last.Results.Where(r => r.Status == ResultStatus.Blocked).Select(r => r.Id).ToHashSet();
        return blocked.Count > 0 && plan.Changes.Any(c => c.Error is null && c.Action != ChangeAction.None && blocked.Contains(c.Id));
    }

    /// <summary>
    /// At once, and without counting as an attempt: nothing says that the sync is at fault. But a sync that takes Plumb down each time must
    /// not keep the other applications from being synced.
    /// </summary>
    private static AutomationDecision Resume(Run last)
    {
        if (last.Interruptions <= FreeResumes) return new(AutomationVerdict.Resume, DateTimeOffset.MinValue);
        return new(AutomationVerdict.Resume, last.FinishedAt + Delay(RetrySpec.Default, last.Interruptions - FreeResumes - 1));
    }

    private static AutomationDecision Retry(RetrySpec retry, Run last)
    {
        if (retry.Limit >= 0 && last.Attempt >= retry.Limit)
        {
            return new(AutomationVerdict.Hold, Reason:
                $"the sync of this desired state failed {last.Attempt + 1} times; a new commit or a sync by hand tries again");
        }

        return new(AutomationVerdict.Retry, last.FinishedAt + Delay(retry, last.Attempt));
    }

    private static TimeSpan Delay(RetrySpec retry, int before)
    {
        var seconds = retry.Duration.TotalSeconds * Math.Pow(retry.Factor, Math.Min(before, 30));
        if (retry.MaxDuration > TimeSpan.Zero) seconds = Math.Min(seconds, retry.MaxDuration.TotalSeconds);
        return TimeSpan.FromSeconds(Math.Min(seconds, LongestDelay.TotalSeconds));
    }
}
