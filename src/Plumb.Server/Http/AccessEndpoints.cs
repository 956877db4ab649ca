using Plumb.Api;
using Plumb.Server.Access;
using Plumb.Server.Api;

namespace Plumb.Server.Http;

/// <summary>Who is who, who may what, and who did what, over HTTP.</summary>
internal static class AccessEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var json = ApiJson.Default;
        var access = api.MapGroup("").WithTags("access");
        access.Get("session", "Who the caller is, or how one signs in.", json.SessionRecord, SessionAsync);
        access.Do(HttpMethod.Post, "permissions", "Answers, in order, whether the caller may do each of these.", json.IReadOnlyListPermissionQuestion, json.IReadOnlyListBoolean,
            (plumb, body, c) => plumb.CanAsync(body, c.RequestAborted));
        access.Get("accounts", "Accounts.", json.IReadOnlyListAccountRecord, (plumb, c) => plumb.ListAccountsAsync(c.RequestAborted));
        access.Do(HttpMethod.Post, "accounts", "Makes a local account.", json.AccountBody, json.AccountRecord, (plumb, body, c) => plumb.CreateAccountAsync(body, c.RequestAborted));
        access.Do(HttpMethod.Patch, "accounts/{name}", "Enables, disables or regroups an account.", json.AccountPatch, json.AccountRecord,
            (plumb, body, c) => plumb.ChangeAccountAsync(c.Route("name"), body, c.RequestAborted));
        access.Do(HttpMethod.Delete, "accounts/{name}", "Deletes an account with its tokens and sessions.", (plumb, c) => plumb.DeleteAccountAsync(c.Route("name"), c.RequestAborted));
        access.Do(HttpMethod.Put, "accounts/{name}/password", "Sets a password.", json.PasswordBody, (plumb, body, c) => plumb.SetPasswordAsync(c.Route("name"), body, c.RequestAborted));
        access.Get("tokens", "Tokens.", json.IReadOnlyListTokenRecord, (plumb, c) => plumb.ListTokensAsync(c.RequestAborted));
        access.Do(HttpMethod.Post, "tokens", "Makes a token; its secret is in the answer and nowhere else.", json.TokenBody, json.NewTokenRecord,
            (plumb, body, c) => plumb.CreateTokenAsync(body, c.RequestAborted));
        access.Do(HttpMethod.Delete, "tokens/{id}", "Revokes a token.", (plumb, c) => plumb.RevokeTokenAsync(c.Route("id"), c.RequestAborted));
        access.Get("sign-ins", "Sessions.", json.IReadOnlyListSignInRecord, (plumb, c) => plumb.ListSignInsAsync(c.RequestAborted));
        access.Do(HttpMethod.Delete, "sign-ins/{id}", "Ends a session.", (plumb, c) => plumb.EndSignInAsync(c.Route("id"), c.RequestAborted));
        access.Get("audit", "Who did what, newest first.", json.PageAuditRecord, (plumb, c) => plumb.ListAuditAsync(Query(new QueryReader(c.Request.Query)), c.RequestAborted))
            .Parameters("who", "action", "subject", "since", "before", "limit", "after");
        access.Get("settings", "How this Plumb is set up.", json.SettingsRecord, (plumb, c) => plumb.GetSettingsAsync(c.RequestAborted));
    }

    /// <summary>Who sends a token means to be somebody: one that does not count is refused, and not answered as nobody.</summary>
    private static Task<SessionRecord> SessionAsync(IPlumbApi plumb, HttpContext context) =>
        context.Request.Headers.Authorization.Count > 0 && Caller.Find(context.User) is null
            ? throw ServerApi.Unauthorized("the token is unknown, ended or revoked: make another with `plumb login` or `plumb token create`")
            : plumb.GetSessionAsync(context.RequestAborted);

    private static AuditQuery Query(QueryReader query) => new()
    {
        Who = query.Text("who"),
        Action = query.Text("action"),
        Subject = query.Text("subject"),
        Since = query.Time("since"),
        Before = query.Time("before"),
        Limit = query.Number("limit", 100),
        After = query.Optional("after"),
    };
}
