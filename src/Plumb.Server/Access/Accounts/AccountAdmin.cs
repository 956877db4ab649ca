using Plumb.Api;

namespace Plumb.Server.Access.Accounts;

/// <summary>
/// Accounts, tokens and sign-ins as a caller may see and change them. What may not be, or is not there, ends in a
/// <see cref="PlumbApiException"/> with status 400, 403, 404 or 409. Records changes in the audit trail.
/// </summary>
public sealed class AccountAdmin
{
    /// <summary>Accounts that the caller may see (<c>accounts, get</c>); their own always.</summary>
    public Task<IReadOnlyList<AccountRecord>> ListAccountsAsync(Caller caller, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Makes a local account (<c>accounts, create</c>).</summary>
    public Task<AccountRecord> CreateAccountAsync(Caller caller, AccountBody body, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Enables, disables or regroups an account (<c>accounts, update</c>). Disabling ends its sessions.</summary>
    public Task<AccountRecord> ChangeAccountAsync(Caller caller, string name, AccountPatch patch, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Deletes an account with its tokens and sessions (<c>accounts, delete</c>).</summary>
    public Task DeleteAccountAsync(Caller caller, string name, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Sets a password: one's own with the present one, another's with <c>accounts, update</c>. Ends the account's other sessions.</summary>
    public Task SetPasswordAsync(Caller caller, string name, PasswordBody body, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>The caller's tokens, those of accounts that they may see, and those of roles of projects that they may see.</summary>
    public Task<IReadOnlyList<TokenRecord>> ListTokensAsync(Caller caller, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Makes a token: for oneself, with <c>accounts, update</c> for another, with <c>projects, update</c> for a project's role.</summary>
    public Task<NewTokenRecord> CreateTokenAsync(Caller caller, TokenBody body, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Revokes a token at once, by the same rights.</summary>
    public Task RevokeTokenAsync(Caller caller, string id, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>The caller's sessions, and those of accounts that they may see.</summary>
    public Task<IReadOnlyList<SignInRecord>> ListSignInsAsync(Caller caller, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Ends a session at once: one's own, another's with <c>accounts, update</c>.</summary>
    public Task EndSignInAsync(Caller caller, string id, CancellationToken ct) => throw new NotImplementedException();
}
