using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;

namespace Plumb.Web.Assets;

/// <summary>
/// The files that the browser needs, embedded in this assembly. Each has its digest in its address, so browsers may keep it for ever and
/// get a new one with each new version.
/// </summary>
internal sealed class PageAssets
{
    /// <summary>Path under which they are served.</summary>
    public const string Root = "/_plumb";

    private readonly Dictionary<string, PageAsset> _assets;

    /// <summary>Reads them all.</summary>
    public PageAssets()
    {
        var assembly = typeof(PageAssets).Assembly;
        _assets = assembly.GetManifestResourceNames()
            .Where(name => ContentType(name) is not null)
            .ToDictionary(name => name, name => Read(assembly, name), StringComparer.Ordinal);
    }

    /// <summary>Address of one, from the root of the site.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public string Url(string name) => $"{Root}/{_assets[name].Digest}/{name}";

    /// <summary>One by its name; null when there is none.</summary>
    public PageAsset? Find(string name) => _assets.GetValueOrDefault(name);

    private static PageAsset Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return new PageAsset(ContentType(name)!, content, Pack(content), Convert.ToHexStringLower(SHA256.HashData(content))[..16]);
    }

    private static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    private static string? ContentType(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => null,
    };
}

/// <summary>One file for the browser.</summary>
/// <param name="ContentType">Its type.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Packed">Its bytes, packed by gzip.</param>
/// <param name="Digest">What names this content.</param>
internal sealed record PageAsset(string ContentType, byte[] Content, byte[] Packed, string Digest);
