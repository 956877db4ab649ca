using Plumb.Charts.Values;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Trees;

/// <summary>
/// A tree beside which files of web servers can be read by their addresses. They are in no folder; all of them count as read, by digest.
/// </summary>
internal sealed class TreeWithValues(ITree inner, IReadOnlyDictionary<string, RemoteFile> files) : ITree
{
    public string Commit => inner.Commit;

    public IReadOnlyList<string> OtherRepositories => inner.OtherRepositories;

    public DependencyRecord Dependencies => new(
    [
        .. inner.Dependencies.Entries.Concat(files.Select(f => new KeyValuePair<string, string?>(f.Key, Id(f.Value)))).OrderBy(e => e.Key, StringComparer.Ordinal),
    ]);

    public TreeEntry? Find(string path) =>
        files.TryGetValue(path, out var file) ? new TreeEntry(path[(path.LastIndexOf('/') + 1)..], path, TreeEntryKind.File, Id(file)) : inner.Find(path);

    public IReadOnlyList<TreeEntry> List(string path) => inner.List(path);

    public ReadOnlyMemory<byte> Read(string path) => files.TryGetValue(path, out var file) ? file.Content : inner.Read(path);

    public bool Matches(DependencyRecord record)
    {
        var others = record.Entries.Where(e => !files.ContainsKey(e.Key)).ToList();
        var mine = record.Entries.Count(e => files.TryGetValue(e.Key, out var file) && Id(file) == e.Value);
        return mine == files.Count && others.Count + mine == record.Entries.Count && inner.Matches(new DependencyRecord(others));
    }

    private static string Id(RemoteFile file) => $"sha256:{file.Digest}";
}
