using Microsoft.EntityFrameworkCore;
using Plumb.Reconcile.Runs;
using Plumb.Store.Auditing;

namespace Plumb.Store.Sqlite;

/// <summary>The audit trail lies beside the runs.</summary>
public sealed partial class SqliteRunStore : IAuditStore
{
    private readonly RunIds _auditIds = new(); // used by one write at a time
    private bool _knowsNewest; // the same

    /// <inheritdoc/>
    public Task<StoredAuditEntry> AppendAsync(StoredAuditEntry entry, CancellationToken ct) => _writes.WriteAsync(
        async context =>
        {
            if (!_knowsNewest)
            {
                var newest = await context.Audit.AsNoTracking().OrderByDescending(a => a.Id).Select(a => a.Id).FirstOrDefaultAsync().ConfigureAwait(false);
                if (newest is not null) _auditIds.After(newest);
                _knowsNewest = true;
            }

            var row = entry with { Id = _auditIds.Next(entry.At) };
            context.Audit.Add(row);
            await context.SaveChangesAsync().ConfigureAwait(false);
            return row;
        },
        ct);

    /// <inheritdoc/>
    public Task<(IReadOnlyList<StoredAuditEntry> Entries, int Total)> FindAsync(AuditFilter filter, CancellationToken ct) =>
        UseAsync<(IReadOnlyList<StoredAuditEntry>, int)>(
            async context =>
            {
                var fitting = filter.Of(context.Audit.AsNoTracking());
                var total = await fitting.CountAsync(ct).ConfigureAwait(false);
                if (filter.After is { } after) fitting = fitting.Where(e => string.Compare(e.Id, after) < 0);
                return (await fitting.OrderByDescending(e => e.Id).Take(filter.Limit).ToListAsync(ct).ConfigureAwait(false), total);
            },
            ct);

    /// <inheritdoc/>
    public Task TrimAsync(DateTimeOffset before, int keep, CancellationToken ct) => _writes.WriteAsync(
        async context =>
        {
            await context.Audit.Where(e => e.At < before).ExecuteDeleteAsync().ConfigureAwait(false);
            var oldestKept = await context.Audit.OrderByDescending(e => e.Id).Skip(keep - 1).Select(e => e.Id).FirstOrDefaultAsync().ConfigureAwait(false);
            if (oldestKept is not null) await context.Audit.Where(e => string.Compare(e.Id, oldestKept) < 0).ExecuteDeleteAsync().ConfigureAwait(false);
            return true;
        },
        ct);
}
