using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Resources;

namespace Plumb.Reconcile.Sync;

/// <summary>The part of a plan that a request names. Pure.</summary>
internal static class Selection
{
    /// <summary>Whether the request names a part.</summary>
    public static bool IsPartial(SyncRequest request) => request.Resources.Count > 0 || request.Patterns.Count > 0;

    /// <summary>The resources named; all when the request names no part.</summary>
    public static IReadOnlyList<Change> Of(Plan plan, SyncRequest request) => IsPartial(request)
        ? [.. plan.Changes.Where(c => request.Resources.Contains(c.Id)
            || (request.Patterns.Count > 0 && ResourcePattern.Selects(request.Patterns, c.Id)))]
        : plan.Changes;

    /// <summary>Why nothing is named by a request that names a part; null when something is.</summary>
    public static string? Fault(Plan plan, SyncRequest request)
    {
        if (!IsPartial(request) || Of(plan, request).Count > 0) return null;
        var asked = string.Join(", ", request.Patterns.Select(p => p.ToString()).Concat(request.Resources.Select(r => r.ToString())));
        return $"no resource of {plan.Application} matches {asked}; it has {SyncWords.List([.. plan.Changes.Select(c => c.Id.ToString())])}";
    }
}
