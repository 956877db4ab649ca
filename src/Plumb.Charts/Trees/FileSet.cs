using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Trees;

/// <summary>Files in memory with the folders that they imply. Never changed once made; may be shared.</summary>
internal sealed class FileSet
{
    private readonly Dictionary<string, (ReadOnlyMemory<byte> Data, string Id)> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<string>> _folders = new(StringComparer.Ordinal) { [""] = new(StringComparer.Ordinal) };

    public IEnumerable<(string Path, string Id)> Files => _files.Select(f => (f.Key, f.Value.Id));

    public bool IsEmpty => _files.Count == 0;

    /// <summary>Adds a file; of two with the same path the later counts, a file where a folder is is passed over.</summary>
    public void Add(string path, ReadOnlyMemory<byte> data, string id)
    {
        if (_folders.ContainsKey(path)) return;
        for (var at = path.LastIndexOf('/'); at > 0; at = path.LastIndexOf('/', at - 1))
        {
            if (_files.ContainsKey(path[..at])) return;
        }

        _files[path] = (data, id);
        for (var child = path; child.Length > 0;)
        {
            var slash = child.LastIndexOf('/');
            var folder = slash < 0 ? "" : child[..slash];
            if (!_folders.TryGetValue(folder, out var names)) _folders[folder] = names = new(StringComparer.Ordinal);
            names.Add(child[(slash + 1)..]);
            child = folder;
        }
    }

    public TreeEntry? Find(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (_files.TryGetValue(path, out var file)) return new TreeEntry(name, path, TreeEntryKind.File, file.Id);
        return _folders.ContainsKey(path) ? new TreeEntry(name, path, TreeEntryKind.Directory, "") : null;
    }

    /// <summary>Entries of a folder; null when it is none.</summary>
    public List<TreeEntry>? List(string path) => _folders.TryGetValue(path, out var names)
        ? [.. names.Select(n => Find(path.Length == 0 ? n : $"{path}/{n}")!)]
        : null;

    /// <summary>Content of a file; null when it is none.</summary>
    public ReadOnlyMemory<byte>? Read(string path)
    {
        // A bare null would become an empty memory here.
        return _files.TryGetValue(path, out var file) ? file.Data : (ReadOnlyMemory<byte>?)null;
    }

    /// <summary>A path without <c>.</c>, <c>..</c> and empty parts; null when it leaves the root.</summary>
    public static string? Normalize(string path)
    {
        if (path.StartsWith('/')) return null;
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
            else return null;
        }

        return string.Join('/', parts);
    }
}
