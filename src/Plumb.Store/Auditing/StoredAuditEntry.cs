namespace Plumb.Store.Auditing;

/// <summary>An entry of the audit trail as it is kept.</summary>
public sealed record StoredAuditEntry
{
    /// <summary>Id; ids sort by time. The store gives it.</summary>
    public string Id { get; init; } = "";

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who.</summary>
    public required string Who { get; init; }

    /// <summary>How they were known.</summary>
    public required string Method { get; init; }

    /// <summary>From which network address.</summary>
    public required string From { get; init; }

    /// <summary>What.</summary>
    public required string Action { get; init; }

    /// <summary>To what.</summary>
    public required string Subject { get; init; }

    /// <summary>Its project.</summary>
    public required string Project { get; init; }

    /// <summary>How it ended, in one word.</summary>
    public required string Outcome { get; init; }

    /// <summary>In words.</summary>
    public required string Detail { get; init; }

    /// <summary>Commit concerned.</summary>
    public required string Revision { get; init; }

    /// <summary>Run concerned.</summary>
    public required string Run { get; init; }
}
