using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

namespace Plumb.Manifests.Tests;

/// <summary>Public inputs with real tools' answers, which live beside the repository.</summary>
internal static class Corpus
{
    public static string Repositories => SharedData.PathOf("corpus", "repos");

    /// <summary>The lines of one table of <c>tables.tgz</c>, unpacked once into a cache named for the archive's hash.</summary>
    public static IEnumerable<JsonElement> Table(string name)
    {
        var file = Path.Combine(Unpack("tables.tgz"), "tables", name);
        return System.IO.File.ReadLines(file).Where(l => l.Length > 0).Select(l => JsonDocument.Parse(l).RootElement);
    }

    /// <summary>A file of an archive, unpacked once.</summary>
    public static string File(string archive, string path) => Path.Combine(Unpack(archive), path);

    private static string Unpack(string archive)
    {
        var source = SharedData.PathOf("corpus", archive);
        var hash = Convert.ToHexStringLower(SHA256.HashData(System.IO.File.ReadAllBytes(source)))[..16];
        var target = Path.Combine(Path.GetTempPath(), "plumb-corpus", hash);
        if (Directory.Exists(target)) return target;

        var fresh = target + "." + Guid.NewGuid().ToString("N");
        Directory.CreateDirectory(fresh);
        using (var tar = Process.Start("tar", ["xzf", source, "-C", fresh])) tar.WaitForExit();
        try
        {
            Directory.Move(fresh, target);
        }
        catch (IOException) when (Directory.Exists(target))
        {
            Directory.Delete(fresh, recursive: true); // another run was first
        }

        return target;
    }
}
