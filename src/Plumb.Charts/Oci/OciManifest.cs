using System.Text.Json;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Oci;

/// <summary>The manifest of a chart in a registry (<c>application/vnd.oci.image.manifest.v1+json</c>).</summary>
/// <param name="Digest">SHA-256 of the manifest, lower-case hex.</param>
/// <param name="ArchiveDigest">SHA-256 of the layer that is the packed chart.</param>
/// <param name="ArchiveBytes">Its size.</param>
internal sealed record OciManifest(string Digest, string ArchiveDigest, long ArchiveBytes)
{
    public const string MediaType = "application/vnd.oci.image.manifest.v1+json";
    private const string Chart = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
    private const string OldChart = "application/tar+gzip";

    /// <exception cref="SourceException">It is no manifest of a chart.</exception>
    public static OciManifest Parse(byte[] content, string what)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            var layers = document.RootElement.TryGetProperty("layers", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().ToList() : [];
            foreach (var layer in layers)
            {
                if (layer.GetProperty("mediaType").GetString() is not (Chart or OldChart)) continue;
                var digest = layer.GetProperty("digest").GetString() ?? "";
                if (!digest.StartsWith("sha256:", StringComparison.Ordinal) || digest.Length != 71 || !digest.AsSpan(7).ContainsOnlyHex()) break;
                return new OciManifest(ArchiveStore.Digest(content), digest[7..], layer.GetProperty("size").GetInt64());
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new SourceException(SourceFault.ContentMissing, $"{what}: its manifest cannot be read: {fault.Message}", fault);
        }

        throw new SourceException(SourceFault.ContentMissing, $"{what} is no Helm chart: its manifest has no layer of the type {Chart}");
    }
}

/// <summary>Hexadecimal digits.</summary>
internal static class Hex
{
    public static bool ContainsOnlyHex(this ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigitLower(c)) return false;
        }

        return true;
    }
}
