using System.Linq.Expressions;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Plumb.Store.Sqlite;

namespace Plumb.Store.Access;

/// <summary>Accounts, tokens and sessions in one SQLite file that only its owner may read. What was saved survives a loss of power.</summary>
public sealed class SqliteAccessStore : IAccessStore, IDisposable
{
    private const int BusySeconds = 5;

    private readonly string _file;
    private readonly DbContextOptions<AccessContext> _options;

    private SqliteAccessStore(string file)
    {
        _file = file;
        var connection = new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = BusySeconds }.ToString();
        _options = new DbContextOptionsBuilder<AccessContext>().UseSqlite(connection).AddInterceptors(new FullySynchronous()).Options;
    }

    /// <summary>Opens or creates the file and brings its tables up to date.</summary>
    /// <param name="file">Path of the database file; its folder is created.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="AccessStoreException">It cannot be opened, or is damaged.</exception>
    public static async Task<SqliteAccessStore> OpenAsync(string file, CancellationToken ct)
    {
        var store = new SqliteAccessStore(Path.GetFullPath(file));
        await store.UseAsync(
            async context =>
            {
                store.CreatePrivately();
                await context.Database.MigrateAsync(ct).ConfigureAwait(false);
                await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", ct).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
        return store;
    }

    /// <inheritdoc/>
    public Task<AccessContent> LoadAsync(CancellationToken ct) => UseAsync(async context => new AccessContent(
        await context.Accounts.AsNoTracking().ToListAsync(ct).ConfigureAwait(false),
        await context.Tokens.AsNoTracking().ToListAsync(ct).ConfigureAwait(false),
        await context.Sessions.AsNoTracking().ToListAsync(ct).ConfigureAwait(false)));

    /// <inheritdoc/>
    public Task SaveAsync(StoredAccount account, CancellationToken ct) => SaveAsync(account, a => a.Name == account.Name, ct);

    /// <inheritdoc/>
    public Task SaveAsync(StoredToken token, CancellationToken ct) => SaveAsync(token, t => t.Id == token.Id, ct);

    /// <inheritdoc/>
    public Task SaveAsync(StoredSession session, CancellationToken ct) => SaveAsync(session, s => s.Id == session.Id, ct);

    /// <inheritdoc/>
    public Task DeleteAccountAsync(string name, CancellationToken ct) => UseAsync(async context =>
    {
        await using var all = await context.Database.BeginTransactionAsync(ct).ConfigureAwait(false);
        await context.Sessions.Where(s => s.Account == name).ExecuteDeleteAsync(ct).ConfigureAwait(false);
        await context.Tokens.Where(t => t.Subject == name).ExecuteDeleteAsync(ct).ConfigureAwait(false);
        await context.Accounts.Where(a => a.Name == name).ExecuteDeleteAsync(ct).ConfigureAwait(false);
        await all.CommitAsync(ct).ConfigureAwait(false);
        return true;
    });

    /// <inheritdoc/>
    public Task DeleteTokenAsync(string id, CancellationToken ct) =>
        UseAsync(context => context.Tokens.Where(t => t.Id == id).ExecuteDeleteAsync(ct));

    /// <inheritdoc/>
    public Task DeleteSessionsAsync(IReadOnlyCollection<string> ids, CancellationToken ct) =>
        UseAsync(context => context.Sessions.Where(s => ids.Contains(s.Id)).ExecuteDeleteAsync(ct));

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        using var context = new AccessContext(_options);
        SqliteConnection.ClearPool((SqliteConnection)context.Database.GetDbConnection());
    }

    private Task SaveAsync<T>(T row, Expression<Func<T, bool>> same, CancellationToken ct) where T : class => UseAsync(async context =>
    {
        if (await context.Set<T>().AnyAsync(same, ct).ConfigureAwait(false)) context.Update(row);
        else context.Add(row);
        return await context.SaveChangesAsync(ct).ConfigureAwait(false);
    });

    /// <summary>SQLite gives its journal the mode of the file, but would create the file readable by others.</summary>
    private void CreatePrivately()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        if (OperatingSystem.IsWindows()) return;
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        new FileStream(_file, options).Dispose();
    }

    private async Task<T> UseAsync<T>(Func<AccessContext, Task<T>> use)
    {
        try
        {
            await using var context = new AccessContext(_options);
            return await use(context).ConfigureAwait(false);
        }
        catch (Exception e) when (SqliteFaults.Of(e) is { } fault)
        {
            throw new AccessStoreException(
                SqliteFaults.IsDamage(fault)
                    ? $"{_file}: the accounts are damaged (SQLite error {fault.SqliteErrorCode}). Put a backup in its place, or move it away: then all accounts and tokens are gone, and the first start makes a new admin"
                    : SqliteFaults.Describe(_file, fault),
                e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AccessStoreException(SqliteFaults.Describe(_file, e), e);
        }
    }
}
