using System.Text;

namespace Plumb.GoTemplate.Functions.Crypto;

/// <summary>PEM as Go writes and reads it.</summary>
internal static class Pem
{
    public static string Write(string label, ReadOnlySpan<byte> bytes)
    {
        var to = new StringBuilder().Append("-----BEGIN ").Append(label).Append("-----\n");
        var text = Convert.ToBase64String(bytes);
        for (var i = 0; i < text.Length; i += 64) to.Append(text, i, Math.Min(64, text.Length - i)).Append('\n');
        return to.Append("-----END ").Append(label).Append("-----\n").ToString();
    }

    /// <summary>The first block, or null when there is none.</summary>
    public static (string Label, byte[] Bytes)? Read(string text)
    {
        if (!System.Security.Cryptography.PemEncoding.TryFind(text, out var fields)) return null;
        return (text[fields.Label], Convert.FromBase64String(text[fields.Base64Data]));
    }
}
