using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Plumb.Sandbox.Storage.Persistence;

namespace Plumb.Sandbox.Http;

/// <summary>What clients know the server by and what it knows them by: a CA and certificate made at start, and a token.</summary>
internal sealed class ServerIdentity : IDisposable
{
    public ServerIdentity(string? token, DateTimeOffset now)
    {
        Token = token ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var caRequest = new CertificateRequest("CN=plumb-sandbox-ca", caKey, HashAlgorithmName.SHA256);
        caRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        caRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        caRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(caRequest.PublicKey, false));
        using var ca = caRequest.CreateSelfSigned(now.AddDays(-1), now.AddYears(10));
        CaPem = ca.ExportCertificatePem() + "\n";
        Certificate = MakeServerCertificate(ca, now);
    }

    private ServerIdentity(string token, string caPem, X509Certificate2 certificate) =>
        (Token, CaPem, Certificate) = (token, caPem, certificate);

    /// <summary>The identity that a data file holds, or a new one that is put there: kubeconfigs outlive the process.</summary>
    public static ServerIdentity Of(DataFile file, string? token, DateTimeOffset now)
    {
        if (file.Fact("token") is { } kept && file.Fact("ca") is { } ca && file.Fact("certificate") is { } certificate)
        {
            return new(token ?? kept, ca, X509CertificateLoader.LoadPkcs12(Convert.FromBase64String(certificate), null,
                X509KeyStorageFlags.Exportable));
        }

        var made = new ServerIdentity(token, now);
        file.SetFact("token", made.Token);
        file.SetFact("ca", made.CaPem);
        file.SetFact("certificate", Convert.ToBase64String(made.Certificate.Export(X509ContentType.Pfx)));
        return made;
    }

    public string Token { get; }

    public string CaPem { get; }

    public X509Certificate2 Certificate { get; }

    public string Kubeconfig(Uri url) => Kubeconfig(url, Token);

    public string Kubeconfig(Uri url, string token)
    {
        var tls = url.Scheme == "https"
            ? $"\n    certificate-authority-data: {Convert.ToBase64String(Encoding.UTF8.GetBytes(CaPem))}"
            : "";
        return $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: sandbox
              cluster:
                server: {url.GetLeftPart(UriPartial.Authority)}{tls}
            contexts:
            - name: sandbox
              context:
                cluster: sandbox
                user: sandbox
            current-context: sandbox
            users:
            - name: sandbox
              user:
                token: {token}

            """;
    }

    public void Dispose() => Certificate.Dispose();

    private static X509Certificate2 MakeServerCertificate(X509Certificate2 ca, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=plumb-sandbox", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var signed = request.Create(ca, now.AddDays(-1), now.AddYears(5), RandomNumberGenerator.GetBytes(16));
        using var withKey = signed.CopyWithPrivateKey(key);

        // The TLS layer wants a key that is kept with the certificate.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
    }
}
