using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Trees;

/// <summary>A tree with files added: the charts that <c>helm dependency build</c> would have put there. All of them count as read.</summary>
internal sealed class OverlayTree(ITree inner, FileSet added, IReadOnlyList<string> repositories) : ITree
{
    private readonly Dictionary<string, string> _ids = added.Files.ToDictionary(f => f.Path, f => f.Id, StringComparer.Ordinal);

    public string Commit => inner.Commit;

    public IReadOnlyList<string> OtherRepositories => repositories;

    public DependencyRecord Dependencies => new(
    [
        .. inner.Dependencies.Entries.Where(e => !_ids.ContainsKey(e.Key)).Concat(_ids.Select(i => new KeyValuePair<string, string?>(i.Key, i.Value)))
            .OrderBy(e => e.Key, StringComparer.Ordinal),
    ]);

    public TreeEntry? Find(string path)
    {
        var found = inner.Find(path);
        if (found is { Kind: TreeEntryKind.Directory } || FileSet.Normalize(path) is not { } inside) return found;
        return added.Find(inside) ?? found;
    }

    public IReadOnlyList<TreeEntry> List(string path)
    {
        if (FileSet.Normalize(path) is not { } inside || added.List(inside) is not { } more) return inner.List(path);
        var entries = new SortedDictionary<string, TreeEntry>(StringComparer.Ordinal);
        foreach (var entry in more) entries[entry.Name] = entry;
        foreach (var entry in inner.Find(path) is { Kind: TreeEntryKind.Directory } ? inner.List(path) : [])
        {
            // A folder that both have is Git's, with what is added in it; a file that is added counts.
            if (entry.Kind == TreeEntryKind.Directory || !entries.ContainsKey(entry.Name)) entries[entry.Name] = entry;
        }

        return [.. entries.Values];
    }

    public ReadOnlyMemory<byte> Read(string path) =>
        FileSet.Normalize(path) is { } inside && added.Read(inside) is { } data ? data : inner.Read(path);

    public bool Matches(DependencyRecord record)
    {
        var others = new List<KeyValuePair<string, string?>>(record.Entries.Count);
        var mine = 0;
        foreach (var entry in record.Entries)
        {
            if (!_ids.TryGetValue(entry.Key, out var id)) others.Add(entry);
            else if (id == entry.Value) mine++;
            else return false;
        }

        return mine == _ids.Count && inner.Matches(new DependencyRecord(others));
    }
}
