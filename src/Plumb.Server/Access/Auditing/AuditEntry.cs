namespace Plumb.Server.Access.Auditing;

/// <summary>Something to note in the audit trail. Never put a secret into it.</summary>
public sealed record AuditEntry
{
    /// <summary>Who.</summary>
    public required string Who { get; init; }

    /// <summary>How they were known; see <see cref="Caller.KnownBy"/>.</summary>
    public string Method { get; init; } = "";

    /// <summary>From which network address.</summary>
    public string From { get; init; } = "";

    /// <summary>What: <c>sync</c>, <c>rollback</c>, <c>token.create</c>, …</summary>
    public required string Action { get; init; }

    /// <summary>To what: an application, a cluster, an account.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Its project; empty when it has none.</summary>
    public string Project { get; init; } = "";

    /// <summary>How it ended. Default: done.</summary>
    public AuditOutcome Outcome { get; init; }

    /// <summary>In words: what exactly, and why it did not work.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Commit concerned.</summary>
    public string Revision { get; init; } = "";

    /// <summary>Run concerned.</summary>
    public string Run { get; init; } = "";

    /// <summary>An entry of what a caller did.</summary>
    public static AuditEntry By(Caller caller, string action, string subject, AuditOutcome outcome = AuditOutcome.Done, string detail = "") => new()
    {
        Who = caller.Name,
        Method = caller.KnownBy,
        From = caller.From,
        Action = action,
        Subject = subject,
        Outcome = outcome,
        Detail = detail,
    };
}

/// <summary>How what was asked for ended.</summary>
public enum AuditOutcome
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>It was tried and did not work.</summary>
    Failed,

    /// <summary>The caller may not.</summary>
    Refused,
}
