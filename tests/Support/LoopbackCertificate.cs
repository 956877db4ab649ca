using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Plumb.Tests.Support;

/// <summary>A certificate that is its own authority, for a server on loopback.</summary>
internal static class LoopbackCertificate
{
    /// <summary>One that is valid now.</summary>
    /// <param name="dnsNames">Names beside the address.</param>
    public static X509Certificate2 Make(params string[] dnsNames) => Make(DateTimeOffset.UtcNow.AddDays(2), dnsNames);

    /// <summary>One that is valid for ten days, until then.</summary>
    public static X509Certificate2 Make(DateTimeOffset until, params string[] dnsNames)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=loopback", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        foreach (var name in dnsNames) names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(until.AddDays(-10), until);
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
