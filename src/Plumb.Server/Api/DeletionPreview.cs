using Plumb.Api;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Registry;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.States;
using Plumb.Server.Http;

namespace Plumb.Server.Api;

/// <summary>What deleting an application would take away, by the rules by which the loop deletes. Nothing is asked of the cluster.</summary>
internal static class DeletionPreview
{
    public static DeletionRecord Of(ApplicationState state, Reconciler reconciler, bool cascade)
    {
        var spec = state.Spec;
        var children = reconciler.Applications.Where(a => a.Parent == spec.Name).Select(a => a.Spec.Name).ToList();
        var live = reconciler.FindPlan(spec.Name)?.Changes.Where(c => c is not RegistryChange && c.Health.Status != HealthStatus.Missing && c.ClaimedBy is null).ToList() ?? [];
        var kept = live.Select(c => (Change: c, Why: WhyKept(c, cascade))).Where(k => k.Why is not null).ToList();
        return new DeletionRecord(
            spec.Name,
            [.. live.Except(kept.Select(k => k.Change)).OrderByDescending(c => c.Wave).ThenByDescending(c => c.Rank).Select(c => c.Id.ToName())],
            [.. kept.Select(k => new KeptRecord(k.Change.Id.ToName(), k.Why!))],
            cascade ? children : [],
            Note(state, live.Count > 0 || reconciler.FindPlan(spec.Name) is not null, cascade, children.Count));
    }

    private static string? WhyKept(Change change, bool cascade) =>
        !cascade ? "the resources are to stay"
        : change.Desired is { IsShared: true } ? "several applications may use it"
        : change.Options.Delete == Permission.Denied ? "it asks for that (Delete=false)"
        : null;

    private static string Note(ApplicationState state, bool compared, bool cascade, int children)
    {
        var notes = new List<string>();
        if (state.Parent.Length > 0)
            notes.Add($"{state.Parent} states it in Git ({state.Spec.Origin}): unless it is removed there, it comes back");
        else
            notes.Add("It was given when Plumb was started, and comes back with the next start");
        if (!compared && cascade) notes.Add("It was not compared yet, so what it would delete is not known");
        if (!cascade && children > 0) notes.Add($"The {children} applications that it registered stay until nobody states them");
        return string.Join(". ", notes) + ".";
    }
}
