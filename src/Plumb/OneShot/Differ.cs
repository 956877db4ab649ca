using Plumb.Api;
using Plumb.Reconcile.Registry;
using Plumb.Reconcile.States;
using Plumb.Server.Composition;
using Plumb.Server.Http;

namespace Plumb.Commands.OneShot;

/// <summary>
/// What a sync of everything would change, by a loop that only compares: clusters, projects and rights count as they do in a sync.
/// Applications that an application's output holds are planned too, after it.
/// </summary>
/// <param name="engine">An engine that only compares.</param>
/// <param name="patience">How long a fault must stand before it counts: it lets passing ones pass.</param>
/// <param name="time">The clock.</param>
internal sealed class Differ(Engine engine, TimeSpan patience, TimeProvider time)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    private readonly Dictionary<string, (string Fault, long Since)> _faults = new(StringComparer.Ordinal);

    /// <summary>The plans of those that could be compared, and the faults of the others.</summary>
    public async Task<(IReadOnlyList<PlanRecord> Plans, IReadOnlyList<string> Faults)> PlanAsync(DesiredInput input, CancellationToken ct)
    {
        await engine.Reconciler.StartAsync(input.Applications, input.Projects, ct);
        while (true)
        {
            var states = engine.Reconciler.Applications;
            var faults = states.Where(s => !IsPlanned(s)).ToDictionary(s => s.Spec.Name, StandingFault, StringComparer.Ordinal);
            if (faults.Values.All(f => f is not null))
            {
                var plans = Ordered(states, "").Where(IsPlanned).Select(s => engine.Reconciler.FindPlan(s.Spec.Name)!);
                return (
                    [.. plans.Select(p => (p with { Changes = [.. p.Changes.Where(c => c is not RegistryChange || c.Error is not null)] }).ToRecord())],
                    [.. faults.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key}: {f.Value}")]);
            }

            await Task.Delay(LookInterval, time, ct);
        }
    }

    private static bool IsPlanned(ApplicationState state) =>
        state.ReconciledAt is not null && (state.Sync == SyncStatus.Synced || state.WaitsOn == WaitReason.Person);

    private string? StandingFault(ApplicationState state)
    {
        var fault = string.Join("; ", state.Conditions.Where(c => !c.IsWarning).Select(c => c.Message));
        var now = time.GetTimestamp();
        if (!_faults.TryGetValue(state.Spec.Name, out var seen) || seen.Fault != fault) _faults[state.Spec.Name] = seen = (fault, now);
        return fault.Length > 0 && time.GetElapsedTime(seen.Since, now) >= patience ? fault : null;
    }

    private static IEnumerable<ApplicationState> Ordered(IReadOnlyList<ApplicationState> states, string parent) =>
        states.Where(s => s.Parent == parent).SelectMany(s => Ordered(states, s.Spec.Name).Prepend(s));
}
