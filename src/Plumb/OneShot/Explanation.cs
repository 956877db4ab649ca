using Plumb.Commands.Terminals;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;

namespace Plumb.Commands.OneShot;

/// <summary>The one thing to say about an application.</summary>
internal static class Explanation
{
    public static string Of(ApplicationState state)
    {
        if (state.Operation is { } run) return run.Message.Length > 0 ? run.Message : "syncing";
        if (state.WaitingFor is { Length: > 0 }) return state.WaitingFor;
        if (state.Conditions.FirstOrDefault(c => !c.IsWarning) is { } error) return Words.FirstLine(error.Message);
        if (state.Health.Status != HealthStatus.Healthy) return Words.FirstLine(state.Health.Message);
        if (state.Sync == SyncStatus.OutOfSync)
        {
            var different = state.Resources.Where(r => r.Sync != SyncStatus.Synced).ToList();
            return different.Count == 0
                ? ""
                : $"{Words.Count(different.Count, "resource differs", "resources differ")}, first {different[0].Id}";
        }

        return state.LastRun is { Phase: RunPhase.Succeeded } last ? last.Message : "";
    }
}
