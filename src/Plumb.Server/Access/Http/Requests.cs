using System.Net;

namespace Plumb.Server.Access.Http;

/// <summary>What requests say of themselves.</summary>
internal static class Requests
{
    /// <summary>Network address of the sender, after trusted proxies were believed; empty when it is not known.</summary>
    public static string RemoteAddress(this HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address) return "";
        return (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
    }

    /// <summary>Whether it is for the API, not for the page.</summary>
    public static bool IsApi(this HttpRequest request) => request.Path.StartsWithSegments("/api");

    /// <summary>Whether a browser asks for a page.</summary>
    public static bool WantsPage(this HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && !request.IsApi()
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it asks for a change, or opens a connection through which changes can be asked for.</summary>
    public static bool MayChange(this HttpContext context) =>
        !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method))
        || context.WebSockets.IsWebSocketRequest
        || context.Request.Headers.Upgrade.Count > 0;

    /// <summary>Whether a name is loopback, or an address of it.</summary>
    public static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>A path of this server to go to after signing in; the front page for anything that could lead elsewhere.</summary>
    public static string LocalPath(string? url)
    {
        var isLocal = url is ['/', ..] && (url.Length == 1 || url[1] is not ('/' or '\\')) && url.Length <= 2000 && !url.Any(char.IsControl) && !url.Contains('\\')
            && !url.StartsWith("/auth/", StringComparison.OrdinalIgnoreCase) && !url.StartsWith("/sign-in", StringComparison.OrdinalIgnoreCase);
        return isLocal ? url! : "/";
    }
}
