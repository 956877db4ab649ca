using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Helm;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Charts.Provenance;

/// <summary>
/// The signature that <c>helm package --sign</c> lays beside a packed chart (<c>.prov</c>, <c>pkg/provenance</c>): a text signed by OpenPGP, which
/// names the archive's digest.
/// </summary>
public static class ChartSignature
{
    private const string Begin = "-----BEGIN PGP SIGNED MESSAGE-----";
    private const string BeginSignature = "-----BEGIN PGP SIGNATURE-----";

    /// <summary>Passes when somebody of the keyring has signed that this is the archive.</summary>
    /// <param name="archive">The packed chart.</param>
    /// <param name="provenance">The provenance file.</param>
    /// <param name="keyring">Public keys, in GnuPG's old binary form or armored.</param>
    /// <param name="fileName">The archive's name.</param>
    /// <param name="now">When; keys and signatures expire.</param>
    /// <returns>Who has signed: the first name of the key.</returns>
    /// <exception cref="HelmException">Not so, and why.</exception>
    public static string Verify(ReadOnlySpan<byte> archive, ReadOnlySpan<byte> provenance, byte[] keyring, string fileName, DateTimeOffset now)
    {
        var (lines, armored) = Split(Encoding.UTF8.GetString(provenance)) ?? throw new HelmException("signature block not found");
        var by = Check(lines, armored, ReadKeys(keyring), now);
        var expected = Sum(string.Join('\n', lines), fileName);
        var got = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(archive));
        return expected == got ? by : throw new HelmException($"sha256 sum does not match for {fileName}: \"{expected}\" != \"{got}\"");
    }

    /// <summary>The lines that were signed, and the armored signature (RFC 9580, section 7).</summary>
    private static (IReadOnlyList<string> Lines, string Signature)? Split(string text)
    {
        var all = text.Split('\n').Select(l => l.TrimEnd(' ', '\t', '\r')).ToList();
        var begin = all.IndexOf(Begin);
        var end = all.IndexOf(BeginSignature, Math.Max(begin, 0));
        var blank = begin < 0 ? -1 : all.IndexOf("", begin);
        if (begin < 0 || end < 0 || blank < 0 || blank > end) return null;
        var lines = all[(blank + 1)..end].Select(l => l.StartsWith("- ", StringComparison.Ordinal) ? l[2..] : l).ToList();
        return (lines, string.Join('\n', all[end..]));
    }

    private static string Check(IReadOnlyList<string> lines, string armored, PgpPublicKeyRingBundle keys, DateTimeOffset now)
    {
        try
        {
            using var input = PgpUtilities.GetDecoderStream(new MemoryStream(Encoding.UTF8.GetBytes(armored)));
            if (new PgpObjectFactory(input).NextPgpObject() is not PgpSignatureList { Count: > 0 } signatures) throw new HelmException("signature block not found");
            for (var i = 0; i < signatures.Count; i++)
            {
                if (keys.GetPublicKey(signatures[i].KeyId) is { } key) return Check(signatures[i], key, keys, lines, now);
            }
        }
        catch (Exception fault) when (fault is PgpException or IOException or ArgumentException)
        {
            throw new HelmException($"openpgp: invalid signature: {fault.Message}", fault);
        }

        throw new HelmException("openpgp: signature made by unknown entity");
    }

    private static string Check(PgpSignature signature, PgpPublicKey key, PgpPublicKeyRingBundle keys, IReadOnlyList<string> lines, DateTimeOffset now)
    {
        if (signature.SignatureType is not (PgpSignature.BinaryDocument or PgpSignature.CanonicalTextDocument))
            throw new HelmException("openpgp: invalid signature: it is not of a text");
        if (signature.HashAlgorithm is HashAlgorithmTag.MD5 or HashAlgorithmTag.Sha1 or HashAlgorithmTag.RipeMD160)
            throw new HelmException($"openpgp: invalid signature: insecure hash algorithm: {signature.HashAlgorithm}");
        signature.InitVerify(key);
        signature.Update(Encoding.UTF8.GetBytes(string.Join("\r\n", lines)));
        if (!signature.Verify()) throw new HelmException("openpgp: invalid signature: the text is not what was signed");
        var master = keys.GetPublicKeyRing(key.KeyId)?.GetPublicKey() ?? key;
        if (master.KeyId != key.KeyId && !IsBound(key, master)) throw new HelmException("openpgp: signature made by a subkey that is not its key's");
        if (key.HasRevocation() || master.HasRevocation()) throw new HelmException("openpgp: signature made by a key that was revoked");
        if (HasExpired(key, now) || HasExpired(master, now)) throw new HelmException("openpgp: key expired");
        if (Lifetime(signature) is { } seconds && signature.CreationTime.AddSeconds(seconds) < now.UtcDateTime) throw new HelmException("openpgp: signature expired");
        return master.GetUserIds().FirstOrDefault() ?? $"{master.KeyId:X16}";
    }

    /// <summary>Whether the key says itself that the subkey is its own, and for signing.</summary>
    private static bool IsBound(PgpPublicKey subkey, PgpPublicKey master)
    {
        foreach (var binding in subkey.GetSignaturesOfType(PgpSignature.SubkeyBinding))
        {
            if (binding.KeyId != master.KeyId) continue;
            binding.InitVerify(master);
            if (binding.VerifyCertification(master, subkey) && ((binding.GetHashedSubPackets()?.GetKeyFlags() ?? 0) & PgpKeyFlags.CanSign) != 0) return true;
        }

        return false;
    }

    private static bool HasExpired(PgpPublicKey key, DateTimeOffset now) =>
        key.GetValidSeconds() is var seconds and > 0 && key.CreationTime.AddSeconds(seconds) < now.UtcDateTime;

    private static long? Lifetime(PgpSignature signature) =>
        signature.GetHashedSubPackets()?.GetSignatureExpirationTime() is > 0 and var seconds ? seconds : null;

    private static PgpPublicKeyRingBundle ReadKeys(byte[] keyring)
    {
        try
        {
            using var input = PgpUtilities.GetDecoderStream(new MemoryStream(keyring));
            return new PgpPublicKeyRingBundle(input);
        }
        catch (Exception fault) when (fault is PgpException or IOException or ArgumentException)
        {
            throw new HelmException(
                $"failed to load keyring: {fault.Message}; a keybox of GnuPG 2.1 is exported with gpg --export > pubring.gpg", fault);
        }
    }

    /// <summary>The digest that the signed text states for a file, in the document after the chart's own.</summary>
    private static string Sum(string text, string fileName)
    {
        var parts = text.Split("\n...\n");
        if (parts.Length < 2) throw new HelmException("message block must have at least two parts");
        var faults = new List<Diagnostic>();
        var documents = YamlReader.ReadAll(Encoding.UTF8.GetBytes(parts[1]), "provenance", faults, new YamlLimits(MaxNodes: 10_000, MaxBytes: 1024 * 1024));
        if (faults.Find(f => f.Severity == Severity.Error) is { } fault) throw new HelmException(fault.ToString());
        var files = documents.Count == 0 ? Node.Absent : documents[0].Value["files"];
        return files[fileName].AsString() ?? throw new HelmException($"provenance does not contain a SHA for a file named \"{fileName}\"");
    }
}
