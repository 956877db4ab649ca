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
        if (Directory.Exists(full)) return new TreeEntry(name, path, TreeEntryKind.Directory, "") { Target = TargetOf(full) };
        return File.Exists(full) ? new TreeEntry(name, path, TreeEntryKind.File, "") { Target = TargetOf(full) } : null;
    }

    /// <summary>The path below the root after links, also those of folders on the way; one outside keeps its full path.</summary>
    private string TargetOf(string full)
    {
        const int MaxLinks = 40;
        var (real, links) = ("", 0);
        var left = new Stack<string>(Path.GetFullPath(full).Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        while (left.TryPop(out var part))
        {
            var here = $"{real}/{part}";
            if (new FileInfo(here).LinkTarget is { } target && ++links <= MaxLinks)
            {
                var absolute = Path.GetFullPath(target, real.Length == 0 ? "/" : real);
                real = "";
                foreach (var step in absolute.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse()) left.Push(step);
                continue;
            }

            real = here;
        }

        var from = Path.GetFullPath(root).TrimEnd('/');
        if (real == from) return "";
        return real.StartsWith(from + "/", StringComparison.Ordinal) ? real[(from.Length + 1)..] : real;
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
