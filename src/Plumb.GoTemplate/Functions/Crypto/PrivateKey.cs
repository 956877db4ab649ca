using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Crypto;

/// <summary>Private keys: RSA and elliptic ones by .NET, Ed25519, which it lacks, by BouncyCastle.</summary>
internal abstract class PrivateKey
{
    /// <summary>The key in the form that Sprig writes it.</summary>
    public abstract string ToPem();

    /// <summary>Makes a key as <c>genPrivateKey</c> does; an unknown kind gives its message.</summary>
    public static string Generate(string kind)
    {
        switch (kind)
        {
            case "" or "rsa":
                return Rsa(4096).ToPem();
            case "ecdsa":
                return new EcKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)).ToPem();
            case "ed25519":
                return new Ed25519Key(new Ed25519PrivateKeyParameters(new SecureRandom())).ToPem();
            case "dsa":
                return Pem.Write("DSA PRIVATE KEY", DsaGeneration.Make());
            default:
                return "Unknown type " + kind;
        }
    }

    /// <summary>What <see cref="Generate"/> costs.</summary>
    public static int Cost(string kind) => kind switch
    {
        "" or "rsa" => KeyCost.Rsa4096,
        "dsa" => KeyCost.Dsa,
        "ecdsa" or "ed25519" => KeyCost.Elliptic,
        _ => 0,
    };

    public static PrivateKey Rsa(int bits) => new RsaKey(RsaGeneration.Make(bits));

    /// <summary>Reads a key, in Go's words when it is none.</summary>
    public static PrivateKey Read(string pem)
    {
        if (Pem.Read(pem) is not var (label, bytes)) throw new GoError("no PEM data in input");
        if (label == "PRIVATE KEY") return Pkcs8(bytes);
        if (!label.EndsWith(" PRIVATE KEY", StringComparison.Ordinal))
        {
            throw new GoError($"no private key data in PEM block of type {label}");
        }

        switch (label[..^12])
        {
            case "RSA":
                var rsa = RSA.Create();
                return Try(() => rsa.ImportRSAPrivateKey(bytes, out _), "RSA") ?? new RsaKey(rsa);
            case "EC":
                var ec = ECDsa.Create();
                return Try(() => ec.ImportECPrivateKey(bytes, out _), "EC") ?? new EcKey(ec);
            case "DSA":
                throw new GoError("parsing DSA private key from PEM: DSA keys sign no certificates");
            default:
                throw new GoError($"invalid private key type {label[..^12]}");
        }
    }

    private static PrivateKey? Try(Action read, string kind)
    {
        try
        {
            read();
            return null;
        }
        catch (CryptographicException)
        {
            throw new GoError($"parsing {kind} private key from PEM: asn1: structure error");
        }
    }

    private static PrivateKey Pkcs8(byte[] bytes)
    {
        try
        {
            switch (PrivateKeyFactory.CreateKey(bytes))
            {
                case RsaPrivateCrtKeyParameters:
                    var rsa = RSA.Create();
                    rsa.ImportPkcs8PrivateKey(bytes, out _);
                    return new RsaKey(rsa);
                case ECPrivateKeyParameters:
                    var ec = ECDsa.Create();
                    ec.ImportPkcs8PrivateKey(bytes, out _);
                    return new EcKey(ec);
                case Ed25519PrivateKeyParameters ed25519:
                    return new Ed25519Key(ed25519);
            }
        }
        catch (Exception error) when (error is CryptographicException or IOException or ArgumentException or SecurityUtilityException)
        {
            throw new GoError("decoding PEM as PKCS#8: asn1: structure error");
        }

        throw new GoError("decoding PEM as PKCS#8: x509: PKCS#8 wrapping contained private key with unknown algorithm");
    }
}

internal sealed class RsaKey(RSA key) : PrivateKey
{
    public RSA Key { get; } = key;

    public override string ToPem() => Pem.Write("RSA PRIVATE KEY", Key.ExportRSAPrivateKey());
}

internal sealed class EcKey(ECDsa key) : PrivateKey
{
    public ECDsa Key { get; } = key;

    public override string ToPem() => Pem.Write("EC PRIVATE KEY", Key.ExportECPrivateKey());
}

internal sealed class Ed25519Key(Ed25519PrivateKeyParameters key) : PrivateKey
{
    public Ed25519PrivateKeyParameters Key { get; } = key;

    public override string ToPem()
    {
        // PKCS #8 without the public key, as Go writes it
        byte[] bytes =
            [0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20, .. Key.GetEncoded()];
        return Pem.Write("PRIVATE KEY", bytes);
    }
}
