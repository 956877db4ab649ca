namespace Plumb.Reconcile.Sources;

/// <summary>What a tree entry is.</summary>
public enum TreeEntryKind
{
    /// <summary>A file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link (only seen in listings that do not follow it).</summary>
    Symlink,

    /// <summary>A submodule: a commit of another repository.</summary>
    Submodule,
}

/// <summary>One entry of a directory.</summary>
/// <param name="Name">Last part of the path.</param>
/// <param name="Path">Path from the tree's root, forward slashes, no leading slash.</param>
/// <param name="Kind">What it is; links that stay in the tree are followed, so it is the kind of what they point to.</param>
/// <param name="ObjectId">Git object id, lower-case hex, of what the entry (after links) holds.</param>
public sealed record TreeEntry(string Name, string Path, TreeEntryKind Kind, string ObjectId)
{
    /// <summary>Where it really is: the path after links are followed.</summary>
    public string Target { get; init; } = Path;
}

/// <summary>
/// The files of one commit, read from Git's object database. Paths use forward slashes, <c>.</c> and <c>..</c> are resolved, and
/// nothing outside the tree can be named: such paths and links throw. Every read, listing and look-up, also of what is absent, goes
/// into <see cref="Dependencies"/>. Not for concurrent use; open one tree per render. Reads are local and synchronous.
/// </summary>
public interface ITree
{
    /// <summary>Full commit id, lower-case hex.</summary>
    string Commit { get; }

    /// <summary>The entry at a path, following links inside the tree; null when there is none. The empty path is the root.</summary>
    /// <exception cref="SourceException">A link leaves the tree or loops.</exception>
    TreeEntry? Find(string path);

    /// <summary>
    /// The path, after links, of a directory; null when there is none. Unlike <see cref="Find"/> it does not make the whole directory part
    /// of the record: who relies on what is in it reads that.
    /// </summary>
    /// <exception cref="SourceException">A link leaves the tree or loops.</exception>
    string? FindDirectory(string path) => Find(path) is { Kind: TreeEntryKind.Directory } found ? found.Target : null;

    /// <summary>Entries of a directory in Git's order.</summary>
    /// <exception cref="SourceException">Not there, or not a directory.</exception>
    IReadOnlyList<TreeEntry> List(string path);

    /// <summary>Content of a file.</summary>
    /// <exception cref="SourceException">Not there, not a file, an LFS pointer, or over the size limit.</exception>
    ReadOnlyMemory<byte> Read(string path);

    /// <summary>
    /// Addresses of other repositories that some of it comes from: those of charts that a chart depends on, those of the bases and charts
    /// that a kustomization uses. Without credentials; else as the source reports their changes.
    /// </summary>
    IReadOnlyList<string> OtherRepositories => [];

    /// <summary>What these are, in a word for messages.</summary>
    string OtherRepositoriesAre => "helm repos";

    /// <summary>What was read so far.</summary>
    DependencyRecord Dependencies { get; }

    /// <summary>Whether every entry of a record, made on another commit, holds here too: then a render would give the same.</summary>
    bool Matches(DependencyRecord record);
}

/// <summary>What a render read: path (after links) to the Git object id found there, null where nothing was found.</summary>
/// <param name="Entries">Sorted by path, ordinal.</param>
public sealed record DependencyRecord(IReadOnlyList<KeyValuePair<string, string?>> Entries)
{
    /// <summary>Read nothing.</summary>
    public static DependencyRecord Empty { get; } = new([]);
}
