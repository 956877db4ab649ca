using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Generators;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Crypto;

/// <summary>The Master Password algorithm, as Sprig's <c>derivePassword</c> has it.</summary>
internal static class MasterPassword
{
    private const string Seed = "com.lyndir.masterpassword";

    private static readonly Dictionary<string, string> Templates = new()
    {
        ["maximum"] = "anoxxxxxxxxxxxxxxxxx axxxxxxxxxxxxxxxxxno",
        ["long"] = "CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv "
            + "CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv CvccCvccCvcvno CvcvnoCvccCvcc "
            + "CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno",
        ["medium"] = "CvcnoCvc CvcCvcno",
        ["short"] = "Cvcn",
        ["basic"] = "aaanaaan aannaaan aaannaaa",
        ["pin"] = "nnnn",
    };

    private static readonly Dictionary<char, string> Characters = new()
    {
        ['V'] = "AEIOU",
        ['C'] = "BCDFGHJKLMNPQRSTVWXYZ",
        ['v'] = "aeiou",
        ['c'] = "bcdfghjklmnpqrstvwxyz",
        ['A'] = "AEIOUBCDFGHJKLMNPQRSTVWXYZ",
        ['a'] = "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        ['n'] = "0123456789",
        ['o'] = "@&%?,=[]_:-+*$#!'^~;()/.",
        ['x'] = "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    };

    public static string Derive(uint counter, string type, string password, string user, string site)
    {
        if (!Templates.TryGetValue(type, out var all)) return $"cannot find password template {type}";
        var key = SCrypt.Generate(GoText.GetBytes(password), Message(user, null), 32768, 8, 2, 64);
        var seed = HMACSHA256.HashData(key, Message(site, counter));
        var templates = all.Split(' ');
        var template = templates[seed[0] % templates.Length];
        var result = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            var characters = Characters[template[i]];
            result.Append(characters[seed[i + 1] % characters.Length]);
        }

        return result.ToString();
    }

    private static byte[] Message(string name, uint? counter)
    {
        var bytes = GoText.GetBytes(name);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(number, (uint)bytes.Length);
        BinaryPrimitives.WriteUInt32BigEndian(number[4..], counter ?? 0);
        return [.. Encoding.ASCII.GetBytes(Seed), .. number[..4], .. bytes, .. counter is null ? [] : number[4..]];
    }
}
