namespace Plumb.Reconcile.Runs;

/// <summary>
/// Keeps the history. It never holds desired state: losing it loses history only. All members throw <see cref="HistoryException"/> when it
/// cannot be read or written now.
/// </summary>
public interface IRunStore
{
    /// <summary>Adds the run, or replaces the one with its id. Durable when the task completes.</summary>
    Task SaveAsync(Run run, CancellationToken ct);

    /// <summary>Newest first, by id. <paramref name="application"/> null: of all.</summary>
    Task<IReadOnlyList<Run>> ListAsync(string? application, int limit, CancellationToken ct);

    /// <summary>One run; null when there is none.</summary>
    Task<Run?> FindAsync(string id, CancellationToken ct);

    /// <summary>Runs that never finished: left by a process that stopped.</summary>
    Task<IReadOnlyList<Run>> ListUnfinishedAsync(CancellationToken ct);
}
