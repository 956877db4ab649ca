namespace Plumb.Reconcile.Applications;

/// <summary>Whether a window opens or closes.</summary>
public enum SyncWindowKind
{
    /// <summary>Syncs are possible only while one of these is open.</summary>
    Allow,

    /// <summary>No sync while it is open; wins over those that allow.</summary>
    Deny,
}

/// <summary>One of a project's <c>syncWindows</c>; the meaning is Argo CD's.</summary>
public sealed record SyncWindowSpec
{
    /// <summary><c>kind</c>.</summary>
    public required SyncWindowKind Kind { get; init; }

    /// <summary><c>schedule</c>: cron with five fields, the minutes at which it opens.</summary>
    public required string Schedule { get; init; }

    /// <summary><c>duration</c>: how long it stays open. Positive.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary><c>applications</c>: patterns of names.</summary>
    public IReadOnlyList<string> Applications { get; init; } = [];

    /// <summary><c>namespaces</c>: patterns of the destination's namespace.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary><c>clusters</c>: patterns of the destination's name or server.</summary>
    public IReadOnlyList<string> Clusters { get; init; } = [];

    /// <summary><c>manualSync</c>: it does not keep people from syncing by hand. Default: false.</summary>
    public bool ManualSync { get; init; }

    /// <summary><c>timeZone</c> of the schedule, by IANA name. Default: UTC.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary><c>andOperator</c>: all the lists that are given must match, not just one of them. Default: false.</summary>
    public bool AndOperator { get; init; }

    /// <summary><c>description</c>, for people.</summary>
    public string Description { get; init; } = "";

    /// <summary><c>syncOverrun</c>: a sync that began in time may be finished. Default: false, it waits for the next opening.</summary>
    public bool SyncOverrun { get; init; }
}
