using Plumb.Reconcile.Health;
using Plumb.Reconcile.States;

namespace Plumb.Commands.Demo;

/// <summary>What the demo takes for a good end of an application: Synced and Healthy, or the health that its annotation names.</summary>
internal static class Expectation
{
    private const string Annotation = "demo.plumb.dev/expect";

    public static string Of(ApplicationState state) => state.Spec.Annotations.GetValueOrDefault(Annotation, nameof(HealthStatus.Healthy));

    /// <summary>Whether all applications have got where they should. The root is as good as its children.</summary>
    public static bool IsMet(IReadOnlyList<ApplicationState> states) =>
        states.Count > 1 && states.All(s => IsMet(s, states));

    public static bool IsMet(ApplicationState state, IReadOnlyList<ApplicationState> states)
    {
        if (state.Parent.Length == 0)
            return state.Sync == SyncStatus.Synced
                && state.Resources.Count(r => r.Id.Kind == "Application") == states.Count(s => s.Parent == state.Spec.Name);
        return Of(state) is var expected && expected == nameof(HealthStatus.Healthy)
            ? state.IsReady
            : state.Sync == SyncStatus.Synced && state.Health.Status.ToString() == expected;
    }
}
