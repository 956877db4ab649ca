namespace Plumb.Commands.Terminals;

/// <summary>The colours of states.</summary>
internal static class Palette
{
    public static Cell Health(string status) => new(status, status switch
    {
        "Healthy" => "green",
        "Progressing" => "blue",
        "Degraded" => "red",
        "Missing" or "Suspended" => "yellow",
        _ => "grey",
    });

    public static Cell Sync(string status) => new(status, status switch { "Synced" => "green", "OutOfSync" => "yellow", _ => "grey" });

    public static Cell Phase(string phase) => new(phase, phase switch
    {
        "Succeeded" => "green",
        "Running" => "blue",
        "Failed" or "Error" => "red",
        _ => "yellow",
    });

    public static Cell Result(string status) => new(status, status switch
    {
        "Synced" or "Pruned" => "green",
        "Failed" => "red",
        "PruneSkipped" or "Skipped" => "yellow",
        _ => "",
    });

    public static Cell Outcome(string outcome) => new(outcome, outcome switch { "done" => "green", "refused" => "yellow", "failed" => "red", _ => "" });

    public static Cell EventType(string type) => new(type, type == "Warning" ? "yellow" : "");
}
