using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Trees;

/// <summary>The files of a packed chart as a tree. It has one thing to depend on: its digest.</summary>
internal sealed class ArchiveTree(string commit, string shown, FileSet files) : ITree
{
    public string Commit => commit;

    public DependencyRecord Dependencies { get; } = new([new("", commit)]);

    public TreeEntry? Find(string path) => files.Find(Inside(path));

    public IReadOnlyList<TreeEntry> List(string path) => files.List(Inside(path)) ?? throw NotThere(path, "directory");

    public ReadOnlyMemory<byte> Read(string path) => files.Read(Inside(path)) ?? throw NotThere(path, "file");

    public bool Matches(DependencyRecord record) => record.Entries is [{ Key: "", Value: var known }] && known == commit;

    private string Inside(string path) => FileSet.Normalize(path)
        ?? throw new SourceException(SourceFault.PathRefused, $"path \"{path}\" is refused: it leaves the chart {shown}");

    private SourceException NotThere(string path, string what) => new(SourceFault.PathNotFound, $"{shown}: {path}: there is no such {what} in the chart");
}
