namespace Plumb.Server.Access.Http;

/// <summary>Headers that tell browsers what a page of this server may do. On every answer, errors too.</summary>
internal static class SecurityHeaders
{
    /// <summary>Nothing from elsewhere, no inline scripts, no frames around it.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
        + "object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

    private const string YearOfHttps = "max-age=31536000";

    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(static state => Add((HttpContext)state), context);
        return next(context);
    }

    private static Task Add(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        // Not no-referrer: that would make forms of this very page send "Origin: null".
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (context.Request.IsHttps && !Requests.IsLoopbackName(context.Request.Host.Host.Trim('[', ']'))) headers.StrictTransportSecurity = YearOfHttps;
        // Answers about people and their systems stay in nobody's cache, the browser's neither.
        if (headers.CacheControl.Count == 0 && (context.Request.IsApi() || context.Request.Path.StartsWithSegments("/auth") || IsPage(context)))
            headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }

    private static bool IsPage(HttpContext context) =>
        context.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true;
}
