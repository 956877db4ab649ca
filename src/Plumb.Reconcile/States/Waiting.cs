using Plumb.Reconcile.Health;

namespace Plumb.Reconcile.States;

/// <summary>
/// "Why is it waiting?" always has an answer: an application with something to be done, in which nothing goes on, gets one here when the
/// loop gave none. Pure.
/// </summary>
public static class Waiting
{
    /// <summary>Whether an answer is owed.</summary>
    /// <param name="state">The application.</param>
    /// <param name="isAsked">Whether somebody waits for a sync that has not begun.</param>
    public static bool IsOwed(ApplicationState state, bool isAsked) =>
        state.Operation is null
        && (isAsked || state.Deleting || state.Sync != SyncStatus.Synced || state.Health.Status is HealthStatus.Progressing || state.Conditions.Any(c => !c.IsWarning));

    /// <summary>The state with an answer, or without one where none is owed.</summary>
    public static ApplicationState Answer(ApplicationState state, bool isAsked)
    {
        if (!IsOwed(state, isAsked)) return state with { WaitingFor = "", WaitsOn = WaitReason.None };
        if (state is { WaitingFor.Length: > 0, WaitsOn: not (WaitReason.None or WaitReason.Health) }) return state;
        var (reason, words) = Default(state, isAsked);
        return state with { WaitingFor = words, WaitsOn = reason };
    }

    private static (WaitReason Reason, string Words) Default(ApplicationState state, bool isAsked)
    {
        if (state.Deleting) return (WaitReason.Deletion, "deletion: begun");
        if (state.Conditions.FirstOrDefault(c => !c.IsWarning) is { } error) return (WaitReason.Error, $"an error has to be mended: {error.Message}");
        if (state.ReconciledAt is null) return (WaitReason.Turn, "it is to be compared for the first time");
        if (isAsked) return (WaitReason.Turn, "the sync that was asked for is to begin");
        return state.Sync == SyncStatus.Synced
            ? (WaitReason.Health, $"waits for health: {(state.Health.Message.Length > 0 ? state.Health.Message : state.Health.Status)}")
            : (WaitReason.Turn, "it is to be compared again");
    }
}
