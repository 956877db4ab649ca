using System.Globalization;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Projects;

namespace Plumb.Reconcile.Windows;

/// <summary>Why a sync may not go on now.</summary>
/// <param name="Words">Which window, and until when.</param>
/// <param name="Until">When it may; null when no time is known.</param>
public sealed record WindowClosed(string Words, DateTimeOffset? Until);

/// <summary>
/// Argo CD's rules of sync windows: an open deny window keeps all syncs out, unless all such windows let people sync by hand; where windows
/// allow, one of them has to be open. Pure.
/// </summary>
public static class SyncWindows
{
    /// <summary>How many openings and closings ahead are looked at for the time when a sync may go on.</summary>
    private const int Horizon = 1000;

    /// <summary>A window with its schedule read.</summary>
    private sealed record Window(SyncWindowSpec Spec, WindowSchedule Schedule)
    {
        /// <summary>When the present opening ends; null while it is not open.</summary>
        public DateTimeOffset? OpenUntil(DateTimeOffset now) =>
            Schedule.Next(now - Spec.Duration) is { } start && start <= now ? start + Spec.Duration : null;

        public bool IsOpen(DateTimeOffset now) => OpenUntil(now) is not null;
    }

    /// <summary>Why an application may not be synced now; null when it may.</summary>
    /// <param name="project">Its project.</param>
    /// <param name="application">The application.</param>
    /// <param name="byHand">Whether a person asks.</param>
    /// <param name="now">The time.</param>
    /// <param name="begunAt">When the sync began; null when it is to be begun.</param>
    public static WindowClosed? Check(
        ProjectSpec project, ApplicationSpec application, bool byHand, DateTimeOffset now, DateTimeOffset? begunAt = null)
    {
        if (project.SyncWindows.Count == 0) return null;
        var windows = project.SyncWindows.Where(w => Matches(w, application))
            .Select(w => WindowSchedule.Parse(w.Schedule, w.TimeZone, out _) is { } schedule ? new Window(w, schedule) : null)
            .OfType<Window>().ToList();
        if (Blocking(windows, byHand, now) is not { Count: > 0 } blocking) return null;
        if (begunAt is { } begun && Blocking(windows, byHand, begun).Count == 0 && MayOverrun(blocking, begun)) return null;

        var until = NextOpening(windows, byHand, now);
        return new WindowClosed($"sync window: {Describe(blocking[0])}; {Until(until, now)}", until);
    }

    /// <summary>Whether a window is open at a time, whatever it allows or denies then.</summary>
    public static bool IsOpen(SyncWindowSpec window, DateTimeOffset at) =>
        WindowSchedule.Parse(window.Schedule, window.TimeZone, out _) is { } schedule && new Window(window, schedule).IsOpen(at);

    /// <summary>Whether a window is meant for an application. One with no lists is meant for none.</summary>
    public static bool Matches(SyncWindowSpec window, ApplicationSpec application)
    {
        var destination = application.Destination;
        string[] clusters = destination.IsInCluster
            ? [DestinationSpec.InClusterName, DestinationSpec.InClusterServer]
            : [.. new[] { destination.Name, destination.Server }.Where(c => c.Length > 0)];
        List<bool> matches = [];
        if (window.Applications.Count > 0) matches.Add(window.Applications.Any(p => GlobPattern.MatchesPlain(p, application.Name)));
        if (window.Namespaces.Count > 0) matches.Add(window.Namespaces.Any(p => GlobPattern.MatchesPlain(p, destination.Namespace)));
        if (window.Clusters.Count > 0) matches.Add(window.Clusters.Any(p => clusters.Any(c => GlobPattern.MatchesPlain(p, c))));
        return matches.Count > 0 && (window.AndOperator ? matches.TrueForAll(m => m) : matches.Exists(m => m));
    }

    /// <summary>The windows that keep it out at a time: open ones that deny, else all that allow when none of these is open.</summary>
    private static List<Window> Blocking(List<Window> windows, bool byHand, DateTimeOffset at)
    {
        var denies = windows.Where(w => w.Spec.Kind == SyncWindowKind.Deny && w.IsOpen(at)).ToList();
        if (denies.Count > 0) return byHand && denies.TrueForAll(w => w.Spec.ManualSync) ? [] : denies;
        var allows = windows.Where(w => w.Spec.Kind == SyncWindowKind.Allow).ToList();
        if (allows.Count == 0 || allows.Exists(w => w.IsOpen(at))) return [];
        return byHand && allows.TrueForAll(w => w.Spec.ManualSync) ? [] : allows;
    }

    private static bool MayOverrun(List<Window> blocking, DateTimeOffset begun) =>
        blocking[0].Spec.Kind == SyncWindowKind.Deny
            ? blocking.TrueForAll(w => w.Spec.SyncOverrun)
            : blocking.Exists(w => w.Spec.SyncOverrun && w.IsOpen(begun));

    private static DateTimeOffset? NextOpening(List<Window> windows, bool byHand, DateTimeOffset now)
    {
        var at = now;
        for (var i = 0; i < Horizon; i++)
        {
            var next = windows.SelectMany(w => new[] { w.Schedule.Next(at), w.OpenUntil(at) }).Where(t => t > at).Min();
            if (next is not { } moment) return null;
            if (Blocking(windows, byHand, moment).Count == 0) return moment;
            at = moment;
        }

        return null;
    }

    private static string Describe(Window window)
    {
        var spec = window.Spec;
        var zone = spec.TimeZone == "UTC" ? "" : $" {spec.TimeZone}";
        var about = spec.Description.Length > 0 ? $" ({spec.Description})" : "";
        var what = $"\"{spec.Schedule}\"{zone} for {Length(spec.Duration)}{about}";
        return spec.Kind == SyncWindowKind.Deny ? $"closed by the deny window {what}" : $"outside of the allow window {what}";
    }

    /// <summary>How long a window is open, in the form of its definition: <c>8h</c>, <c>1h30m</c>, <c>90s</c> as <c>1.5m</c>.</summary>
    public static string Length(TimeSpan duration) =>
        duration.TotalHours >= 1 && duration.Minutes == 0 && duration.Seconds == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalHours}h")
            : duration.TotalHours >= 1
                ? string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalHours}h{duration.Minutes}m")
                : string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMinutes:0.#}m");

    private static string Until(DateTimeOffset? until, DateTimeOffset now) => until is not { } at
        ? "it does not open any more"
        : $"opens at {at.ToUniversalTime().ToString(at - now < TimeSpan.FromHours(20) ? "HH:mm" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC";
}
