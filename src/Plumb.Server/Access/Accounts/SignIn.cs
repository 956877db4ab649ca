using Plumb.Server.Access.Auditing;
using Plumb.Store.Access;

namespace Plumb.Server.Access.Accounts;

/// <summary>How an attempt to sign in ended.</summary>
internal enum SignInResult
{
    /// <summary>Signed in.</summary>
    Done,

    /// <summary>Name or password is wrong; which is not said.</summary>
    Wrong,

    /// <summary>Too many failures; to be tried later.</summary>
    Throttled,

    /// <summary>The password is right, but the account is disabled.</summary>
    Disabled,
}

/// <summary>How it ended.</summary>
/// <param name="Result">How.</param>
/// <param name="Account">Who, when signed in.</param>
/// <param name="Wait">How long to wait, when throttled.</param>
internal readonly record struct SignInAnswer(SignInResult Result, StoredAccount? Account = null, TimeSpan Wait = default);

/// <summary>Signs people in by name and password.</summary>
internal sealed class SignIn(AccountBook book, Passwords passwords, SignInThrottle throttle, AuditTrail audit, TimeProvider time)
{
    /// <summary>Tries a name and a password. Every ending is in the audit trail.</summary>
    /// <param name="name">As typed.</param>
    /// <param name="password">As typed.</param>
    /// <param name="from">Network address.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<SignInAnswer> TryAsync(string name, string password, string from, CancellationToken ct)
    {
        name = name.Trim().ToLowerInvariant();
        var account = book.Account(name);
        // People type their password into the wrong field: only names that there are get into the trail.
        var who = account is null ? "unknown" : name;
        Task Note(AuditOutcome outcome, string detail) => audit.RecordAsync(
            new AuditEntry { Who = who, Method = "local", From = from, Action = "sign-in", Subject = who, Outcome = outcome, Detail = detail }, ct);

        var (wait, isNew) = throttle.Begin(name.Length <= AccountNames.MaxLength ? name : "", from);
        if (wait > TimeSpan.Zero)
        {
            if (isNew) await Note(AuditOutcome.Refused, $"too many failures; the next attempt is possible in {Math.Ceiling(wait.TotalSeconds)} s");
            return new SignInAnswer(SignInResult.Throttled, Wait: wait);
        }

        var verdict = await passwords.VerifyAsync(account, password, ct);
        if (verdict == PasswordVerdict.Wrong || account is null)
        {
            await Note(AuditOutcome.Failed, account is null ? "no account has that name" : "the password is wrong");
            return new SignInAnswer(SignInResult.Wrong);
        }

        throttle.Succeeded(name, from);
        if (!account.Enabled)
        {
            await Note(AuditOutcome.Refused, "the account is disabled");
            return new SignInAnswer(SignInResult.Disabled);
        }

        var hash = verdict == PasswordVerdict.RightButWeak ? await passwords.HashAsync(password, ct) : null;
        var now = time.GetUtcNow();
        account = await book.ChangeAsync(
            name,
            // Another password may have been set meanwhile: its hash must stay.
            a => a with { LastSignInAt = now, PasswordHash = hash is not null && a.PasswordHash == account.PasswordHash ? hash : a.PasswordHash },
            ct);
        if (account is null) return new SignInAnswer(SignInResult.Wrong);
        await Note(AuditOutcome.Done, "");
        return new SignInAnswer(SignInResult.Done, account);
    }
}
