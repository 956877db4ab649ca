using Plumb.Reconcile.Applications;
using Plumb.Reconcile.States;

namespace Plumb.Reconcile.Loop;

/// <summary>What <c>dependsOn</c> means. Pure.</summary>
internal static class Dependencies
{
    /// <summary>
    /// The cycle that an application is part of, such as <c>a → b → a</c>; null when there is none. Applications that merely wait for a
    /// cycle are not part of it.
    /// </summary>
    public static string? FindCycle(string application, Func<string, IReadOnlyList<string>> dependsOn)
    {
        var path = new List<string> { application };
        var seen = new HashSet<string>(StringComparer.Ordinal) { application };
        return Search(application) ? string.Join(" → ", path) : null;

        bool Search(string current)
        {
            foreach (var next in dependsOn(current))
            {
                path.Add(next);
                if (next == application) return true;
                if (seen.Add(next) && Search(next)) return true;
                path.RemoveAt(path.Count - 1);
            }

            return false;
        }
    }

    /// <summary>What the application waits for, in words; empty when all it depends on is ready.</summary>
    public static string Waiting(ApplicationSpec spec, Func<string, ApplicationState?> find)
    {
        var waits = spec.DependsOn
            .Select(name => (name, state: find(name)))
            .Where(d => d.state is not { IsReady: true })
            .Select(d => d.state is null
                ? $"{d.name} (no such application)"
                : $"{d.name} ({Describe(d.state)})")
            .ToList();
        return waits.Count == 0 ? "" : "waits for " + string.Join(", ", waits);
    }

    private static string Describe(ApplicationState state)
    {
        if (state.Operation is not null) return "syncing";
        if (state.WaitingFor.Length > 0 && state.Sync != SyncStatus.Synced) return state.WaitingFor;
        return $"{state.Sync}, {state.Health.Status}";
    }
}
