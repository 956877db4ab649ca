using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Plumb.Charts.Tests.Support;

/// <summary>Packed charts, made here.</summary>
internal static class Packed
{
    /// <summary>A small chart: one ConfigMap that says the version and a value.</summary>
    public static byte[] Chart(string name, string version, params (string Path, string Text)[] more) => Archive(
    [
        ($"{name}/Chart.yaml", $"apiVersion: v2\nname: {name}\nversion: {version}\n"),
        ($"{name}/values.yaml", "greeting: hello\n"),
        ($"{name}/templates/map.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-{{ .Chart.Name }}\ndata:\n"
            + "  version: {{ .Chart.Version | quote }}\n  greeting: {{ .Values.greeting }}\n"),
        .. more,
    ]);

    /// <summary>SHA-256 in lower-case hex.</summary>
    public static string Digest(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>A tar in gzip of any files.</summary>
    public static byte[] Archive(IEnumerable<(string Path, string Text)> files)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Pax))
        {
            foreach (var (path, text) in files)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        }

        return packed.ToArray();
    }
}
