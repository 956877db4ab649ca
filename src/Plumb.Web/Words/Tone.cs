namespace Plumb.Web.Words;

/// <summary>What a word of status means to people: its colour and icon. The word itself is always shown too.</summary>
public enum Tone
{
    /// <summary>Nothing is known, or nothing is to be said.</summary>
    Quiet,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Something goes on.</summary>
    Busy,

    /// <summary>Look at it.</summary>
    Warn,

    /// <summary>It is broken.</summary>
    Bad,

    /// <summary>Held on purpose.</summary>
    Held,
}

/// <summary>Words of status.</summary>
internal static class Status
{
    /// <summary>Tone and icon of a word of health, sync, phase, outcome, result, connection or action.</summary>
    public static (Tone Tone, string Icon) Of(string word) => word switch
    {
        "Healthy" => (Tone.Good, "heart"),
        "Progressing" => (Tone.Busy, "turning"),
        "Degraded" => (Tone.Bad, "broken"),
        "Missing" => (Tone.Warn, "ghost"),
        "Suspended" => (Tone.Held, "pause"),
        "Synced" or "Succeeded" or "Connected" or "done" or "Open" => (Tone.Good, "check"),
        "OutOfSync" => (Tone.Warn, "drift"),
        "Running" or "Connecting" => (Tone.Busy, "turning"),
        "Failed" or "Error" or "failed" => (Tone.Bad, "cross"),
        "refused" => (Tone.Warn, "ban"),
        "Terminated" or "Superseded" or "Skipped" or "PruneSkipped" => (Tone.Held, "skip"),
        "Unchanged" or "None" => (Tone.Quiet, "equal"),
        "Pruned" or "Delete" => (Tone.Bad, "minus"),
        "Create" => (Tone.Good, "plus"),
        "Update" or "Replace" => (Tone.Warn, "drift"),
        "NotUsed" or "LeftOut" => (Tone.Quiet, "dash"),
        "Closed" => (Tone.Held, "pause"),
        "Warning" => (Tone.Warn, "warning"),
        "Normal" => (Tone.Quiet, "info"),
        _ => (Tone.Quiet, "question"),
    };

    /// <summary>The word as people read it.</summary>
    public static string Say(string word) => word switch
    {
        "OutOfSync" => "Out of sync",
        "PruneSkipped" => "Not pruned",
        "NotUsed" => "Not used",
        "LeftOut" => "Left out",
        "SelfHeal" => "Self-heal",
        "" => "Unknown",
        _ => word,
    };

    /// <summary>The CSS class of a tone.</summary>
    public static string Class(Tone tone) => tone switch
    {
        Tone.Good => "good",
        Tone.Busy => "busy",
        Tone.Warn => "warn",
        Tone.Bad => "bad",
        Tone.Held => "held",
        _ => "quiet",
    };

    /// <summary>Worst first, for sorting by health.</summary>
    public static int HealthRank(string health) => health switch
    {
        "Degraded" => 0,
        "Missing" => 1,
        "Unknown" => 2,
        "Progressing" => 3,
        "Suspended" => 4,
        _ => 5,
    };

    /// <summary>Out of sync first, for sorting by sync.</summary>
    public static int SyncRank(string sync) => sync switch
    {
        "OutOfSync" => 0,
        "Unknown" => 1,
        _ => 2,
    };
}
