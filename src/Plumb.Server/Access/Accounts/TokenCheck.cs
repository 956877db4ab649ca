using System.Security.Cryptography;
using Plumb.Store.Access;

namespace Plumb.Server.Access.Accounts;

/// <summary>Whether a token is one of ours.</summary>
internal sealed class TokenCheck(AccountBook book, Callers callers, TimeProvider time)
{
    private static readonly byte[] Nobodys = new byte[SHA256.HashSizeInBytes];

    /// <summary>Who sends it; null when it is unknown, ended, or its account is disabled or gone.</summary>
    public Caller? Find(string text, string from)
    {
        if (!Secrets.TryParse(text, out var id, out var secret)) return null;
        var token = book.Token(id);
        // In constant time, and also for an id that there is not.
        if (!CryptographicOperations.FixedTimeEquals(token?.Hash ?? Nobodys, Secrets.Hash(secret)) || token is null) return null;
        var caller = callers.Current(CallerOf(token, from));
        if (caller is not null) book.Touch(token, time.GetUtcNow());
        return caller;
    }

    private static Caller CallerOf(StoredToken token, string from) =>
        new() { Name = token.Subject, Method = "token", TokenId = token.Id, ExpiresAt = token.ExpiresAt, From = from };
}
