using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Plumb.Kubernetes.Clusters;

namespace Plumb.Kubernetes.Client;

/// <summary>The sockets to one server with one client certificate.</summary>
internal sealed class Transport : IDisposable
{
    private readonly ClusterAccess _access;
    private readonly PemPair? _certificate;
    private readonly HttpMessageInvoker _invoker;

    /// <exception cref="CredentialException">A certificate cannot be used.</exception>
    public Transport(ClusterAccess access, PemPair? certificate, KubeClientOptions options, TimeProvider time)
    {
        (_access, _certificate) = (access, certificate);
        _invoker = new HttpMessageInvoker(CreateHandler(access, certificate, options, time));
    }

    public bool Serves(ClusterAccess access, PemPair? certificate) => ReferenceEquals(_access, access) && _certificate == certificate;

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct) => _invoker.SendAsync(request, ct);

    public void Dispose() => _invoker.Dispose();

    private static SocketsHttpHandler CreateHandler(
        ClusterAccess access, PemPair? certificate, KubeClientOptions options, TimeProvider time)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // a redirect would carry the credentials elsewhere
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None, // on the way to a near server it costs more than it saves
            EnableMultipleHttp2Connections = true, // watches alone can use up one connection's streams
            ConnectTimeout = TimeSpan.FromSeconds(10),
            KeepAlivePingDelay = options.PingDelay, // finds half-open connections under watches that are silent for long
            KeepAlivePingTimeout = options.PingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            UseProxy = access.Proxy is not null || !access.Server.IsLoopback, // as Go does with the environment's proxies
        };
        if (access.Proxy is { } proxy) handler.Proxy = ProxyOf(proxy);
        if (access.Server.Scheme == Uri.UriSchemeHttps) handler.SslOptions = Tls(access, certificate, time);
        return handler;
    }

    private static WebProxy ProxyOf(Uri address)
    {
        if (address.UserInfo.Length == 0) return new WebProxy(address);

        // Faults of the transport name the proxy: its address must not hold the password.
        var proxy = new WebProxy(new UriBuilder(address) { UserName = "", Password = "" }.Uri);
        var parts = address.UserInfo.Split(':', 2);
        proxy.Credentials = new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
        return proxy;
    }

    private static SslClientAuthenticationOptions Tls(ClusterAccess access, PemPair? certificate, TimeProvider time)
    {
        var tls = new SslClientAuthenticationOptions();
        if (certificate is not null) tls.ClientCertificateContext = ClientCertificate(certificate, time);
        if (access.Insecure)
        {
            tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true; // the user's own word: insecure-skip-tls-verify
        }
        else if (access.Authority is { } authority)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(Authorities(authority));
            tls.CertificateChainPolicy = policy;
        }

        return tls;
    }

    private static X509Certificate2Collection Authorities(string pem)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new CredentialException($"the cluster's certificate authority is not PEM: {e.Message}", e);
        }

        return authorities.Count > 0 ? authorities : throw new CredentialException("the cluster's certificate authority holds no certificate");
    }

    /// <summary>The certificate we show, with those between it and the authority.</summary>
    private static SslStreamCertificateContext ClientCertificate(PemPair pair, TimeProvider time)
    {
        try
        {
            var own = X509Certificate2.CreateFromPem(pair.Certificate, pair.Key);
            if (own.NotAfter.ToUniversalTime() <= time.GetUtcNow())
            {
                throw new CredentialException(FormattableString.Invariant(
                    $"the client certificate of {own.GetNameInfo(X509NameType.SimpleName, false)} was good until {own.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC: renew it"));
            }

            var others = new X509Certificate2Collection();
            others.ImportFromPem(pair.Certificate);
            if (OperatingSystem.IsWindows()) own = X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pfx), null); // it wants a stored key
            return SslStreamCertificateContext.Create(own, [.. others.Where(c => c.Thumbprint != own.Thumbprint)], offline: true);
        }
        catch (CryptographicException e)
        {
            throw new CredentialException($"the client certificate or its key cannot be used: {e.Message}", e);
        }
    }
}
