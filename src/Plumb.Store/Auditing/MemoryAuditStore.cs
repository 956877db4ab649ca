using Plumb.Reconcile.Runs;

namespace Plumb.Store.Auditing;

/// <summary>The audit trail of a Plumb that keeps no history.</summary>
public sealed class MemoryAuditStore : IAuditStore
{
    private readonly Lock _gate = new();
    private readonly RunIds _ids = new();
    private readonly List<StoredAuditEntry> _entries = [];

    /// <inheritdoc/>
    public Task<StoredAuditEntry> AppendAsync(StoredAuditEntry entry, CancellationToken ct)
    {
        lock (_gate)
        {
            entry = entry with { Id = _ids.Next(entry.At) };
            _entries.Add(entry);
            return Task.FromResult(entry);
        }
    }

    /// <inheritdoc/>
    public Task<(IReadOnlyList<StoredAuditEntry> Entries, int Total)> FindAsync(AuditFilter filter, CancellationToken ct)
    {
        lock (_gate)
        {
            var fitting = filter.Of(_entries.AsQueryable()).ToList();
            fitting.Reverse();
            IReadOnlyList<StoredAuditEntry> part =
                [.. fitting.Where(e => filter.After is null || string.CompareOrdinal(e.Id, filter.After) < 0).Take(filter.Limit)];
            return Task.FromResult((part, fitting.Count));
        }
    }

    /// <inheritdoc/>
    public Task TrimAsync(DateTimeOffset before, int keep, CancellationToken ct)
    {
        lock (_gate)
        {
            _entries.RemoveAll(e => e.At < before);
            if (_entries.Count > keep) _entries.RemoveRange(0, _entries.Count - keep);
        }

        return Task.CompletedTask;
    }
}
