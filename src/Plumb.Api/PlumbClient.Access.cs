using System.Net.Http.Json;

namespace Plumb.Api;

/// <content>Who is who, who may what, and who did what.</content>
public sealed partial class PlumbClient
{
    /// <inheritdoc/>
    public Task<SessionRecord> GetSessionAsync(CancellationToken ct) => GetAsync("session", ApiJson.Default.SessionRecord, ct);

    /// <summary>Signs in with a password: a token that is good for a day.</summary>
    public Task<NewTokenRecord> SignInAsync(SignInBody body, CancellationToken ct) =>
        SendAsync(HttpMethod.Post, "session", body, ApiJson.Default.SignInBody, ApiJson.Default.NewTokenRecord, ct);

    /// <inheritdoc/>
    public Task<IReadOnlyList<bool>> CanAsync(IReadOnlyList<PermissionQuestion> questions, CancellationToken ct) =>
        SendAsync(HttpMethod.Post, "permissions", questions, ApiJson.Default.IReadOnlyListPermissionQuestion, ApiJson.Default.IReadOnlyListBoolean, ct);

    /// <inheritdoc/>
    public Task<Page<AuditRecord>> ListAuditAsync(AuditQuery query, CancellationToken ct) =>
        GetAsync(
            "audit" + Query(
                ("who", query.Who), ("action", query.Action), ("subject", query.Subject), ("since", Time(query.Since)), ("before", Time(query.Before)),
                ("limit", Number(query.Limit)), ("after", query.After ?? "")),
            ApiJson.Default.PageAuditRecord, ct);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AccountRecord>> ListAccountsAsync(CancellationToken ct) => GetAsync("accounts", ApiJson.Default.IReadOnlyListAccountRecord, ct);

    /// <inheritdoc/>
    public Task<AccountRecord> CreateAccountAsync(AccountBody body, CancellationToken ct) =>
        SendAsync(HttpMethod.Post, "accounts", body, ApiJson.Default.AccountBody, ApiJson.Default.AccountRecord, ct);

    /// <inheritdoc/>
    public Task<AccountRecord> ChangeAccountAsync(string name, AccountPatch patch, CancellationToken ct) =>
        SendAsync(HttpMethod.Patch, $"accounts/{Escape(name)}", patch, ApiJson.Default.AccountPatch, ApiJson.Default.AccountRecord, ct);

    /// <inheritdoc/>
    public Task DeleteAccountAsync(string name, CancellationToken ct) => DoAsync(HttpMethod.Delete, $"accounts/{Escape(name)}", null, ct);

    /// <inheritdoc/>
    public Task SetPasswordAsync(string name, PasswordBody body, CancellationToken ct) =>
        DoAsync(HttpMethod.Put, $"accounts/{Escape(name)}/password", JsonContent.Create(body, ApiJson.Default.PasswordBody), ct);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TokenRecord>> ListTokensAsync(CancellationToken ct) => GetAsync("tokens", ApiJson.Default.IReadOnlyListTokenRecord, ct);

    /// <inheritdoc/>
    public Task<NewTokenRecord> CreateTokenAsync(TokenBody body, CancellationToken ct) =>
        SendAsync(HttpMethod.Post, "tokens", body, ApiJson.Default.TokenBody, ApiJson.Default.NewTokenRecord, ct);

    /// <inheritdoc/>
    public Task RevokeTokenAsync(string id, CancellationToken ct) => DoAsync(HttpMethod.Delete, $"tokens/{Escape(id)}", null, ct);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SignInRecord>> ListSignInsAsync(CancellationToken ct) => GetAsync("sign-ins", ApiJson.Default.IReadOnlyListSignInRecord, ct);

    /// <inheritdoc/>
    public Task EndSignInAsync(string id, CancellationToken ct) => DoAsync(HttpMethod.Delete, $"sign-ins/{Escape(id)}", null, ct);
}
