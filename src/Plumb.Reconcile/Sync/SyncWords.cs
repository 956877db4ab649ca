using Plumb.Reconcile.Health;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Targets;

namespace Plumb.Reconcile.Sync;

/// <summary>What a sync says about itself.</summary>
internal static class SyncWords
{
    private const int Named = 3;

    public static string Name(SyncStep step) =>
        step.Phase == SyncPhases.PreSync && step.Changes.Count > 0 && step.Hooks.Count == 0
            && step.Changes.All(c => c.Desired is { IsShared: true })
            ? "preparing the namespace"
            : $"{step.Phase}, wave {step.Wave}";

    public static string Waiting(SyncStep step, IReadOnlyList<string> reasons) => $"{Name(step)}: waiting for {List(reasons)}";

    public static string Of(HealthState health) =>
        health.Message.Length > 0 ? $"{health.Status}: {health.Message}" : health.Status.ToString();

    /// <summary>What holds up an object that is being deleted.</summary>
    public static string Leaving(Observation live) =>
        live.Finalizers.Count == 0
            ? "is being deleted"
            : $"is being deleted and waits for its finalizer{(live.Finalizers.Count > 1 ? "s" : "")} {string.Join(", ", live.Finalizers)}";

    public static string Failures(IReadOnlyList<ResourceResult> failures) =>
        (failures.Count == 1 ? "" : $"{failures.Count} resources failed: ")
        + string.Join("; ", failures.Take(Named).Select(f => $"{f.Id}: {f.Message}"))
        + (failures.Count > Named ? $"; and {failures.Count - Named} more" : "");

    public static string Summary(IReadOnlyList<ResourceResult> results, bool dryRun, bool partial)
    {
        var synced = results.Count(r => r.Status == ResultStatus.Synced && !r.IsHook);
        var pruned = results.Count(r => r.Status == ResultStatus.Pruned);
        var unchanged = results.Count(r => r.Status == ResultStatus.Unchanged);
        var skipped = results.Count(r => r.Status == ResultStatus.PruneSkipped);
        var hooks = results.Count(r => r.IsHook);
        return $"{synced} synced, {unchanged} unchanged"
            + (pruned > 0 ? $", {pruned} pruned" : "") + (skipped > 0 ? $", {skipped} not pruned" : "")
            + (hooks > 0 ? $", {hooks} hooks" : "") + (partial ? ", of what was selected" : "") + (dryRun ? " (dry run)" : "");
    }

    public static string HowToConfirm(string application) =>
        $"plumb app confirm {application}, or write the time into the annotation argocd.argoproj.io/deletion-approved of the application";

    public static string List(IReadOnlyList<string> items) =>
        string.Join(", ", items.Take(Named)) + (items.Count > Named ? $" and {items.Count - Named} more" : "");
}
