namespace Plumb.Store.Auditing;

/// <summary>Where the audit trail is kept. Entries are added and fall off the end; they are never changed. Safe for concurrent use.</summary>
public interface IAuditStore
{
    /// <summary>Adds an entry and gives it the next id.</summary>
    /// <exception cref="Plumb.Reconcile.Runs.HistoryException">It cannot be written now.</exception>
    Task<StoredAuditEntry> AppendAsync(StoredAuditEntry entry, CancellationToken ct);

    /// <summary>Entries that fit, newest first, and how many there are in all that fit.</summary>
    /// <exception cref="Plumb.Reconcile.Runs.HistoryException">It cannot be read now.</exception>
    Task<(IReadOnlyList<StoredAuditEntry> Entries, int Total)> FindAsync(AuditFilter filter, CancellationToken ct);

    /// <summary>Drops entries made before a time, and the oldest above a count.</summary>
    /// <exception cref="Plumb.Reconcile.Runs.HistoryException">It cannot be written now.</exception>
    Task TrimAsync(DateTimeOffset before, int keep, CancellationToken ct);
}

/// <summary>Which entries. Empty texts leave nothing out.</summary>
/// <param name="Who">Who did it.</param>
/// <param name="Action">What was done.</param>
/// <param name="Subject">What it was done to.</param>
/// <param name="Since">Only from then on.</param>
/// <param name="Before">Only before then.</param>
/// <param name="After">Only older ones than this id; null: from the newest.</param>
/// <param name="Limit">At most this many.</param>
public sealed record AuditFilter(string Who, string Action, string Subject, DateTimeOffset? Since, DateTimeOffset? Before, string? After, int Limit)
{
    /// <summary>The entries that fit, in no order and whatever <see cref="After"/> and <see cref="Limit"/> say.</summary>
    internal IQueryable<StoredAuditEntry> Of(IQueryable<StoredAuditEntry> entries)
    {
        if (Who.Length > 0) entries = entries.Where(e => e.Who == Who);
        if (Action.Length > 0) entries = entries.Where(e => e.Action == Action);
        if (Subject.Length > 0) entries = entries.Where(e => e.Subject == Subject);
        if (Since is { } since) entries = entries.Where(e => e.At >= since);
        if (Before is { } before) entries = entries.Where(e => e.At < before);
        return entries;
    }
}
