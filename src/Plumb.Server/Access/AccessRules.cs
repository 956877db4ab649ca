using System.Net;

namespace Plumb.Server.Access;

/// <summary>What settings go together.</summary>
internal static class AccessRules
{
    private const int LeastRounds = 100_000;
    private const int LeastAudit = 1_000;
    private const int LeastRequests = 10;

    /// <summary>Whether one must sign in.</summary>
    public static bool SignIn(ServerOptions options) => options.Access.SignIn ?? !IPAddress.IsLoopback(options.Listen.Address);

    /// <summary>Whether people reach the server by https: its own, or that of a proxy.</summary>
    public static bool IsHttps(AccessOptions access) => access.TlsCertificate is not null || access.Url?.Scheme == Uri.UriSchemeHttps;

    /// <summary>Checks them.</summary>
    /// <exception cref="ArgumentException">Some do not go together; all are named.</exception>
    public static void Check(ServerOptions options)
    {
        var faults = Faults(options).ToList();
        if (faults.Count > 0) throw new ArgumentException(string.Join("; ", faults));
    }

    private static IEnumerable<string> Faults(ServerOptions options)
    {
        var access = options.Access;
        var signIn = SignIn(options);
        if (!IPAddress.IsLoopback(options.Listen.Address))
        {
            if (!signIn) yield return $"{options.Listen} is not a loopback address: there everybody could do everything without sign-in. Leave sign-in on, or listen on loopback";
            if (access.TlsCertificate is null && access.TrustedProxies.Count == 0 && !access.InsecureHttp)
            {
                yield return $"{options.Listen} is not a loopback address: passwords would travel readable over plain http. Give a certificate (--tls-cert, --tls-key), "
                    + "name the proxy in front that speaks https (--trusted-proxy, --url), or allow it with --insecure-http";
            }
        }

        if ((access.TlsCertificate is null) != (access.TlsKey is null)) yield return "a certificate and its key go together: give both --tls-cert and --tls-key";
        if (access.Url is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || url.PathAndQuery != "/" || url.UserInfo.Length > 0 || url.Fragment.Length > 0))
            yield return $"--url {url}: write the address that people open, without a path, such as https://plumb.example.com";
        else if (access is { TlsCertificate: not null, Url.Scheme: "http" }) yield return $"--url {access.Url}: the server speaks https; write https://";
        if (access.TrustedProxies.Count > 0 && access.Url is null)
            yield return "behind a proxy the address that people open must be known: give --url too, such as https://plumb.example.com";
        if (access.OpenId is { } provider)
        {
            if (!signIn) yield return "an identity provider is of no use while sign-in is off; turn it on (--sign-in)";
            if (!provider.Issuer.IsAbsoluteUri || !(provider.Issuer.Scheme == Uri.UriSchemeHttps || (provider.Issuer.Scheme == Uri.UriSchemeHttp && provider.Issuer.IsLoopback)))
                yield return $"--oidc-issuer {provider.Issuer}: must be an https address, as anybody on the way could let themselves in";
            if (provider.ClientId.Length == 0) yield return "--oidc-client-id is empty; register a client at the identity provider and give its id";
        }

        if (access.SessionIdle <= TimeSpan.Zero) yield return "SessionIdle must be positive";
        if (access.SessionLife < access.SessionIdle) yield return "SessionLife must be at least SessionIdle";
        if (access.AuditAge <= TimeSpan.Zero) yield return "AuditAge must be positive";
        if (access.AuditCount < LeastAudit) yield return $"AuditCount must be at least {LeastAudit}";
        if (access.PasswordRounds < LeastRounds) yield return $"PasswordRounds must be at least {LeastRounds}";
        if (access.RequestsPerTenSeconds < LeastRequests) yield return $"RequestsPerTenSeconds must be at least {LeastRequests}";
    }
}
