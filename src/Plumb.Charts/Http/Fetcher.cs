using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Plumb.Charts.Credentials;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Http;

/// <summary>
/// Requests with bounds on size and time. Redirects are followed here, so that credentials stay with the host they are for and nothing
/// goes from https to http.
/// </summary>
internal sealed class Fetcher : IDisposable
{
    private const int MaxRedirects = 10;

    private readonly ChartOptions _options;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string? Authority, string? Certificate, string? Key, bool Skip), HttpClient> _clients = [];
    private readonly TimeProvider _time;

    public Fetcher(ChartOptions options, TimeProvider time) => (_options, _time) = (options, time);

    /// <exception cref="SourceException">Not to be had.</exception>
    public async Task<Fetched> GetAsync(FetchRequest request, ChartCredential credential, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var timer = _time.CreateTimer(static s => ((CancellationTokenSource)s!).Cancel(), over, _options.RequestTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            return await FollowAsync(request, ClientFor(credential), over.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new SourceException(SourceFault.Unreachable,
                $"{request.What}: no whole answer within {_options.RequestTimeout.TotalSeconds:0} s");
        }
        catch (HttpRequestException fault) when (fault.InnerException is AuthenticationException)
        {
            throw new SourceException(SourceFault.Unreachable,
                $"{request.What}: the server's certificate is not trusted: {fault.InnerException.Message}; name its authority with helm repo add --ca-file", fault);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new SourceException(SourceFault.Unreachable, $"{request.What}: {fault.Message}", fault);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var client in _clients.Values) client.Dispose();
            _clients.Clear();
        }
    }

    private async Task<Fetched> FollowAsync(FetchRequest request, HttpClient client, CancellationToken ct)
    {
        var address = request.Address;
        for (var hops = 0; ; hops++)
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, address);
            message.Headers.UserAgent.Add(new ProductInfoHeaderValue("plumb", null));
            foreach (var type in request.Accept) message.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(type));
            if (request.PassToAllHosts || IsSameHost(address, request.Address)) message.Headers.Authorization = request.Authorization;
            if (request.KnownTag is { } tag) message.Headers.TryAddWithoutValidation("If-None-Match", tag);
            using var answer = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ct);
            switch (answer.StatusCode)
            {
                case HttpStatusCode.OK:
                    return new Fetched(answer.StatusCode, await BodyAsync(answer, request, ct), answer.Headers, address);
                case HttpStatusCode.NotModified or HttpStatusCode.Unauthorized or HttpStatusCode.NotFound:
                    return new Fetched(answer.StatusCode, [], answer.Headers, address);
                case HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect
                    or HttpStatusCode.PermanentRedirect when answer.Headers.Location is { } location:
                    if (hops == MaxRedirects) throw new SourceException(SourceFault.Unreachable,
                        $"{request.What}: more than {MaxRedirects} redirects");
                    address = Next(request, address, location);
                    break;
                case HttpStatusCode.Forbidden:
                    throw new SourceException(SourceFault.Authentication,
                        $"{request.What}: {address.Host} refuses: 403 Forbidden; check the credentials and their rights");
                default:
                    throw new SourceException(SourceFault.Unreachable,
                        $"{request.What}: {address.Host} answered {(int)answer.StatusCode} {answer.ReasonPhrase}");
            }
        }
    }

    private static Uri Next(FetchRequest request, Uri from, Uri location)
    {
        var to = location.IsAbsoluteUri ? location : new Uri(from, location);
        if (to.Scheme != "https" && (to.Scheme != "http" || from.Scheme == "https"))
            throw new SourceException(SourceFault.Unreachable, $"{request.What}: {from.Host} redirects to {to.Scheme}, which is refused");
        return to;
    }

    private static bool IsSameHost(Uri one, Uri other) => one.Scheme == other.Scheme && one.Authority == other.Authority;

    private static async Task<byte[]> BodyAsync(HttpResponseMessage answer, FetchRequest request, CancellationToken ct)
    {
        if (answer.Content.Headers.ContentLength > request.MaxBytes) throw TooLarge(request);
        await using var stream = await answer.Content.ReadAsStreamAsync(ct);
        using var body = new MemoryStream();
        var buffer = new byte[81920];
        int read;
        while ((read = await stream.ReadAsync(buffer, ct)) > 0)
        {
            if (body.Length + read > request.MaxBytes) throw TooLarge(request);
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    private static SourceException TooLarge(FetchRequest request) =>
        new(SourceFault.LimitReached, $"{request.What} has more than the {request.MaxBytes} bytes allowed");

    private HttpClient ClientFor(ChartCredential credential)
    {
        var key = (credential.CertificateAuthorityFile, credential.CertificateFile, credential.KeyFile, credential.SkipVerification);
        lock (_gate)
        {
            if (_clients.TryGetValue(key, out var known)) return known;
            return _clients[key] = new HttpClient(Handler(credential)) { Timeout = Timeout.InfiniteTimeSpan };
        }
    }

    private static SocketsHttpHandler Handler(ChartCredential credential)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None, // a packed chart must stay packed, whatever the server calls it
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        try
        {
            if (credential is { CertificateFile: { } certificate, KeyFile: { } key })
                handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificate, key)];
            if (credential.CertificateAuthorityFile is { } authority)
            {
                var roots = new X509Certificate2Collection();
                roots.ImportFromPemFile(authority);
                handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                };
                handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
            }
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            handler.Dispose();
            throw new SourceException(SourceFault.Authentication,
                $"the certificate files of the repository cannot be used: {fault.Message}", fault);
        }

#pragma warning disable CA5359 // the user asked for it, as of helm with --insecure-skip-tls-verify
        if (credential.SkipVerification)
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        return handler;
    }
}
