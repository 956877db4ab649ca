using System.Security.Authentication;

namespace Plumb.Kubernetes.Client;

/// <summary>Says why a server gave no answer.</summary>
internal static class NoAnswer
{
    /// <summary>From what the sockets threw.</summary>
    public static KubeApiException From(string server, Exception e)
    {
        var kind = (e as HttpRequestException)?.HttpRequestError ?? HttpRequestError.Unknown;
        var tls = kind == HttpRequestError.SecureConnectionError || e.InnerException is AuthenticationException;
        return new KubeApiException(0, tls ? "Tls" : "Unreachable", $"cannot reach {server}: {Detail(e)}", e)
        {
            NeverSent = kind is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError,
        };
    }

    /// <summary>The innermost words that say something.</summary>
    public static string Detail(Exception e)
    {
        var detail = e.InnerException is { } inner and not IOException ? inner.Message : e.Message;
        return detail.Contains("NotTimeValid", StringComparison.Ordinal)
            ? "the server's certificate is not good at this time: it has expired (renew it), or a clock is wrong"
            : detail;
    }
}
