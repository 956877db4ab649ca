using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Plumb.Server.Access.Accounts;

namespace Plumb.Server.Access.Http;

/// <summary>Knows programs by <c>Authorization: Bearer plumb_…</c>.</summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, TokenCheck tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private const string Prefix = "Bearer ";

    /// <summary>Whether a request sends one.</summary>
    public static bool IsMeant(HttpRequest request) =>
        request.Headers.Authorization.ToString().StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!IsMeant(Request)) return Task.FromResult(AuthenticateResult.NoResult());
        var caller = tokens.Find(Request.Headers.Authorization.ToString()[Prefix.Length..].Trim(), Context.RemoteAddress());
        return Task.FromResult(caller is null
            ? AuthenticateResult.Fail("the token is unknown, ended or revoked")
            : AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(), Scheme.Name)));
    }
}
