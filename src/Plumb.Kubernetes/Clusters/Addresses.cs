using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Clusters;

/// <summary>Addresses of clusters and proxies.</summary>
internal static class Addresses
{
    /// <summary>One spelling for each address: scheme and host in lower case, no usual port, no slash at the end.</summary>
    public static string Normalize(string address)
    {
        var text = address.Trim().TrimEnd('/');
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
            ? uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/')
            : text;
    }

    /// <summary>Reads a proxy's address. Its credentials, if any, are not repeated in the fault.</summary>
    public static Uri Proxy(string url, Func<string, TargetException> fault) =>
        Uri.TryCreate(url, UriKind.Absolute, out var proxy) && proxy.Scheme is "http" or "https" or "socks5"
            ? proxy
            : throw fault("has a proxy address that is not an http, https or socks5 URL");
}
