using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Plumb.Server.Access.Http;

namespace Plumb.Server.Access.OpenId;

/// <summary>
/// Signing in through the identity provider: authorization code with PKCE, state and nonce. The provider's tokens are looked at once and
/// not kept; from then on there is a session as for local accounts.
/// </summary>
internal sealed partial class ProviderSignIn(AccessServices access, ProviderAccounts accounts, ILogger<ProviderSignIn> log)
{
    /// <summary>Sets the web framework up for it.</summary>
    public static void Configure(OpenIdConnectOptions oidc, OpenIdOptions options, string? secret, AccessServices access, ProviderSignIn signIn)
    {
        oidc.SignInScheme = AccessSchemes.Cookie;
        oidc.Authority = options.Issuer.AbsoluteUri;
        oidc.ClientId = options.ClientId;
        oidc.ClientSecret = secret;
        oidc.RequireHttpsMetadata = options.Issuer.Scheme == Uri.UriSchemeHttps;
        oidc.ResponseType = OpenIdConnectResponseType.Code;
        // The answer comes by a link, so that the cookies need not be sent along with foreign forms.
        oidc.ResponseMode = OpenIdConnectResponseMode.Query;
        oidc.UsePkce = true;
        oidc.SaveTokens = false;
        oidc.MapInboundClaims = false;
        oidc.GetClaimsFromUserInfoEndpoint = true;
        oidc.BackchannelTimeout = options.AnswerTimeout;
        oidc.CallbackPath = "/auth/oidc/callback";
        oidc.SignedOutCallbackPath = "/auth/oidc/signed-out";
        oidc.RemoteSignOutPath = PathString.Empty;
        oidc.Scope.Clear();
        foreach (var scope in options.Scopes.Prepend("openid").Distinct(StringComparer.Ordinal)) oidc.Scope.Add(scope);
        foreach (var cookie in (CookieBuilder[])[oidc.CorrelationCookie, oidc.NonceCookie])
        {
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = access.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        }

        oidc.Events = new OpenIdConnectEvents
        {
            OnUserInformationReceived = AddUserInfo,
            OnTicketReceived = signIn.AdmitAsync,
            OnRemoteFailure = signIn.Fail,
            OnRedirectToIdentityProvider = context =>
            {
                // Behind a proxy the request's own address may not be the one that is registered there.
                if (access.Options.Url is { } url) context.ProtocolMessage.RedirectUri = new Uri(url, oidc.CallbackPath).AbsoluteUri;
                return Task.CompletedTask;
            },
            OnRedirectToIdentityProviderForSignOut = context =>
            {
                // The provider's tokens are not kept, so its own cookie says who leaves, and this which client they come from.
                context.ProtocolMessage.ClientId = options.ClientId;
                if (access.Options.Url is { } url) context.ProtocolMessage.PostLogoutRedirectUri = new Uri(url, oidc.SignedOutCallbackPath).AbsoluteUri;
                return Task.CompletedTask;
            },
        };
    }

    /// <summary>Many providers give groups only here. What the signed token says already is not overruled.</summary>
    private static Task AddUserInfo(UserInformationReceivedContext context)
    {
        if (context.Principal?.Identity is not ClaimsIdentity identity || context.User.RootElement.ValueKind != JsonValueKind.Object) return Task.CompletedTask;
        var known = identity.Claims.Select(c => c.Type).ToHashSet(StringComparer.Ordinal);
        foreach (var field in context.User.RootElement.EnumerateObject().Where(f => !known.Contains(f.Name)))
        {
            var values = field.Value.ValueKind == JsonValueKind.Array ? field.Value.EnumerateArray().AsEnumerable() : [field.Value];
            foreach (var value in values.Where(v => v.ValueKind is JsonValueKind.String or JsonValueKind.True or JsonValueKind.False))
                identity.AddClaim(new Claim(field.Name, value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText()));
        }

        return Task.CompletedTask;
    }

    private async Task AdmitAsync(TicketReceivedContext context)
    {
        var ct = context.HttpContext.RequestAborted;
        var returnUrl = Requests.LocalPath(context.ReturnUri);
        var (account, error) = await accounts.AdmitAsync(context.Principal!, context.HttpContext.RemoteAddress(), ct);
        var held = account is null ? null : await access.Cookie.BeginAsync(context.HttpContext, account, ct);
        if (held is null)
        {
            context.Response.Redirect(CallerGate.SignInPage(account is null ? error : "disabled", returnUrl));
            context.HandleResponse();
            return;
        }

        context.Principal = held;
        context.Properties = PageCookie.Kept();
        context.ReturnUri = returnUrl;
    }

    private Task Fail(RemoteFailureContext context)
    {
        var why = context.Failure?.Message ?? "no reason given";
        var inner = context.Failure is AuthenticationFailureException or null ? context.Failure?.InnerException ?? context.Failure : context.Failure;
        var error = inner switch
        {
            OpenIdConnectProtocolException => context.Request.Query.ContainsKey("error") ? "provider-refused" : "expired",
            HttpRequestException or TaskCanceledException or InvalidOperationException => "provider-down",
            _ => "expired",
        };
        LogFailed(why);
        context.Response.Redirect(CallerGate.SignInPage(error, context.Properties?.RedirectUri));
        context.HandleResponse();
        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Warning, "sign-in: the identity provider's answer cannot be used: {Problem}")]
    private partial void LogFailed(string problem);
}
