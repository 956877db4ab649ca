using Plumb.Reconcile.Sources;

namespace Plumb.Manifests.Helm.Charts;

/// <summary>A folder on disk as a tree, for the command: links are followed as the operating system does, nothing is recorded.</summary>
/// <param name="root">The folder.</param>
public sealed class FolderTree(string root) : ITree
{
    // Folders are asked for again and again; where they really are costs a call of the system for each part of their path.
    private readonly Dictionary<string, string> _real = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Commit => "";

    /// <inheritdoc/>
    public DependencyRecord Dependencies => DependencyRecord.Empty;

    /// <inheritdoc/>
    public TreeEntry? Find(string path)
    {
        var full = Path.Combine(root, path);
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (Directory.Exists(full)) return new TreeEntry(name, path, TreeEntryKind.Directory, "") { Target = TargetOf(full) };
        return File.Exists(full) ? new TreeEntry(name, path, TreeEntryKind.File, "") { Target = TargetOf(full) } : null;
    }

    /// <summary>The path below the root after links, also those of folders on the way; one outside keeps its full path.</summary>
    private string TargetOf(string full)
    {
        var real = RealPath(Path.GetFullPath(full), 0);
        var from = RealPath(Path.GetFullPath(root), 0).TrimEnd('/');
        if (real == from || real.Length == 0) return "";
        return real.StartsWith(from + "/", StringComparison.Ordinal) ? real[(from.Length + 1)..] : real;
    }

    private string RealPath(string path, int links)
    {
        const int MaxLinks = 40;
        if (path.Length > 1) path = path.TrimEnd('/');
        var slash = path.LastIndexOf('/');
        if (slash < 0 || path.Length == 1) return "";
        if (_real.TryGetValue(path, out var known)) return known;
        var here = $"{RealPath(path[..slash], links)}/{path[(slash + 1)..]}";
        if (links < MaxLinks && new FileInfo(here).LinkTarget is { } target)
            here = RealPath(Path.GetFullPath(target, here[..here.LastIndexOf('/')] is { Length: > 0 } folder ? folder : "/"), links + 1);
        return _real[path] = here;
    }

    /// <inheritdoc/>
    public IReadOnlyList<TreeEntry> List(string path)
    {
        var folder = new DirectoryInfo(Path.Combine(root, path));
        if (!folder.Exists) throw new SourceException(SourceFault.PathNotFound, $"{path} is not a directory");
        return
        [
            .. folder.EnumerateFileSystemInfos().OrderBy(i => i.Name, StringComparer.Ordinal)
                .Select(i => Find(path.Length == 0 ? i.Name : $"{path}/{i.Name}")
                    ?? new TreeEntry(i.Name, $"{path}/{i.Name}", TreeEntryKind.Symlink, "")),
        ];
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Read(string path)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(root, path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new SourceException(SourceFault.PathNotFound, $"{path} cannot be read: {fault.Message}");
        }
    }

    /// <inheritdoc/>
    public bool Matches(DependencyRecord record) => false;
}
