using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Plumb.Reconcile.Registry;
using Plumb.Reconcile.Runs;

namespace Plumb.Store.Sqlite;

/// <summary>
/// The history in one SQLite file. Safe for concurrent use. A damaged file is set aside (<c>.damaged-…</c>) and a new one begun, whenever
/// that shows: the history is never worth stopping delivery for. What was saved survives a loss of power (<c>synchronous=FULL</c>).
/// </summary>
public sealed partial class SqliteRunStore : IRunStore, IRegistrationStore, IDisposable
{
    private const int BusySeconds = 5;

    private readonly string _file;
    private readonly DbContextOptions<SqliteStoreContext> _options;
    private readonly int _keep;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _opening = new(1);
    private readonly GroupCommit _writes;
    private volatile bool _ready;

    private SqliteRunStore(string file, int keep, TimeProvider time)
    {
        var connection = new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = BusySeconds }.ToString();
        (_file, _keep, _time) = (file, keep, time);
        _writes = new GroupCommit(write => UseAsync(write, CancellationToken.None));
        _options = new DbContextOptionsBuilder<SqliteStoreContext>().UseSqlite(connection).AddInterceptors(new FullySynchronous()).Options;
    }

    /// <summary>
    /// Opens or creates the file and brings its tables up to date. One that cannot be opened now (locked, no space) is opened by the first
    /// use that can.
    /// </summary>
    /// <param name="file">Path of the database file; its folder is created.</param>
    /// <param name="keep">Finished runs kept per application; older ones are dropped. At least 1.</param>
    /// <param name="time">Clock for the name of a file set aside.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<SqliteRunStore> OpenAsync(string file, int keep, TimeProvider time, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        var store = new SqliteRunStore(Path.GetFullPath(file), keep, time);
        try
        {
            await store.UseAsync(_ => Task.FromResult(true), ct).ConfigureAwait(false);
        }
        catch (HistoryException)
        {
            // Said by the first use that needs it.
        }

        return store;
    }

    /// <inheritdoc/>
    public Task SaveAsync(Run run, CancellationToken ct) => _writes.WriteAsync(
        async context =>
        {
            var row = await context.Runs.FindAsync([run.Id], CancellationToken.None).ConfigureAwait(false);
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

            await context.SaveChangesAsync(CancellationToken.None).ConfigureAwait(false);
            if (run.FinishedAt is not null) await TrimAsync(context, run.Application, CancellationToken.None).ConfigureAwait(false);
            return true;
        },
        ct);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Run>> ListAsync(string? application, int limit, CancellationToken ct) => UseAsync<IReadOnlyList<Run>>(
        async context =>
        {
            var query = context.Runs.AsNoTracking();
            if (application is not null) query = query.Where(r => r.Application == application);
            // Ids sort in the order of their making; the clock may have been set back between two starts.
            var documents = await query.OrderByDescending(r => r.Id).Take(limit).Select(r => r.Document).ToListAsync(ct).ConfigureAwait(false);
            return [.. documents.Select(RunDocument.Read)];
        },
        ct);

    /// <inheritdoc/>
    public Task<Run?> FindAsync(string id, CancellationToken ct) => UseAsync(
        async context =>
        {
            var row = await context.Runs.FindAsync([id], ct).ConfigureAwait(false);
            return row is null ? null : RunDocument.Read(row.Document);
        },
        ct);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Run>> ListUnfinishedAsync(CancellationToken ct) => UseAsync<IReadOnlyList<Run>>(
        async context =>
        {
            var running = nameof(RunPhase.Running);
            var documents = await context.Runs.AsNoTracking().Where(r => r.Phase == running).OrderBy(r => r.Id)
                .Select(r => r.Document).ToListAsync(ct).ConfigureAwait(false);
            return [.. documents.Select(RunDocument.Read)];
        },
        ct);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Registration>> ListRegistrationsAsync(CancellationToken ct) => UseAsync<IReadOnlyList<Registration>>(
        async context =>
        {
            var documents = await context.Registrations.AsNoTracking().Select(r => r.Document).ToListAsync(ct).ConfigureAwait(false);
            return [.. documents.Select(RunDocument.ReadRegistration).OfType<Registration>()];
        },
        ct);

    /// <inheritdoc/>
    public Task SaveRegistrationsAsync(IReadOnlyDictionary<string, Registration?> changes, CancellationToken ct) => _writes.WriteAsync(
        async context =>
        {
            foreach (var (application, registration) in changes)
            {
                var row = await context.Registrations.FindAsync([application], CancellationToken.None).ConfigureAwait(false);
                if (registration is null)
                {
                    if (row is not null) context.Registrations.Remove(row);
                }
                else if (row is null)
                {
                    context.Registrations.Add(new RegistrationRow { Application = application, Document = RunDocument.Write(registration) });
                }
                else
                {
                    row.Document = RunDocument.Write(registration);
                }
            }

            await context.SaveChangesAsync(CancellationToken.None).ConfigureAwait(false);
            return true;
        },
        ct);

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        using (var context = new SqliteStoreContext(_options)) SqliteConnection.ClearPool((SqliteConnection)context.Database.GetDbConnection());
        _opening.Dispose();
        _writes.Dispose();
    }

    private async Task<T> UseAsync<T>(Func<SqliteStoreContext, Task<T>> use, CancellationToken ct)
    {
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await ReadyAsync(ct).ConfigureAwait(false);
                    await using var context = new SqliteStoreContext(_options);
                    return await use(context).ConfigureAwait(false);
                }
                catch (Exception e) when (attempt == 1 && SqliteFaults.Of(e) is { } fault && SqliteFaults.IsDamage(fault))
                {
                    await SetAsideAsync(ct).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (SqliteFaults.Of(e) is { } fault)
        {
            throw new HistoryException(SqliteFaults.Describe(_file, fault), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HistoryException(SqliteFaults.Describe(_file, e), e);
        }
    }

    private async Task ReadyAsync(CancellationToken ct)
    {
        if (_ready && File.Exists(_file)) return;
        await _opening.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (_ready && File.Exists(_file)) return;
            // Somebody took the file away: connections that still hold it must not write to what nobody will ever read.
            if (_ready) ClosePool();
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            await using var context = new SqliteStoreContext(_options);
            await context.Database.MigrateAsync(ct).ConfigureAwait(false);
            // Readers do not wait for the writer.
            await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", ct).ConfigureAwait(false);
            _ready = true;
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task SetAsideAsync(CancellationToken ct)
    {
        await _opening.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            _ready = false;
            ClosePool();
            var aside = $"{_file}.damaged-{_time.GetUtcNow():yyyyMMddHHmmssfff}";
            if (File.Exists(_file)) File.Move(_file, aside);
            // Its journal belongs to it: left behind, it would be played into the new file.
            foreach (var suffix in (string[])["-wal", "-shm"])
            {
                if (File.Exists(_file + suffix)) File.Move(_file + suffix, aside + suffix);
            }
        }
        finally
        {
            _opening.Release();
        }
    }

    private void ClosePool()
    {
        using var context = new SqliteStoreContext(_options);
        SqliteConnection.ClearPool((SqliteConnection)context.Database.GetDbConnection());
    }

    private async Task TrimAsync(SqliteStoreContext context, string application, CancellationToken ct)
    {
        var stale = await context.Runs.Where(r => r.Application == application && r.FinishedAt != null)
            .OrderByDescending(r => r.Id).Skip(_keep).Select(r => r.Id).ToListAsync(ct).ConfigureAwait(false);
        if (stale.Count > 0) await context.Runs.Where(r => stale.Contains(r.Id)).ExecuteDeleteAsync(ct).ConfigureAwait(false);
    }
}
