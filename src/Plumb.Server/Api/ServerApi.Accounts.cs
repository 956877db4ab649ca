using Plumb.Api;

namespace Plumb.Server.Api;

/// <content>The caller, accounts and tokens, and the audit trail.</content>
internal sealed partial class ServerApi
{
    public Task<SessionRecord> GetSessionAsync(CancellationToken ct)
    {
        var provider = parts.Options.Access.OpenId?.Name ?? "";
        if (signedIn is null) return Task.FromResult(new SessionRecord { SignIn = true, LocalAccounts = true, IdentityProvider = provider });
        var caller = Caller;
        return Task.FromResult(new SessionRecord
        {
            Name = caller.IsOpen ? "" : caller.Name,
            DisplayName = caller.DisplayName.Length > 0 ? caller.DisplayName : caller.Name,
            Groups = caller.Groups,
            Method = caller.Method,
            SignIn = !caller.IsOpen,
            LocalAccounts = !caller.IsOpen,
            IdentityProvider = provider,
            ExpiresAt = caller.ExpiresAt,
        });
    }

    public Task<IReadOnlyList<bool>> CanAsync(IReadOnlyList<PermissionQuestion> questions, CancellationToken ct)
    {
        const int MaxQuestions = 1000;
        if (questions.Count > MaxQuestions) throw BadRequest($"{questions.Count} questions at once; at most {MaxQuestions}");
        if (questions.Any(q => q is not { Resource.Length: > 0, Action.Length: > 0, Subject.Length: > 0 }))
            throw BadRequest("each question needs a resource, an action and a subject; * as subject asks whether there may be any");
        var caller = Caller;
        return Task.FromResult<IReadOnlyList<bool>>(
            [.. questions.Select(q => q.Subject == "*" ? parts.Rights.MaySome(caller, q.Resource, q.Action) : May(caller, q.Resource, q.Action, q.Subject))]);
    }

    public Task<IReadOnlyList<AccountRecord>> ListAccountsAsync(CancellationToken ct) => parts.Accounts.ListAccountsAsync(Caller, ct);

    public Task<AccountRecord> CreateAccountAsync(AccountBody body, CancellationToken ct) => parts.Accounts.CreateAccountAsync(Caller, body, ct);

    public Task<AccountRecord> ChangeAccountAsync(string name, AccountPatch patch, CancellationToken ct) => parts.Accounts.ChangeAccountAsync(Caller, name, patch, ct);

    public Task DeleteAccountAsync(string name, CancellationToken ct) => parts.Accounts.DeleteAccountAsync(Caller, name, ct);

    public Task SetPasswordAsync(string name, PasswordBody body, CancellationToken ct) => parts.Accounts.SetPasswordAsync(Caller, name, body, ct);

    public Task<IReadOnlyList<TokenRecord>> ListTokensAsync(CancellationToken ct) => parts.Accounts.ListTokensAsync(Caller, ct);

    public Task<NewTokenRecord> CreateTokenAsync(TokenBody body, CancellationToken ct) => parts.Accounts.CreateTokenAsync(Caller, body, ct);

    public Task RevokeTokenAsync(string id, CancellationToken ct) => parts.Accounts.RevokeTokenAsync(Caller, id, ct);

    public Task<IReadOnlyList<SignInRecord>> ListSignInsAsync(CancellationToken ct) => parts.Accounts.ListSignInsAsync(Caller, ct);

    public Task EndSignInAsync(string id, CancellationToken ct) => parts.Accounts.EndSignInAsync(Caller, id, ct);

    public async Task<Page<AuditRecord>> ListAuditAsync(AuditQuery query, CancellationToken ct)
    {
        const int MaxEntries = 1000;
        await DemandAsync(Caller, "audit", "get", "*", "read", "the audit trail", "", ct);
        if (query.Limit is < 1 or > MaxEntries) throw BadRequest($"limit is {query.Limit}; it can be 1 to {MaxEntries}");
        return await parts.Audit.ListAsync(query, ct);
    }
}
