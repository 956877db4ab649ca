using System.Globalization;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Resources;

namespace Plumb.Reconcile.Loop;

/// <summary>
/// Plumb's own guard against a commit that deletes much of an application by mistake: beyond a share of its live objects, deletes wait for a
/// person. Pure.
/// </summary>
public static class PruneGuard
{
    /// <summary>The application's annotation; it wins over <c>syncPolicy.pruneGuard</c>, which wins over the project's.</summary>
    public const string Annotation = "plumb.dev/prune-guard";

    /// <summary>The share in percent above which a sync is guarded, unless stated otherwise.</summary>
    public const int DefaultPercent = 50;

    /// <summary>Fewer deletes than this are never guarded.</summary>
    public const int FewestDeletes = 5;

    /// <summary>Reads a share: <c>30%</c> or <c>30</c>; <c>100%</c> turns the guard off.</summary>
    public static bool TryParse(string text, out int percent) =>
        int.TryParse(text.Trim().TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out percent) && percent <= 100;

    /// <summary>What a sync of these changes would delete, in words, when that is too much to be done unasked; null when it is not.</summary>
    internal static string? Check(ApplicationSpec spec, ProjectSpec project, IReadOnlyList<Change> changes)
    {
        var limit = spec.SyncPolicy.PruneGuard ?? project.PruneGuard ?? DefaultPercent;
        var live = changes.Where(c => c.Action != ChangeAction.Create && c.Desired is not { IsShared: true }).ToList();
        var deletes = live.Count(c => c.Action == ChangeAction.Delete && c.Error is null && c.Options.Prune != Permission.Denied);
        return deletes < FewestDeletes || deletes * 100 <= limit * live.Count
            ? null
            : $"it would delete {deletes} of {live.Count} live objects, more than {limit}% (prune guard)";
    }
}
