using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Plumb.Server.Access.Accounts;
using Plumb.Store.Access;

namespace Plumb.Server.Access.Http;

/// <summary>
/// The page's cookie holds, protected, the key of a session and nothing else; who that is and whether it still may is asked of the server's
/// own records on each request. Each sign-in makes a new key, so that a key planted before is of no use.
/// </summary>
internal sealed class PageCookie(SessionKeeper sessions, Callers callers)
{
    private const string KeyClaim = "plumb:key";

    /// <summary>Its name: the prefix makes browsers refuse one that a neighbour domain or plain http sets.</summary>
    public static string Name(bool https) => https ? "__Host-plumb" : "plumb";

    /// <summary>Sets the web framework up for it.</summary>
    public static void Configure(CookieAuthenticationOptions cookie, AccessServices access)
    {
        cookie.Cookie.Name = Name(access.IsHttps);
        cookie.Cookie.Path = "/";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = access.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        cookie.Cookie.IsEssential = true;
        cookie.ExpireTimeSpan = access.Options.SessionLife;
        cookie.SlidingExpiration = false; // the session slides, in our records
        cookie.TimeProvider = access.Time;
        cookie.Events.OnValidatePrincipal = access.Cookie.ValidateAsync;
        // The gate says what happens to who is not signed in.
        cookie.Events.OnRedirectToLogin = context => Answer(context, StatusCodes.Status401Unauthorized);
        cookie.Events.OnRedirectToAccessDenied = context => Answer(context, StatusCodes.Status403Forbidden);
    }

    /// <summary>Begins a session; what the browser had before ends.</summary>
    /// <returns>What the cookie is to hold; null when the account is gone or disabled.</returns>
    public async Task<ClaimsPrincipal?> BeginAsync(HttpContext context, StoredAccount account, CancellationToken ct)
    {
        if (Caller.Find(context.User) is { SessionId.Length: > 0 } before) await sessions.SignOutAsync(before, ct);
        var key = await sessions.BeginAsync(account, context.RemoteAddress(), context.Request.Headers.UserAgent.ToString(), ct);
        return key is null ? null : new ClaimsPrincipal(new ClaimsIdentity([new Claim(KeyClaim, key)], AccessSchemes.Cookie));
    }

    /// <summary>Kept over a restart of the browser, until the session ends at the latest.</summary>
    public static AuthenticationProperties Kept() => new() { IsPersistent = true };

    private Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var key = context.Principal?.FindFirst(KeyClaim)?.Value;
        if (key is not null && sessions.Find(key) is { } session
            && callers.Current(new Caller
            {
                Name = session.Account,
                Method = session.Method,
                SessionId = session.Id,
                From = context.HttpContext.RemoteAddress(),
            }) is { } caller)
        {
            sessions.Touch(session);
            context.ReplacePrincipal(caller.ToPrincipal());
        }
        else
        {
            context.RejectPrincipal();
        }

        return Task.CompletedTask;
    }

    private static Task Answer(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
