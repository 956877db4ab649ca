using System.Net;
using Plumb.Server.Http;

namespace Plumb.Server.Access.Http;

/// <summary>
/// Answers only to the names that the server has, so that a name of somebody else which leads here (DNS rebinding) opens nothing. Without
/// sign-in <see cref="LoopbackGuard"/> asks for more: only this machine may speak to the server, and no foreign page.
/// </summary>
internal sealed class HostGuard(AccessServices access)
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        // Probes of a cluster name a Pod's address.
        if (context.Request.Path.Value is "/healthz" or "/readyz") return next(context);
        if (!access.SignIn) return LoopbackGuard.InvokeAsync(context, next);
        var host = context.Request.Host.Host.Trim('[', ']');
        return IsOurs(host)
            ? next(context)
            : Problems.Forbidden(access.Options.Url is { } url
                ? $"the host {host} is not this server's: it is reached at {url}"
                : $"the host {host} is not known to this server; start it with --url https://{host} if that is its address").ExecuteAsync(context);
    }

    private bool IsOurs(string host)
    {
        if (Requests.IsLoopbackName(host)) return true;
        if (access.Options.Url is { } url) return host.Equals(url.Host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);
        // An address cannot be made to lead elsewhere, as a name can.
        return !IPAddress.IsLoopback(access.Listen.Address) && IPAddress.TryParse(host, out _);
    }
}
