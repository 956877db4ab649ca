using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Plumb.Server.Access.Accounts;

/// <summary>Makes what cannot be guessed, and the form of a token: <c>plumb_ID_SECRET</c>.</summary>
internal static class Secrets
{
    private const string Prefix = "plumb_";
    private const string IdLetters = "abcdefghijkmnpqrstuvwxyz23456789";
    private const int IdLength = 12;
    private const int SecretBytes = 32;

    /// <summary>256 random bits, in letters that a URL can hold.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>A new id; not a secret.</summary>
    public static string NewId() => RandomNumberGenerator.GetString(IdLetters, IdLength);

    /// <summary>A password to be typed once: 24 letters in groups of six, 120 bits.</summary>
    public static string NewPassword() => string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString(IdLetters, 6)));

    /// <summary>What is kept of a secret. A fast hash does for one that is too long to be guessed.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>A token as it is handed out.</summary>
    public static string Token(string id, string secret) => $"{Prefix}{id}_{secret}";

    /// <summary>Takes a token apart.</summary>
    public static bool TryParse(string token, [NotNullWhen(true)] out string? id, [NotNullWhen(true)] out string? secret)
    {
        (id, secret) = (null, null);
        if (token.Length > 200 || !token.StartsWith(Prefix, StringComparison.Ordinal) || token.IndexOf('_', Prefix.Length) is not (> 0 and var end)) return false;
        (id, secret) = (token[Prefix.Length..end], token[(end + 1)..]);
        return id.Length > 0 && secret.Length > 0;
    }
}
