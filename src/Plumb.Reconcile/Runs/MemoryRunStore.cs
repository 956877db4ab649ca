namespace Plumb.Reconcile.Runs;

/// <summary>History for one process: the one-shot command needs no more.</summary>
public sealed class MemoryRunStore : IRunStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Run> _runs = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task SaveAsync(Run run, CancellationToken ct)
    {
        lock (_gate) _runs[run.Id] = run;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Run>> ListAsync(string? application, int limit, CancellationToken ct)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<Run>>([.. _runs.Values
                .Where(r => application is null || r.Application == application)
                .OrderByDescending(r => r.Id, StringComparer.Ordinal).Take(limit)]);
        }
    }

    /// <inheritdoc/>
    public Task<Run?> FindAsync(string id, CancellationToken ct)
    {
        lock (_gate) return Task.FromResult(_runs.GetValueOrDefault(id));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Run>> ListUnfinishedAsync(CancellationToken ct)
    {
        lock (_gate) return Task.FromResult<IReadOnlyList<Run>>([.. _runs.Values.Where(r => r.Phase == RunPhase.Running)]);
    }
}
