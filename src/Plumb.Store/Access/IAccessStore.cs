namespace Plumb.Store.Access;

/// <summary>
/// Where accounts, tokens and sessions are kept. Unlike the history, it is never begun anew by itself: a damaged one would lock everybody out
/// or let a first password in again. Safe for concurrent use.
/// </summary>
public interface IAccessStore
{
    /// <summary>All there is.</summary>
    /// <exception cref="AccessStoreException">It cannot be read now.</exception>
    Task<AccessContent> LoadAsync(CancellationToken ct);

    /// <summary>Adds or replaces an account.</summary>
    /// <exception cref="AccessStoreException">It cannot be written now; nothing was changed. So for the others.</exception>
    Task SaveAsync(StoredAccount account, CancellationToken ct);

    /// <summary>Adds or replaces a token.</summary>
    Task SaveAsync(StoredToken token, CancellationToken ct);

    /// <summary>Adds or replaces a session.</summary>
    Task SaveAsync(StoredSession session, CancellationToken ct);

    /// <summary>Deletes an account, its tokens and its sessions at once.</summary>
    Task DeleteAccountAsync(string name, CancellationToken ct);

    /// <summary>Deletes a token.</summary>
    Task DeleteTokenAsync(string id, CancellationToken ct);

    /// <summary>Deletes sessions.</summary>
    Task DeleteSessionsAsync(IReadOnlyCollection<string> ids, CancellationToken ct);
}

/// <summary>All that is kept.</summary>
/// <param name="Accounts">Accounts.</param>
/// <param name="Tokens">Tokens.</param>
/// <param name="Sessions">Sessions.</param>
public sealed record AccessContent(IReadOnlyList<StoredAccount> Accounts, IReadOnlyList<StoredToken> Tokens, IReadOnlyList<StoredSession> Sessions);

/// <summary>Accounts cannot be read or written; the message names the file, the reason and the remedy.</summary>
public sealed class AccessStoreException(string message, Exception? inner = null) : IOException(message, inner);
