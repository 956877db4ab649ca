using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Plumb.Api;

namespace Plumb.Commands.Contexts;

/// <summary>HTTP to one server: its token goes there and nowhere else, and no redirect is followed.</summary>
internal static class ServerHttp
{
    public static HttpClient Open(Destination destination, TimeSpan limit)
    {
        // A proxy in the environment is not for a server on this machine.
        var sockets = new SocketsHttpHandler { UseProxy = !destination.Server.IsLoopback, AllowAutoRedirect = false };
        if (destination.CaFile.Length > 0) sockets.SslOptions.CertificateChainPolicy = Trust(destination.CaFile);
        return new HttpClient(new Guard(destination, sockets)) { BaseAddress = destination.Server, Timeout = limit };
    }

    private static X509ChainPolicy Trust(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new UsageException($"the certificate authorities in {file} cannot be read: {e.Message}");
        }

        return policy.CustomTrustStore.Count > 0 ? policy : throw new UsageException($"{file} holds no certificate: give a PEM file with -----BEGIN CERTIFICATE-----");
    }

    private sealed class Guard(Destination destination, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (destination.Token.Length > 0 && ServerAddress.IsSameOrigin(request.RequestUri!, destination.Server))
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", destination.Token);
            HttpResponseMessage response;
            try
            {
                response = await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError)
            {
                var why = (e.InnerException ?? e).Message;
                throw new PlumbApiException($"{destination} cannot be trusted: {why} Name the authority that signed its certificate with `plumb login {destination} --ca-file FILE`.", null, e);
            }

            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)) return response;
            using (response)
            {
                var to = response.Headers.Location is { } location ? new Uri(destination.Server, location).GetLeftPart(UriPartial.Authority) : "elsewhere";
                throw new PlumbApiException($"{destination} sends requests on to {to}, which is not followed: give the server's own address", response.StatusCode);
            }
        }
    }
}
