using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.StaticAssets;
using Plumb.Server.Http;

namespace Plumb.Server.Access.Http;

/// <summary>
/// Lets nobody in who is not signed in: pages lead to the sign-in page, all else is answered with 401. Open are only the probes, what
/// signing in needs, and the files that the page is made of.
/// </summary>
internal static class CallerGate
{
    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (Caller.Find(context.User) is not null || IsOpen(context)) return next(context);
        if (context.Request.WantsPage())
        {
            context.Response.Redirect(SignInPage(returnUrl: context.Request.Path + context.Request.QueryString));
            return Task.CompletedTask;
        }

        context.Response.Headers.WWWAuthenticate = TokenAuthentication.IsMeant(context.Request) ? "Bearer error=\"invalid_token\"" : "Bearer";
        return Results.Problem(
            TokenAuthentication.IsMeant(context.Request)
                ? "The token is unknown, ended or revoked. Make another: `plumb login`, or `plumb token create`."
                : "Nobody is signed in. Send a token (Authorization: Bearer …); `plumb login` gets one.",
            title: "Not signed in",
            statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(context);
    }

    /// <summary>Address of the sign-in page.</summary>
    public static string SignInPage(string? error = null, string? returnUrl = null)
    {
        var query = new List<string>();
        if (error is not null) query.Add("error=" + Uri.EscapeDataString(error));
        if (Requests.LocalPath(returnUrl) is not "/" and var path) query.Add("returnUrl=" + Uri.EscapeDataString(path));
        return query.Count == 0 ? "/sign-in" : "/sign-in?" + string.Join('&', query);
    }

    private static bool IsOpen(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata is { } endpoint
            && (endpoint.GetMetadata<IAllowAnonymous>() is not null || endpoint.GetMetadata<StaticAssetDescriptor>() is not null))
            return true;
        var path = context.Request.Path;
        return path.Value is "/healthz" or "/readyz" or "/sign-in" or "/api/v1/version" or "/api/v1/session" or "/favicon.ico"
            || path.StartsWithSegments("/auth") || path.StartsWithSegments("/_framework") || path.StartsWithSegments("/_content");
    }
}
