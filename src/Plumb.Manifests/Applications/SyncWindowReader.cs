using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Windows;

namespace Plumb.Manifests.Applications;

/// <summary>Reads one of a project's <c>syncWindows</c>; null when it has faults.</summary>
internal static class SyncWindowReader
{
    private const int LongestDescription = 255;

    public static SyncWindowSpec? Read(FieldReader window)
    {
        var kind = window.Required("kind");
        var schedule = window.Required("schedule");
        var spec = new SyncWindowSpec
        {
            Kind = kind == "deny" ? SyncWindowKind.Deny : SyncWindowKind.Allow,
            Schedule = schedule,
            Duration = window.Duration("duration", TimeSpan.Zero),
            Applications = window.Texts("applications"),
            Namespaces = window.Texts("namespaces"),
            Clusters = window.Texts("clusters"),
            ManualSync = window.Flag("manualSync"),
            TimeZone = window.Text("timeZone") is { Length: > 0 } zone ? zone : "UTC",
            AndOperator = window.Flag("andOperator"),
            Description = window.Text("description"),
            SyncOverrun = window.Flag("syncOverrun"),
        };
        window.Finish();

        if (kind is not ("allow" or "deny" or "")) window.Error("kind", $"is \"{kind}\"; it can be allow or deny");
        if (spec.Duration <= TimeSpan.Zero) window.Error("duration", "must be a duration longer than nothing, such as \"1h\"");
        if (spec.Description.Length > LongestDescription) window.Error("description", $"is longer than {LongestDescription} characters");
        if (spec.Applications.Count + spec.Namespaces.Count + spec.Clusters.Count == 0)
            window.Warn("applications", "is missing, and so are namespaces and clusters: the window is for no application");
        if (schedule.Length == 0) return null;
        if (WindowSchedule.Parse(schedule, spec.TimeZone, out var fault) is not null) return spec;
        window.Error("schedule", fault);
        return null;
    }
}
