using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Crypto.Signers;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Functions.Text;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Crypto;

/// <summary>Makes certificates as Sprig does: SHA-256, random serial numbers, server and client authentication.</summary>
internal static class Certificates
{
    /// <summary>The extensions' common part, a subject that is only a common name, and who signs.</summary>
    public static CertificateObject Make(
        Execution run, string commonName, GoList? addresses, GoList? names, long days, PrivateKey key, bool authority,
            (X500DistinguishedName Name, PrivateKey Key, byte[]? KeyId)? signer)
    {
        run.Spend(1_024); // of which signing takes about as long
        var ips = Addresses(addresses);
        var dns = Names(names);
        var subject = new X500DistinguishedNameBuilder();
        if (commonName.Length > 0) subject.AddCommonName(commonName);
        var name = subject.Build();
        var request = key switch
        {
            RsaKey rsa => new CertificateRequest(name, rsa.Key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            EcKey ec => new CertificateRequest(name, ec.Key, HashAlgorithmName.SHA256),
            Ed25519Key ed25519 => new CertificateRequest(name, PublicKeyOf(ed25519), HashAlgorithmName.SHA256),
            _ => throw new GoError("error creating certificate: x509: only RSA, ECDSA and Ed25519 keys supported"),
        };
        var usage = X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.DigitalSignature;
        if (authority) usage |= X509KeyUsageFlags.KeyCertSign;
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, critical: true));
        if (authority) request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (signer?.KeyId is { } keyId)
        {
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(keyId));
        }

        if (ips.Count + dns.Count > 0)
        {
            var alternatives = new SubjectAlternativeNameBuilder();
            foreach (var text in dns) alternatives.AddDnsName(text);
            foreach (var ip in ips) alternatives.AddIpAddress(ip);
            request.CertificateExtensions.Add(alternatives.Build());
        }

        var from = run.Clock.GetUtcNow();
        var until = from.AddSeconds(Math.Clamp(unchecked(days * 86400L), -1_000_000_000_000 / 16, 200_000_000_000));
        if (until < from) throw new GoError("error creating certificate: x509: the certificate would end before it begins");
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F;
        using var certificate = request.Create(signer?.Name ?? name, GeneratorOf(signer?.Key ?? key), from, until, serial);
        return new CertificateObject(Pem.Write("CERTIFICATE", certificate.RawData), key.ToPem());
    }

    /// <summary>Signs with the authority that a certificate and key make up.</summary>
    public static (X500DistinguishedName Name, PrivateKey Key, byte[]? KeyId) Signer(CertificateObject authority)
    {
        if (Pem.Read(authority.Certificate) is not var (_, bytes)) throw new GoError("unable to decode certificate");
        using var certificate = Load(bytes, "decodedSignerCert.Bytes");
        PrivateKey key;
        try
        {
            key = PrivateKey.Read(authority.Key);
        }
        catch (GoError error)
        {
            throw new GoError($"error parsing private key: {error.Message}");
        }

        var id = certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault();
        return (certificate.SubjectName, key, id?.SubjectKeyIdentifierBytes.ToArray());
    }

    /// <summary><c>buildCustomCert</c>: both parts come in Base64 and are looked at only.</summary>
    public static CertificateObject Custom(string certificate, string key)
    {
        var certificateText =
            GoText.FromBytes(Base64.Decode(certificate, out _) ?? throw new GoError("unable to decode base64 certificate"));
        var keyText = GoText.FromBytes(Base64.Decode(key, out _) ?? throw new GoError("unable to decode base64 private key"));
        if (Pem.Read(certificateText) is not var (_, bytes)) throw new GoError("unable to decode certificate");
        Load(bytes, "decodedCert.Bytes").Dispose();
        try
        {
            PrivateKey.Read(keyText);
        }
        catch (GoError error)
        {
            throw new GoError($"error parsing private key: {error.Message}");
        }

        return new CertificateObject(certificateText, keyText);
    }

    private static X509Certificate2 Load(byte[] bytes, string what)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(bytes);
        }
        catch (CryptographicException)
        {
            throw new GoError($"error parsing certificate: {what}: x509: malformed certificate");
        }
    }

    private static List<IPAddress> Addresses(GoList? list)
    {
        var addresses = new List<IPAddress>();
        for (var i = 0; i < (list?.Count ?? 0); i++)
        {
            var value = list![i];
            if (!value.IsString) throw new GoError($"error parsing ip: {GoFormat.Sprint(value)} is not a string");
            var isPlain = value.Text.Contains(':') || value.Text.Split('.') is { Length: 4 } parts
                && parts.All(p => p.Length is 1 or 2 or 3 && (p.Length == 1 || p[0] != '0'));
            if (!isPlain || value.Text.Contains('%') || !IPAddress.TryParse(value.Text, out var address))
            {
                throw new GoError($"error parsing ip: {value.Text}");
            }

            addresses.Add(address);
        }

        return addresses;
    }

    private static List<string> Names(GoList? list)
    {
        var names = new List<string>();
        for (var i = 0; i < (list?.Count ?? 0); i++)
        {
            var value = list![i];
            if (!value.IsString) throw new GoError($"error processing alternate dns name: {GoFormat.Sprint(value)} is not a string");
            names.Add(value.Text);
        }

        return names;
    }

    private static PublicKey PublicKeyOf(Ed25519Key key) =>
        PublicKey.CreateFromSubjectPublicKeyInfo(
            [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00, .. key.Key.GeneratePublicKey().GetEncoded()], out _);

    private static X509SignatureGenerator GeneratorOf(PrivateKey key) => key switch
    {
        RsaKey rsa => X509SignatureGenerator.CreateForRSA(rsa.Key, RSASignaturePadding.Pkcs1),
        EcKey ec => X509SignatureGenerator.CreateForECDsa(ec.Key),
        _ => new Ed25519Generator((Ed25519Key)key),
    };

    private sealed class Ed25519Generator(Ed25519Key key) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) =>
            [0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70];

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm)
        {
            var signer = new Ed25519Signer();
            signer.Init(true, key.Key);
            signer.BlockUpdate(data, 0, data.Length);
            return signer.GenerateSignature();
        }

        protected override PublicKey BuildPublicKey() => PublicKeyOf(key);
    }
}

/// <summary>Sprig's <c>certificate</c>, with the fields <c>Cert</c> and <c>Key</c>.</summary>
internal sealed class CertificateObject(string certificate, string key) : GoObject
{
    public static readonly GoType CertificateType = GoType.Struct("sprig.certificate");

    public string Certificate { get; } = certificate;

    public string Key { get; } = key;

    public override GoType Type => CertificateType;

    public override IReadOnlyList<string> FieldNames => ["Cert", "Key"];

    public override bool TryGetField(string name, out GoValue value)
    {
        value = name switch
        {
            "Cert" => GoValue.From(Certificate),
            "Key" => GoValue.From(Key),
            _ => default,
        };
        return !value.IsNil;
    }

    public override bool IsEqualTo(GoObject other) =>
        other is CertificateObject certificate && certificate.Certificate == Certificate && certificate.Key == Key;
}
