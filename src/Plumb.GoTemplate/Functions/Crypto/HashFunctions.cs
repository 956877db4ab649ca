using System.Globalization;
using System.Security.Cryptography;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Crypto;

/// <summary>Sprig's digests, passwords and ciphers (<c>crypto.go</c>).</summary>
internal static class HashFunctions
{
    private static readonly GoType S = GoType.String;

    public static IEnumerable<GoFunction> All =>
    [
        new("sha1sum", [S], static (_, a) => Hex(SHA1.HashData(GoText.GetBytes(a[0].Text)))),
        new("sha256sum", [S], static (_, a) => Hex(SHA256.HashData(GoText.GetBytes(a[0].Text)))),
        new("sha512sum", [S], static (_, a) => Hex(SHA512.HashData(GoText.GetBytes(a[0].Text)))),
        new("adler32sum", [S], static (_, a) => GoValue.From(Adler32(GoText.GetBytes(a[0].Text)).ToString(CultureInfo.InvariantCulture))),
        new("bcrypt", [S], static (run, a) => GoValue.From(Bcrypt(run, a[0].Text))),
        new("htpasswd", [S, S], static (run, a) => GoValue.From(
            a[0].Text.Contains(':') ? $"invalid username: {a[0].Text}" : $"{a[0].Text}:{Bcrypt(run, a[1].Text)}")),
        new("derivePassword", [GoType.Uint32, S, S, S, S], static (run, a) =>
        {
            var (counter, type, password, user, site) = ((uint)a[0].Uint, a[1].Text, a[2].Text, a[3].Text, a[4].Text);
            return GoValue.From(run.AtLeisure(KeyCost.Scrypt, () => MasterPassword.Derive(counter, type, password, user, site)));
        }),
        new("encryptAES", [S, S], static (_, a) => GoValue.From(AesText.Encrypt(a[0].Text, a[1].Text))),
        new("decryptAES", [S, S], static (_, a) => GoValue.From(AesText.Decrypt(a[0].Text, a[1].Text))),
        new("randBytes", [GoType.Int], static (run, a) =>
        {
            if (a[0].Int < 0) throw Panics.NegativeLength();
            run.CheckString(a[0].Int * 4 / 3);
            return GoValue.From(Convert.ToBase64String(RandomNumberGenerator.GetBytes((int)a[0].Int)));
        }),
    ];

    private static GoValue Hex(byte[] bytes) => GoValue.From(Convert.ToHexStringLower(bytes));

    private static uint Adler32(byte[] bytes)
    {
        var (a, b) = (1u, 0u);
        foreach (var value in bytes)
        {
            a = (a + value) % 65521;
            b = (b + a) % 65521;
        }

        return (b << 16) | a;
    }

    private static string Bcrypt(Running.Execution run, string password)
    {
        var bytes = GoText.GetBytes(password);
        if (bytes.Length > 72) return "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes";

        var salt = RandomNumberGenerator.GetBytes(16);
        var hash = run.AtLeisure(
            KeyCost.Bcrypt,
            () => Org.BouncyCastle.Crypto.Generators.BCrypt.Generate(bytes, salt, 10, addTerminator: bytes.Length < 72));
        return "$2a$10$" + BcryptBase64(salt, 22) + BcryptBase64(hash.AsSpan(0, 23), 31);
    }

    private static string BcryptBase64(ReadOnlySpan<byte> bytes, int length)
    {
        const string Standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        const string Own = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        var text = Convert.ToBase64String(bytes)[..length];
        return string.Concat(text.Select(c => Own[Standard.IndexOf(c)]));
    }
}
