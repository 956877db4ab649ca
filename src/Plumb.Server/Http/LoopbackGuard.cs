using System.Net;

namespace Plumb.Server.Http;

/// <summary>
/// There is no sign-in yet, so only programs of this machine may speak to the server: it listens on loopback, refuses names that do
/// not mean loopback (DNS rebinding) and refuses requests that a foreign web page makes (cross-site).
/// </summary>
internal static class LoopbackGuard
{
    public static async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (Refusal(context.Request) is { } reason)
        {
            await Problems.Forbidden(reason).ExecuteAsync(context);
            return;
        }

        await next(context);
    }

    private static string? Refusal(HttpRequest request)
    {
        var host = request.Host.Host.Trim('[', ']');
        if (!host.Equals("localhost", StringComparison.OrdinalIgnoreCase) && !(IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address)))
            return $"the host {host} is not this machine's loopback";
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site) && site.ToString() is not ("same-origin" or "none"))
            return "requests from other web sites are refused";
        return request.Headers.TryGetValue("Origin", out var origin)
            && (!Uri.TryCreate(origin, UriKind.Absolute, out var from) || !from.IsLoopback)
            ? "requests from other web sites are refused"
            : null;
    }
}
