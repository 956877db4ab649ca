using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Plumb.Kubernetes.Tests.Clusters;

/// <summary>
/// A TLS server that asks for a client certificate and answers every request with <c>{}</c>, and notes what it was shown. With
/// <see cref="ProxyPort"/> it can also be reached through a proxy that notes what it was asked.
/// </summary>
internal sealed class TlsProbe : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TcpListener _proxy = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;
    private readonly List<string> _seen = [];
    private readonly int _port;
    private readonly Task _loops;

    public TlsProbe(string dnsName)
    {
        (Authority, _certificate) = Make(dnsName);
        _listener.Start();
        _proxy.Start();
        _port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        ProxyPort = ((IPEndPoint)_proxy.LocalEndpoint).Port;
        _loops = Task.WhenAll(AcceptAsync(_listener, ServeAsync), AcceptAsync(_proxy, ForwardAsync));
    }

    public string Authority { get; }

    public Uri Url => new($"https://127.0.0.1:{_port}");

    public int ProxyPort { get; }

    /// <summary>Names asked for, certificates shown, <c>Authorization</c> headers, proxy requests.</summary>
    public IReadOnlyList<string> Seen
    {
        get
        {
            lock (_seen) return [.. _seen];
        }
    }

    /// <summary>A client certificate, self-signed, as PEM.</summary>
    public static (string Certificate, string Key) ClientCertificate(string name, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256).CreateSelfSigned(until.AddDays(-30), until);
        return (made.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        _proxy.Stop();
        await _loops;
        _certificate.Dispose();
        _stop.Dispose();
    }

    private void Note(string what)
    {
        lock (_seen) _seen.Add(what);
    }

    private async Task AcceptAsync(TcpListener listener, Func<TcpClient, Task> serve)
    {
        var open = new List<Task>();
        try
        {
            while (true) open.Add(serve(await listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // stopped
        }

        await Task.WhenAll(open);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var tls = new SslStream(client.GetStream(), false, (_, certificate, _, _) =>
                {
                    Note("certificate " + certificate?.Subject);
                    return true;
                });
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate, ClientCertificateRequired = true }, _stop.Token);
                Note("name " + tls.TargetHostName);
                var reader = new StreamReader(tls);
                while (await reader.ReadLineAsync(_stop.Token) is { } line)
                {
                    if (line.StartsWith("Authorization:", StringComparison.Ordinal)) Note(line);
                    if (line.Length > 0) continue;
                    await tls.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"), _stop.Token);
                }
            }
            catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException)
            {
                // the other side went
            }
        }
    }

    private async Task ForwardAsync(TcpClient client)
    {
        using (client)
        using (var upstream = new TcpClient())
        {
            try
            {
                var stream = client.GetStream();
                for (string line; (line = await ReadLineAsync(stream)).Length > 0;) Note("proxy " + line);
                await upstream.ConnectAsync(IPAddress.Loopback, _port, _stop.Token);
                await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), _stop.Token);
                await Task.WhenAny(stream.CopyToAsync(upstream.GetStream(), _stop.Token), upstream.GetStream().CopyToAsync(stream, _stop.Token));
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // the other side went
            }
        }
    }

    private async Task<string> ReadLineAsync(NetworkStream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) == 1 && one[0] != '\n') line.Append((char)one[0]);
        return line.ToString().TrimEnd('\r');
    }

    private static (string Authority, X509Certificate2 Certificate) Make(string dnsName)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + dnsName, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(dnsName);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return (made.ExportCertificatePem(), X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null));
    }
}
