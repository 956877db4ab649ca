using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;

namespace Plumb.Kubernetes.Client;

/// <summary>
/// Where a cluster is and how to be let in: address, TLS and the source of the <c>Authorization</c> header. Owns the sockets.
/// KubernetesClient reads the kubeconfig and runs authentication plugins; its own HTTP client is not used, as it drops bearer tokens.
/// </summary>
internal sealed class KubeConnection : IDisposable
{
    private readonly KubernetesClientConfiguration _config;
    private readonly HttpMessageInvoker _invoker;
    private readonly string _base;

    public KubeConnection(KubernetesClientConfiguration config)
    {
        _config = config;
        Server = new Uri(config.Host);
        _base = config.Host.TrimEnd('/');
        _invoker = new HttpMessageInvoker(CreateHandler(config, Server));
    }

    /// <summary>The server's address.</summary>
    public Uri Server { get; }

    /// <summary>Sends; the answer's body is not read yet.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, string accept, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, _base + path) { Content = content };
        if (Server.Scheme == Uri.UriSchemeHttps)
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        }

        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.TryAddWithoutValidation("User-Agent", "plumb");
        request.Headers.Authorization = await AuthorizationAsync(ct);
        return await _invoker.SendAsync(request, ct);
    }

    public void Dispose() => _invoker.Dispose();

    private async ValueTask<AuthenticationHeaderValue?> AuthorizationAsync(CancellationToken ct)
    {
        if (_config.TokenProvider is { } provider) return await provider.GetAuthenticationHeaderAsync(ct);
        if (!string.IsNullOrEmpty(_config.AccessToken)) return new AuthenticationHeaderValue("Bearer", _config.AccessToken);
        if (string.IsNullOrEmpty(_config.Username)) return null;
        var pair = Encoding.UTF8.GetBytes($"{_config.Username}:{_config.Password}");
        return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(pair));
    }

    /// <summary>The certificate we show, from the file's data or the files it names; null when there is none.</summary>
    private static X509Certificate2? ClientCertificate(KubernetesClientConfiguration config)
    {
        var certificate = Pem(config.ClientCertificateData, config.ClientCertificateFilePath);
        var key = Pem(config.ClientCertificateKeyData, config.ClientKeyFilePath);
        return certificate is null || key is null ? null : X509Certificate2.CreateFromPem(certificate, key);
    }

    private static string? Pem(string? base64, string? path) =>
        !string.IsNullOrEmpty(base64) ? Encoding.UTF8.GetString(Convert.FromBase64String(base64))
        : !string.IsNullOrEmpty(path) ? File.ReadAllText(path)
        : null;

    private static SocketsHttpHandler CreateHandler(KubernetesClientConfiguration config, Uri server)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // a redirect would carry the credentials elsewhere
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None, // on the way to a near server it costs more than it saves
            EnableMultipleHttp2Connections = true, // watches alone can use up one connection's streams
            ConnectTimeout = TimeSpan.FromSeconds(10),
            KeepAlivePingDelay = TimeSpan.FromSeconds(30), // finds half-open connections under watches that are silent for long
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
        };
        if (server.Scheme != Uri.UriSchemeHttps) return handler;

        var tls = new SslClientAuthenticationOptions();
        if (!string.IsNullOrEmpty(config.TlsServerName)) tls.TargetHost = config.TlsServerName;
        if (ClientCertificate(config) is { } certificate) tls.ClientCertificates = [certificate];
        if (config.SkipTlsVerify)
        {
            tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true; // the user's own word: insecure-skip-tls-verify
        }
        else if (config.SslCaCerts is { Count: > 0 } authorities)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(authorities);
            tls.CertificateChainPolicy = policy;
        }

        handler.SslOptions = tls;
        return handler;
    }
}
