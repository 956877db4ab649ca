using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Resources;

namespace Plumb.Reconcile.Sync;

/// <summary>One phase and wave: what is done together, and waited for before the next.</summary>
/// <param name="Phase">One phase.</param>
/// <param name="Wave">The wave.</param>
/// <param name="Changes">Changes of the plan; unchanged resources too, as the wave waits for their health.</param>
/// <param name="Hooks">Hooks to run.</param>
internal sealed record SyncStep(SyncPhases Phase, int Wave, IReadOnlyList<Change> Changes, IReadOnlyList<DesiredResource> Hooks);

/// <summary>
/// Argo CD's order: phase, then wave, then rank of the kind, then name; deletes run through their waves in reverse, those with
/// <c>PruneLast</c> after everything else. Pure.
/// </summary>
internal static class SyncSteps
{
    private static readonly SyncPhases[] Phases = [SyncPhases.PreSync, SyncPhases.Sync, SyncPhases.PostSync];

    public static IReadOnlyList<SyncStep> Of(IReadOnlyList<Change> changes, IReadOnlyList<DesiredResource> hooks)
    {
        var steps = new List<SyncStep>();
        var waveOf = Waves(changes);
        foreach (var phase in Phases)
        {
            var inPhase = changes.Where(c => PhaseOf(c) == phase).ToList();
            var hooksInPhase = hooks.Where(h => h.Phases.HasFlag(phase)).ToList();
            var waves = inPhase.Select(c => waveOf[c]).Concat(hooksInPhase.Select(h => h.Wave)).Distinct().Order();
            steps.AddRange(waves.Select(wave => new SyncStep(
                phase,
                wave,
                [.. inPhase.Where(c => waveOf[c] == wave).OrderBy(c => c.Action == ChangeAction.Delete ? 1 : 0).ThenBy(Order)],
                [.. hooksInPhase.Where(h => h.Wave == wave).OrderBy(h => h.Rank).ThenBy(h => h.Id)])));
        }

        return steps;
    }

    /// <summary>The hooks of a phase that has nothing but hooks, all waves, in order.</summary>
    public static IReadOnlyList<SyncStep> OfHooks(SyncPhases phase, IReadOnlyList<DesiredResource> hooks) =>
        [.. hooks.Where(h => h.Phases.HasFlag(phase)).GroupBy(h => h.Wave).OrderBy(g => g.Key)
            .Select(g => new SyncStep(phase, g.Key, [], [.. g.OrderBy(h => h.Rank).ThenBy(h => h.Id)]))];

    /// <summary>Sync for all but what asks to be there before the hooks run, such as the namespace they run in.</summary>
    private static SyncPhases PhaseOf(Change change) => change.Desired?.Phases == SyncPhases.PreSync ? SyncPhases.PreSync : SyncPhases.Sync;

    private static (int Rank, ResourceId Id) Order(Change change) => (change.Rank, change.Id);

    private static Dictionary<Change, int> Waves(IReadOnlyList<Change> changes)
    {
        var waveOf = new Dictionary<Change, int>(ReferenceEqualityComparer.Instance);
        var pruneWaves = changes.Where(IsOrdinaryDelete).Select(c => c.Wave).Distinct().Order().ToList();
        foreach (var change in changes)
        {
            waveOf[change] = IsOrdinaryDelete(change) ? pruneWaves[^(pruneWaves.IndexOf(change.Wave) + 1)] : change.Wave;
        }

        var last = changes.Where(c => !IsLastDelete(c)).Select(c => waveOf[c]).DefaultIfEmpty(0).Max() + 1;
        foreach (var change in changes.Where(IsLastDelete)) waveOf[change] = last;
        return waveOf;
    }

    private static bool IsLastDelete(Change change) => change.Action == ChangeAction.Delete && change.Options.PruneLast;

    private static bool IsOrdinaryDelete(Change change) => change.Action == ChangeAction.Delete && !change.Options.PruneLast;
}
