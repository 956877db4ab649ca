using Plumb.Server.Http;

namespace Plumb.Server.Access.Http;

/// <summary>
/// Refuses changes that another web site makes a browser ask for: it sends the cookie along, but says where the request came from.
/// Programs with a token need not say, as no foreign page can send it.
/// </summary>
internal static class SameOrigin
{
    public static Task InvokeAsync(HttpContext context, RequestDelegate next) =>
        !context.MayChange() || TokenAuthentication.IsMeant(context.Request) || Fault(context) is not { } fault
            ? next(context)
            : Problems.Forbidden(fault).ExecuteAsync(context);

    private static string? Fault(HttpContext context)
    {
        const string Foreign = "requests from other web sites are refused";
        var request = context.Request;
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site))
            return site.ToString() is "same-origin" or "none" ? null : Foreign;
        if (request.Headers.Origin.Count > 0)
        {
            return request.Headers.Origin is [{ } origin] && Uri.TryCreate(origin, UriKind.Absolute, out var from)
                && from.GetLeftPart(UriPartial.Authority).Equals(Own(request), StringComparison.OrdinalIgnoreCase)
                ? null
                : Foreign;
        }

        // Every browser in use says one of the two. A program with a cookie should have a token.
        return Caller.Find(context.User) is { SessionId.Length: > 0 }
            ? "a change with a cookie must say where it comes from (Origin); programs use a token instead: plumb token create"
            : null;
    }

    private static string Own(HttpRequest request) => new Uri($"{request.Scheme}://{request.Host}").GetLeftPart(UriPartial.Authority);
}
