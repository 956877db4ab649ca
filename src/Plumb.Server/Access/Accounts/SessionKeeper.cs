using Plumb.Server.Access.Auditing;
using Plumb.Store.Access;

namespace Plumb.Server.Access.Accounts;

/// <summary>Begins, finds and ends sessions of the page. The cookie holds a key that is kept as a hash only.</summary>
internal sealed class SessionKeeper(AccountBook book, AccessOptions options, AuditTrail audit, TimeProvider time)
{
    private const int MaxAgent = 200;
    private const int MostForAccount = 100;

    /// <summary>Begins a session.</summary>
    /// <returns>The key for the cookie; null when the account is gone or disabled.</returns>
    public async Task<string?> BeginAsync(StoredAccount account, string from, string agent, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var key = Secrets.New();
        var session = new StoredSession
        {
            Id = Secrets.NewId(),
            KeyHash = Secrets.Hash(key),
            Account = account.Name,
            Method = account.Kind,
            CreatedAt = now,
            ExpiresAt = now + options.SessionLife,
            LastSeenAt = AccountBook.Minute(now),
            From = from,
            Agent = new string([.. agent.Take(MaxAgent).Where(c => !char.IsControl(c))]),
        };
        var surplus = book.Sessions.Where(s => s.Account == account.Name).OrderByDescending(s => s.CreatedAt).Skip(MostForAccount - 1).Select(s => s.Id).ToHashSet();
        if (surplus.Count > 0) await book.EndSessionsAsync(s => surplus.Contains(s.Id), ct);
        return await book.TryAddAsync(session, ct) ? key : null;
    }

    /// <summary>The session of a cookie's key, live or not.</summary>
    public StoredSession? Find(string key) => book.SessionByKey(Convert.ToHexString(Secrets.Hash(key)));

    /// <summary>Whether it may be used now.</summary>
    public bool IsLive(StoredSession session)
    {
        var now = time.GetUtcNow();
        return now < session.ExpiresAt && now < EndsWhenUnused(session) && book.Account(session.Account) is { Enabled: true };
    }

    /// <summary>When it ends if it is not used again.</summary>
    public DateTimeOffset Ends(StoredSession session) =>
        EndsWhenUnused(session) is var unused && unused < session.ExpiresAt ? unused : session.ExpiresAt;

    /// <summary>Notes that it was used.</summary>
    public void Touch(StoredSession session) => book.Touch(session, time.GetUtcNow());

    /// <summary>Ends it because its owner signed out.</summary>
    public async Task SignOutAsync(Caller caller, CancellationToken ct)
    {
        await book.EndSessionsAsync(s => s.Id == caller.SessionId, ct);
        await audit.RecordAsync(AuditEntry.By(caller, "sign-out", caller.Name), ct);
    }

    // The last use is known to the minute: without the added minute, a session used just now could count as unused for longer.
    private DateTimeOffset EndsWhenUnused(StoredSession session) => session.LastSeenAt + options.SessionIdle + TimeSpan.FromMinutes(1);
}
