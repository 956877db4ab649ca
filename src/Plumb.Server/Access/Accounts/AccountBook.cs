using System.Collections.Concurrent;
using Plumb.Store.Access;

namespace Plumb.Server.Access.Accounts;

/// <summary>
/// The accounts, tokens and sessions there are, in memory so that each call can ask; every change is written to the store first. Only this
/// server writes the store: the data folder is locked.
/// </summary>
internal sealed class AccountBook : IDisposable
{
    private readonly IAccessStore _store;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly ConcurrentDictionary<string, StoredAccount> _accounts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, StoredToken> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, StoredSession> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _sessionsByKey = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _touched = new(StringComparer.Ordinal);

    private AccountBook(IAccessStore store) => _store = store;

    /// <summary>Accounts.</summary>
    public IEnumerable<StoredAccount> Accounts => _accounts.Values;

    /// <summary>Tokens.</summary>
    public IEnumerable<StoredToken> Tokens => _tokens.Values;

    /// <summary>Sessions, also those that ended and were not cleared away yet.</summary>
    public IEnumerable<StoredSession> Sessions => _sessions.Values;

    /// <summary>Reads all there is.</summary>
    /// <exception cref="AccessStoreException">It cannot be read.</exception>
    public static async Task<AccountBook> LoadAsync(IAccessStore store, CancellationToken ct)
    {
        var book = new AccountBook(store);
        var content = await store.LoadAsync(ct);
        foreach (var account in content.Accounts) book._accounts[account.Name] = account;
        foreach (var token in content.Tokens) book._tokens[token.Id] = token;
        foreach (var session in content.Sessions) book.Keep(session);
        return book;
    }

    /// <summary>An account; null: there is none.</summary>
    public StoredAccount? Account(string name) => _accounts.GetValueOrDefault(name);

    /// <summary>A token; null: there is none.</summary>
    public StoredToken? Token(string id) => _tokens.GetValueOrDefault(id);

    /// <summary>A session; null: there is none.</summary>
    public StoredSession? Session(string id) => _sessions.GetValueOrDefault(id);

    /// <summary>The session with this hash of its key, in hex; null: there is none.</summary>
    public StoredSession? SessionByKey(string keyHash) => _sessionsByKey.GetValueOrDefault(keyHash) is { } id ? Session(id) : null;

    /// <summary>Adds an account; false when there is one of that name.</summary>
    public Task<bool> TryAddAsync(StoredAccount account, CancellationToken ct) => WriteAsync(
        async () =>
        {
            if (_accounts.ContainsKey(account.Name)) return false;
            await _store.SaveAsync(account, ct);
            _accounts[account.Name] = account;
            return true;
        },
        ct);

    /// <summary>Changes an account as it is now; null when there is none.</summary>
    public Task<StoredAccount?> ChangeAsync(string name, Func<StoredAccount, StoredAccount> change, CancellationToken ct) => WriteAsync(
        async () =>
        {
            if (Account(name) is not { } account) return null;
            account = change(account);
            await _store.SaveAsync(account, ct);
            _accounts[name] = account;
            return (StoredAccount?)account;
        },
        ct);

    /// <summary>Deletes an account with its tokens and sessions.</summary>
    public Task DeleteAsync(string name, CancellationToken ct) => WriteAsync(
        async () =>
        {
            await _store.DeleteAccountAsync(name, ct);
            _accounts.TryRemove(name, out _);
            foreach (var token in _tokens.Values.Where(t => t.Subject == name)) _tokens.TryRemove(token.Id, out _);
            foreach (var session in _sessions.Values.Where(s => s.Account == name)) Forget(session);
            return true;
        },
        ct);

    /// <summary>Adds a token, as long as its account is still there.</summary>
    /// <returns>False when the account is gone.</returns>
    public Task<bool> TryAddAsync(StoredToken token, bool forAccount, CancellationToken ct) => WriteAsync(
        async () =>
        {
            if (forAccount && Account(token.Subject) is null) return false;
            await _store.SaveAsync(token, ct);
            _tokens[token.Id] = token;
            return true;
        },
        ct);

    /// <summary>Deletes a token.</summary>
    public Task DeleteTokenAsync(string id, CancellationToken ct) => WriteAsync(
        async () =>
        {
            await _store.DeleteTokenAsync(id, ct);
            return _tokens.TryRemove(id, out _);
        },
        ct);

    /// <summary>Adds a session, as long as its account is there and enabled.</summary>
    /// <returns>False when it is not.</returns>
    public Task<bool> TryAddAsync(StoredSession session, CancellationToken ct) => WriteAsync(
        async () =>
        {
            if (Account(session.Account) is not { Enabled: true }) return false;
            await _store.SaveAsync(session, ct);
            Keep(session);
            return true;
        },
        ct);

    /// <summary>Ends sessions.</summary>
    /// <returns>How many there were.</returns>
    public Task<int> EndSessionsAsync(Func<StoredSession, bool> which, CancellationToken ct) => WriteAsync(
        async () =>
        {
            var ending = _sessions.Values.Where(which).ToList();
            // They end in any case: a disk that cannot be written must not keep them alive until the next start.
            foreach (var session in ending) Forget(session);
            if (ending.Count > 0) await _store.DeleteSessionsAsync([.. ending.Select(s => s.Id)], ct);
            return ending.Count;
        },
        ct);

    /// <summary>Notes that a token was used; written later.</summary>
    public void Touch(StoredToken token, DateTimeOffset now)
    {
        if (token.LastUsedAt == Minute(now)) return;
        if (_tokens.TryUpdate(token.Id, token with { LastUsedAt = Minute(now) }, token)) _touched["t" + token.Id] = true;
    }

    /// <summary>Notes that a session was used; written later.</summary>
    public void Touch(StoredSession session, DateTimeOffset now)
    {
        if (session.LastSeenAt == Minute(now)) return;
        if (_sessions.TryUpdate(session.Id, session with { LastSeenAt = Minute(now) }, session)) _touched["s" + session.Id] = true;
    }

    /// <summary>Writes when tokens and sessions were last used.</summary>
    public Task WriteTouchedAsync(CancellationToken ct) => WriteAsync(
        async () =>
        {
            foreach (var key in _touched.Keys)
            {
                if (!_touched.TryRemove(key, out _)) continue;
                if (key[0] == 't' && Token(key[1..]) is { } token) await _store.SaveAsync(token, ct);
                else if (key[0] == 's' && Session(key[1..]) is { } session) await _store.SaveAsync(session, ct);
            }

            return true;
        },
        ct);

    /// <summary>The beginning of the minute.</summary>
    public static DateTimeOffset Minute(DateTimeOffset at) => at.AddTicks(-(at.UtcTicks % TimeSpan.TicksPerMinute));

    /// <summary>Ends the use of the lock.</summary>
    public void Dispose() => _writing.Dispose();

    private void Keep(StoredSession session)
    {
        _sessions[session.Id] = session;
        _sessionsByKey[Convert.ToHexString(session.KeyHash)] = session.Id;
    }

    private void Forget(StoredSession session)
    {
        _sessions.TryRemove(session.Id, out _);
        _sessionsByKey.TryRemove(Convert.ToHexString(session.KeyHash), out _);
    }

    private async Task<T> WriteAsync<T>(Func<Task<T>> write, CancellationToken ct)
    {
        await _writing.WaitAsync(ct);
        try
        {
            return await write();
        }
        finally
        {
            _writing.Release();
        }
    }
}
