using System.Text;

namespace Plumb.Manifests.Kustomize.Nodes;

/// <summary>Bytes as base64 in lines of 70 characters, each with its line feed, unless one line holds it all (<c>kyaml</c>, go-yaml).</summary>
internal static class GoBase64
{
    private const int LineLength = 70;

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = Convert.ToBase64String(bytes);
        if (text.Length < LineLength) return text;
        var lines = new StringBuilder(text.Length + (text.Length / LineLength) + 1);
        for (var i = 0; i < text.Length; i += LineLength) lines.Append(text.AsSpan(i, Math.Min(LineLength, text.Length - i))).Append('\n');
        return lines.ToString();
    }
}
