using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Plumb.Reconcile.Runs;

namespace Plumb.Store.Sqlite;

/// <summary>
/// The history in one SQLite file. Safe for concurrent use. A damaged file is set aside (<c>.damaged-…</c>) and a new one begun: the
/// history is never worth stopping delivery for.
/// </summary>
public sealed class SqliteRunStore : IRunStore
{
    private readonly DbContextOptions<SqliteStoreContext> _options;
    private readonly int _keep;

    private SqliteRunStore(DbContextOptions<SqliteStoreContext> options, int keep)
    {
        _options = options;
        _keep = keep;
    }

    /// <summary>Opens or creates the file and brings its tables up to date.</summary>
    /// <param name="file">Path of the database file; its folder is created.</param>
    /// <param name="keep">Finished runs kept per application; older ones are dropped. At least 1.</param>
    /// <param name="time">Clock for the name of a file set aside.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static async Task<SqliteRunStore> OpenAsync(string file, int keep, TimeProvider time, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var connection = new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 30 }.ToString();
        var store = new SqliteRunStore(new DbContextOptionsBuilder<SqliteStoreContext>().UseSqlite(connection).Options, keep);
        try
        {
            await store.MigrateAsync(ct).ConfigureAwait(false);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is 11 or 26)
        {
            // SQLITE_CORRUPT, SQLITE_NOTADB.
            SqliteConnection.ClearAllPools();
            File.Move(file, $"{file}.damaged-{time.GetUtcNow():yyyyMMddHHmmss}");
            await store.MigrateAsync(ct).ConfigureAwait(false);
        }

        return store;
    }

    /// <inheritdoc/>
    public async Task SaveAsync(Run run, CancellationToken ct)
    {
        await using var context = new SqliteStoreContext(_options);
        var row = await context.Runs.FindAsync([run.Id], ct).ConfigureAwait(false);
        if (row is null)
        {
            context.Runs.Add(new RunRow
            {
                Id = run.Id,
                Application = run.Application,
                Phase = run.Phase.ToString(),
                StartedAt = run.StartedAt.UtcTicks,
                FinishedAt = run.FinishedAt?.UtcTicks,
                Document = RunDocument.Write(run),
            });
        }
        else
        {
            row.Phase = run.Phase.ToString();
            row.FinishedAt = run.FinishedAt?.UtcTicks;
            row.Document = RunDocument.Write(run);
        }

        await context.SaveChangesAsync(ct).ConfigureAwait(false);
        if (run.FinishedAt is not null) await TrimAsync(context, run.Application, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Run>> ListAsync(string? application, int limit, CancellationToken ct)
    {
        await using var context = new SqliteStoreContext(_options);
        var query = context.Runs.AsNoTracking();
        if (application is not null) query = query.Where(r => r.Application == application);
        var documents = await query.OrderByDescending(r => r.StartedAt).ThenByDescending(r => r.Id).Take(limit)
            .Select(r => r.Document).ToListAsync(ct).ConfigureAwait(false);
        return [.. documents.Select(RunDocument.Read)];
    }

    /// <inheritdoc/>
    public async Task<Run?> FindAsync(string id, CancellationToken ct)
    {
        await using var context = new SqliteStoreContext(_options);
        var row = await context.Runs.FindAsync([id], ct).ConfigureAwait(false);
        return row is null ? null : RunDocument.Read(row.Document);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Run>> ListUnfinishedAsync(CancellationToken ct)
    {
        await using var context = new SqliteStoreContext(_options);
        var running = nameof(RunPhase.Running);
        var documents = await context.Runs.AsNoTracking().Where(r => r.Phase == running).OrderBy(r => r.StartedAt)
            .Select(r => r.Document).ToListAsync(ct).ConfigureAwait(false);
        return [.. documents.Select(RunDocument.Read)];
    }

    private async Task MigrateAsync(CancellationToken ct)
    {
        await using var context = new SqliteStoreContext(_options);
        await context.Database.MigrateAsync(ct).ConfigureAwait(false);
        // Readers do not wait for the writer.
        await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", ct).ConfigureAwait(false);
    }

    private async Task TrimAsync(SqliteStoreContext context, string application, CancellationToken ct)
    {
        var stale = await context.Runs.Where(r => r.Application == application && r.FinishedAt != null)
            .OrderByDescending(r => r.StartedAt).Skip(_keep).Select(r => r.Id).ToListAsync(ct).ConfigureAwait(false);
        if (stale.Count > 0) await context.Runs.Where(r => stale.Contains(r.Id)).ExecuteDeleteAsync(ct).ConfigureAwait(false);
    }
}
