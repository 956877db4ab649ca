using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

namespace Plumb.Manifests.Tests;

/// <summary>Public inputs with real tools' answers, which live beside the repository.</summary>
internal static class Corpus
{
    private static readonly Lazy<string> Root = new(Find);

    public static string Repositories => Path.Combine(Root.Value, "repos");

    /// <summary>The lines of one table of <c>tables.tgz</c>, unpacked once into a cache named for the archive's hash.</summary>
    public static IEnumerable<JsonElement> Table(string name)
    {
        var file = Path.Combine(Unpack("tables.tgz"), "tables", name);
        return File.ReadLines(file).Where(l => l.Length > 0).Select(l => JsonDocument.Parse(l).RootElement);
    }

    private static string Unpack(string archive)
    {
        var source = Path.Combine(Root.Value, archive);
        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(source)))[..16];
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

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var corpus = Path.Combine(at.FullName, "shared", "corpus");
            if (Directory.Exists(corpus)) return corpus;
        }

        throw new DirectoryNotFoundException("The folder shared/corpus is needed beside the repository.");
    }
}
