using System.Security.Cryptography;
using Plumb.GoTemplate.Functions.Text;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Crypto;

/// <summary>Sprig's <c>encryptAES</c> and <c>decryptAES</c>: AES-256 in CBC mode, the vector in front, all in Base64.</summary>
internal static class AesText
{
    public static string Encrypt(string password, string text)
    {
        if (text.Length == 0) return "";
        using var aes = Aes.Create();
        aes.Key = Key(password);
        var vector = RandomNumberGenerator.GetBytes(16);
        return Convert.ToBase64String([.. vector, .. aes.EncryptCbc(GoText.GetBytes(text), vector)]);
    }

    public static string Decrypt(string password, string encrypted)
    {
        if (encrypted.Length == 0) return "";
        var bytes = Base64.Decode(encrypted, out var error) ?? throw new GoError(error);
        if (bytes.Length < 16) throw new GoError($"runtime error: slice bounds out of range [:16] with capacity {bytes.Length}");
        if (bytes.Length % 16 != 0) throw new GoError("crypto/cipher: input not full blocks");
        if (bytes.Length == 16) throw new GoError("runtime error: index out of range [-1]");
        using var aes = Aes.Create();
        aes.Key = Key(password);
        var plain = aes.DecryptCbc(bytes.AsSpan(16), bytes.AsSpan(0, 16), PaddingMode.None);
        var length = plain.Length - plain[^1];
        return length >= 0
            ? GoText.FromBytes(plain.AsSpan(0, length))
            : throw new GoError($"runtime error: slice bounds out of range [:{length}]");
    }

    // the first 32 bytes, filled up with zeros
    private static byte[] Key(string password)
    {
        var key = new byte[32];
        var bytes = GoText.GetBytes(password);
        bytes.AsSpan(0, Math.Min(32, bytes.Length)).CopyTo(key);
        return key;
    }
}
