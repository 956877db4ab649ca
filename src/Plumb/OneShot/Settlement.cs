using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;

namespace Plumb.Commands.OneShot;

/// <summary>Whether an application has come to an end.</summary>
internal enum Verdict
{
    /// <summary>Something goes on or is still to be tried.</summary>
    Pending,

    /// <summary>Synced and healthy.</summary>
    Ready,

    /// <summary>It is neither, and nothing more is going to be tried.</summary>
    Failed,
}

/// <summary>
/// Tells when a one-shot run is over. The loop never gives up by itself, so this judges from outside: what is bad and has not moved for
/// a while, with no run going on and no retry announced, has failed; so has what waits only for something that has failed.
/// </summary>
/// <param name="patience">
/// How long something bad must stand still. It lets passing faults (a refused connection, a kind not yet served) pass.
/// </param>
/// <param name="time">The clock.</param>
internal sealed class Settlement(TimeSpan patience, TimeProvider time)
{
    private readonly Dictionary<string, (string Signature, long Since)> _seen = new(StringComparer.Ordinal);

    /// <summary>The verdict on each application, by name.</summary>
    public IReadOnlyDictionary<string, Verdict> Judge(IReadOnlyList<ApplicationState> states)
    {
        var verdicts = states.ToDictionary(s => s.Spec.Name, JudgeAlone, StringComparer.Ordinal);
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var state in states.Where(s => verdicts[s.Spec.Name] == Verdict.Pending && IsBlocked(s, states, verdicts)))
            {
                verdicts[state.Spec.Name] = Verdict.Failed;
                changed = true;
            }
        }

        return verdicts;
    }

    private Verdict JudgeAlone(ApplicationState state)
    {
        var still = HasStoodStill(state);
        if (state.IsReady) return Verdict.Ready;
        if (!still || state.Operation is not null || state.Deleting || IsPromised(state.WaitsOn)) return Verdict.Pending;
        if (state.Conditions.Any(c => !c.IsWarning)) return Verdict.Failed;
        if (state.ReconciledAt is null) return Verdict.Pending;
        if (state.LastRun is { Phase: not (RunPhase.Succeeded or RunPhase.Superseded) }) return Verdict.Failed;
        return state.Sync == SyncStatus.Synced && state.Health.Status == HealthStatus.Progressing ? Verdict.Pending
            : state.Sync == SyncStatus.Unknown ? Verdict.Pending
            : Verdict.Failed;
    }

    /// <summary>The loop has said that it will do something by itself.</summary>
    private static bool IsPromised(WaitReason waitsOn) => waitsOn is WaitReason.Retry or WaitReason.Heal or WaitReason.Dependency;

    /// <summary>It waits for another application that has failed, or, as a parent, only for children that have.</summary>
    private bool IsBlocked(ApplicationState state, IReadOnlyList<ApplicationState> states, IReadOnlyDictionary<string, Verdict> verdicts)
    {
        if (state.WaitsOn == WaitReason.Dependency)
            return state.Spec.DependsOn.Any(name => !verdicts.TryGetValue(name, out var found) ? HasStoodStill(state) : found == Verdict.Failed);

        var children = states.Where(s => s.Parent == state.Spec.Name).ToList();
        return children.Exists(c => verdicts[c.Spec.Name] == Verdict.Failed)
            && children.TrueForAll(c => verdicts[c.Spec.Name] != Verdict.Pending)
            && HasStoodStill(state)
            && state.Resources.All(r => r.Id is { Group: "plumb.dev", Kind: "Application" } || r.Health.Status == HealthStatus.Healthy);
    }

    private bool HasStoodStill(ApplicationState state)
    {
        var signature = $"{state.Sync}|{state.Health.Status}|{state.Health.Message}|{state.Operation?.Id}|{state.Operation?.Message}|{state.LastRun?.Id}|"
            + $"{state.WaitingFor}|{string.Join(';', state.Conditions.Select(c => c.Message))}";
        var now = time.GetTimestamp();
        if (!_seen.TryGetValue(state.Spec.Name, out var last) || last.Signature != signature)
        {
            _seen[state.Spec.Name] = (signature, now);
            return false;
        }

        return time.GetElapsedTime(last.Since, now) >= patience;
    }
}
