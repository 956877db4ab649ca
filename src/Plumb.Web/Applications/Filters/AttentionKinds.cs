namespace Plumb.Web.Applications.Filters;

/// <summary>Why an application may want a person's look.</summary>
public static class AttentionKinds
{
    /// <summary>All kinds, as they stand in addresses, the most pressing first.</summary>
    public static readonly IReadOnlyList<string> All = ["failing", "confirmation", "drifted", "progressing", "suspended"];

    /// <summary>All kinds, and <c>any</c>.</summary>
    internal static readonly IReadOnlyList<string> WithAny = [.. All, "any"];

    /// <summary>Whether an application is of this kind; <c>any</c> is any but what merely goes on or is suspended on purpose.</summary>
    public static bool Is(ApplicationSummary application, string kind) => kind switch
    {
        "failing" => application.Errors > 0 || application.Health is "Degraded" or "Missing" || application.WaitsOn == "Error",
        "confirmation" => application.NeedsConfirmation || application.WaitsOn is "Confirmation" or "Person",
        "drifted" => application.Sync == "OutOfSync",
        "progressing" => application.Operation.Length > 0 || application.Health == "Progressing",
        "suspended" => application.Suspension is not null,
        "any" => Is(application, "failing") || Is(application, "confirmation") || application.Sync != "Synced" || application.Health != "Healthy",
        _ => true,
    };

    /// <summary>The kind in words.</summary>
    public static string Say(string kind) => kind switch
    {
        "failing" => "Failing",
        "confirmation" => "Waiting",
        "drifted" => "Drifted",
        "progressing" => "In progress",
        "suspended" => "Suspended",
        _ => "Needs attention",
    };

    /// <summary>What the kind means, in one sentence.</summary>
    public static string Explain(string kind) => kind switch
    {
        "failing" => "Degraded, missing, or with errors",
        "confirmation" => "For a person to confirm",
        "drifted" => "The cluster differs from Git",
        "progressing" => "A sync or a rollout goes on",
        "suspended" => "Not synced by itself for now",
        _ => "Not synced, not healthy, failing or waiting",
    };
}
