using System.Security.Cryptography;
using System.Text;
using Plumb.Reconcile.Sources;

namespace Plumb.Manifests.Tests.Plain;

/// <summary>A commit held in memory, with the dependency record that the port asks for.</summary>
internal sealed class MemoryTree(IReadOnlyDictionary<string, byte[]> files) : ITree
{
    private readonly SortedDictionary<string, string?> _read = new(StringComparer.Ordinal);

    public static MemoryTree Of(params (string Path, string Text)[] files) =>
        new(files.ToDictionary(f => f.Path, f => Encoding.UTF8.GetBytes(f.Text)));

    /// <summary>A directory on disk, links to files followed.</summary>
    public static MemoryTree From(string directory) => new(
        Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .ToDictionary(f => Path.GetRelativePath(directory, f).Replace('\\', '/'), File.ReadAllBytes));

    public string Commit => "0123456789abcdef0123456789abcdef01234567";

    public TreeEntry? Find(string path)
    {
        path = Resolve(path);
        var entry = files.TryGetValue(path, out var content)
            ? new TreeEntry(NameOf(path), path, TreeEntryKind.File, Hash(content))
            : path.Length == 0 || files.Keys.Any(f => f.StartsWith(path + "/", StringComparison.Ordinal))
                ? new TreeEntry(NameOf(path), path, TreeEntryKind.Directory, Hash(Encoding.UTF8.GetBytes(path)))
                : null;
        _read[path] = entry?.ObjectId;
        return entry;
    }

    public string? FindDirectory(string path)
    {
        path = Resolve(path);
        return path.Length == 0 || files.Keys.Any(f => f.StartsWith(path + "/", StringComparison.Ordinal)) ? path : null;
    }

    public IReadOnlyList<TreeEntry> List(string path)
    {
        path = Resolve(path);
        if (Find(path) is not { Kind: TreeEntryKind.Directory })
            throw new SourceException(SourceFault.PathNotFound, $"{path} is not a directory");
        var prefix = path.Length == 0 ? "" : path + "/";
        return
        [
            .. files.Keys.Where(f => f.StartsWith(prefix, StringComparison.Ordinal))
                .Select(f => f[prefix.Length..].Split('/')[0]).Distinct().Order(StringComparer.Ordinal)
                .Select(name => Find(prefix + name)!),
        ];
    }

    public ReadOnlyMemory<byte> Read(string path) =>
        files.TryGetValue(Resolve(path), out var content)
            ? content
            : throw new SourceException(SourceFault.PathNotFound, $"{path} is not a file");

    public DependencyRecord Dependencies => new([.. _read]);

    public bool Matches(DependencyRecord record) => record.Entries.All(e => Find(e.Key)?.ObjectId == e.Value);

    private static string Resolve(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count == 0) throw new SourceException(SourceFault.PathRefused, $"{path} leaves the repository");
            else parts.RemoveAt(parts.Count - 1);
        }

        return string.Join('/', parts);
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA1.HashData(content));
}
