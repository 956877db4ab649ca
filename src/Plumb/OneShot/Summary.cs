using Plumb.Commands.Terminals;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;

namespace Plumb.Commands.OneShot;

/// <summary>How it ended: a line per application, then all that failed, in full.</summary>
internal static class Summary
{
    private const int MostResources = 20;

    public static void Write(Terminal terminal, IReadOnlyList<ApplicationState> states)
    {
        var grid = new Grid("APPLICATION", "SYNC", "HEALTH", "REVISION", "MESSAGE");
        foreach (var state in states)
        {
            grid.Add(
                state.Spec.Name, Palette.Sync(state.Sync.ToString()), Palette.Health(state.Health.Status.ToString()),
                string.Join(",", state.Revisions.Select(Words.Revision)), Explanation.Of(state));
        }

        grid.Write(terminal);
        foreach (var state in states) WriteFaults(terminal, state);
    }

    private static void WriteFaults(Terminal terminal, ApplicationState state)
    {
        var lines = new List<string>();
        foreach (var condition in state.Conditions) lines.Add($"{condition.Type}: {condition.Message}");
        if (state.LastRun is { Phase: not RunPhase.Succeeded } run)
        {
            if (!lines.Exists(l => l.EndsWith(run.Message, StringComparison.Ordinal))) lines.Add($"sync {run.Phase}: {run.Message}");
            lines.AddRange(run.Results.Where(r => r.Status is ResultStatus.Failed).Take(MostResources).Select(r => $"{r.Id}: {r.Message}"));
        }

        lines.AddRange(state.Resources
            .Where(r => r.Health.Status is not (HealthStatus.Healthy or HealthStatus.Missing))
            .Take(MostResources).Select(r => $"{r.Id}: {r.Health.Status}: {r.Health.Message}"));
        lines.AddRange(state.Resources
            .Where(r => r.Sync == SyncStatus.OutOfSync)
            .Take(MostResources).Select(r => $"{r.Id}: {r.Sync}: {(r.Message.Length > 0 ? r.Message : r.Action.ToString())}"));
        if (lines.Count == 0) return;
        terminal.Out.WriteLine();
        terminal.Out.WriteLine($"{state.Spec.Name}:");
        foreach (var line in lines.Distinct()) terminal.Out.WriteLine("  " + line.Replace("\n", "\n    ", StringComparison.Ordinal));
    }
}
