using Plumb.Reconcile.Sources;

namespace Plumb.Manifests.Helm.Charts;

/// <summary>A folder on disk as a tree, for the command: links are followed as the operating system does, nothing is recorded.</summary>
/// <param name="root">The folder.</param>
public sealed class FolderTree(string root) : ITree
{
    /// <inheritdoc/>
    public string Commit => "";

    /// <inheritdoc/>
    public DependencyRecord Dependencies => DependencyRecord.Empty;

    /// <inheritdoc/>
    public TreeEntry? Find(string path)
    {
        var full = Path.Combine(root, path);
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (Directory.Exists(full)) return new TreeEntry(name, path, TreeEntryKind.Directory, "");
        return File.Exists(full) ? new TreeEntry(name, path, TreeEntryKind.File, "") : null;
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
