using System.Text;
using Plumb.Git.Mirrors;
using Plumb.Git.Objects;
using Plumb.Reconcile.Sources;

namespace Plumb.Git.Trees;

/// <summary>The files of one commit.</summary>
/// <remarks>
/// The dependency record holds what a path led to: each link on the way (its own path and object), then the path behind all links.
/// A path inside a submodule is recorded as the submodule's pin and <c>.gitmodules</c>, which together settle all below.
/// </remarks>
internal sealed class GitTree : ITree
{
    private const int MaxLinks = 40;
    private const int MaxLinkBytes = 4096;
    private const string Modules = ".gitmodules";

    private readonly Mirror _mirror;
    private readonly ParsedTree _root;
    private readonly IReadOnlyDictionary<string, Mount> _mounts;
    private readonly long _maxFileBytes;
    private readonly DependencyRecorder _recorder = new();
    private readonly Dictionary<string, ParsedTree?> _folders = new(StringComparer.Ordinal);

    public GitTree(Mirror mirror, string commit, ParsedTree root, IReadOnlyDictionary<string, Mount> mounts, long maxFileBytes)
    {
        (_mirror, Commit, _root, _mounts, _maxFileBytes) = (mirror, commit, root, mounts, maxFileBytes);
    }

    public string Commit { get; }

    public DependencyRecord Dependencies => _recorder.Record;

    public TreeEntry? Find(string path)
    {
        var asked = TreePath.Normalize(path);
        if (Walk(asked, enterSubmodule: false) is not { } place) return null;
        Note(place);
        return new TreeEntry(LastName(asked), asked, place.Kind, place.Id) { Target = place.Path };
    }

    public string? FindDirectory(string path) =>
        Walk(TreePath.Normalize(path), enterSubmodule: true) is { Kind: TreeEntryKind.Directory } place ? place.Path : null;

    public IReadOnlyList<TreeEntry> List(string path)
    {
        var asked = TreePath.Normalize(path);
        var place = Walk(asked, enterSubmodule: true) ?? throw NotFound(asked, "directory");
        Note(place);
        if (place.Tree is not { } tree) throw Refused(asked, "it is a file, not a directory");
        var entries = new List<TreeEntry>(tree.Items.Count);
        foreach (var item in tree.Items)
        {
            var name = TreePath.Join(asked, item.Name);
            entries.Add(item.Kind == TreeEntryKind.Symlink
                ? FollowedEntry(item, name, place)
                : new TreeEntry(item.Name, name, item.Kind, item.Id));
        }
        return entries;
    }

    public ReadOnlyMemory<byte> Read(string path)
    {
        var asked = TreePath.Normalize(path);
        var place = Walk(asked, enterSubmodule: false) ?? throw NotFound(asked, "file");
        Note(place);
        if (place.Kind != TreeEntryKind.File) throw Refused(asked, $"it is a {Describe(place.Kind)}, not a file");
        byte[] content;
        try
        {
            content = place.Mirror.ReadBlob(place.Id, _maxFileBytes);
        }
        catch (SourceException e) when (e.Fault == SourceFault.LimitReached)
        {
            throw new SourceException(e.Fault, $"{Where(asked)}: {e.Message}", e);
        }
        if (LfsPointer.Is(content))
        {
            throw new SourceException(SourceFault.ContentMissing,
                $"{Where(asked)}: the file is a Git LFS pointer; Plumb does not fetch LFS content. Store the file in Git itself.");
        }
        return content;
    }

    public bool Matches(DependencyRecord record)
    {
        foreach (var (path, id) in record.Entries)
        {
            if (!Holds(path, id)) return false;
        }
        return true;
    }

    private sealed record Level(string Name, ParsedTree Tree, Mirror Mirror, bool Foreign);

    // Where a path ended up: behind all links. Tree is set for a directory; what is Foreign lies in a submodule, whose pin is recorded.
    private sealed record Place(string Path, TreeEntryKind Kind, string Id, ParsedTree? Tree, Mirror Mirror, bool Foreign, List<Level> Trail);

    // As the kernel walks: part by part, a link's target put in front of what is left. Null when there is nothing, which is noted.
    private Place? Walk(string path, bool enterSubmodule, List<Level>? from = null)
    {
        var trail = from is null ? [new Level("", _root, _mirror, false)] : new List<Level>(from);
        var left = new Stack<string>();
        Push(left, path);
        var links = 0;
        while (left.TryPop(out var part))
        {
            if (part == "..")
            {
                if (trail.Count == 1) throw Refused(path, "a link on the way leaves the repository");
                trail.RemoveAt(trail.Count - 1);
                continue;
            }
            var folder = trail[^1];
            var here = PathOf(trail, part);
            if (!folder.Tree.TryGet(part, out var item))
            {
                NoteAbsent(folder, here, left);
                return null;
            }
            switch (item.Kind)
            {
                case TreeEntryKind.Directory:
                    trail.Add(new Level(part, folder.Mirror.ReadTree(item.Id), folder.Mirror, folder.Foreign));
                    break;
                case TreeEntryKind.Symlink:
                    if (!folder.Foreign) _recorder.Note(here, item.Id);
                    if (++links > MaxLinks) throw Refused(path, $"more than {MaxLinks} links on the way; they may lead in a circle");
                    Push(left, Target(path, here, folder.Mirror, item.Id));
                    break;
                case TreeEntryKind.Submodule:
                    if (left.Count == 0 && !enterSubmodule)
                        return new Place(here, item.Kind, item.Id, null, folder.Mirror, folder.Foreign, trail);
                    trail.Add(Enter(folder, part, here, item.Id));
                    break;
                default:
                    if (left.Count == 0) return new Place(here, item.Kind, item.Id, null, folder.Mirror, folder.Foreign, trail);
                    NoteAbsent(folder, here, left); // a file where a directory was asked for
                    return null;
            }
        }
        var end = trail[^1];
        return new Place(PathOf(trail, null), TreeEntryKind.Directory, end.Tree.Id, end.Tree, end.Mirror, end.Foreign, trail);
    }

    private Level Enter(Level folder, string part, string here, string commit)
    {
        if (!folder.Foreign)
        {
            _recorder.Note(here, commit);
            _recorder.Note(Modules, _root.TryGet(Modules, out var modules) ? modules.Id : null);
        }
        if (!_mounts.TryGetValue(here, out var mount))
        {
            throw new SourceException(SourceFault.ContentMissing,
                $"{Where(here)}: it is a submodule at {commit} that {Modules} does not name, or submodules are switched off");
        }
        // The failure was made when the tree was opened; each reader gets one of its own.
        if (mount.Failure is { } failure) throw new SourceException(failure.Fault, failure.Message, failure);
        return new Level(part, mount.Root!, mount.Mirror!, true);
    }

    private string Target(string asked, string link, Mirror mirror, string id)
    {
        var bytes = mirror.ReadBlob(id, MaxLinkBytes);
        var target = Encoding.UTF8.GetString(bytes);
        if (target.Length == 0 || target.Contains('\0')) throw Refused(asked, $"the link {link} has no valid target");
        if (target[0] == '/') throw Refused(asked, $"the link {link} leaves the repository: its target {target} is absolute");
        return target;
    }

    private TreeEntry FollowedEntry(TreeItem item, string name, Place folder)
    {
        try
        {
            if (Walk(item.Name, enterSubmodule: false, folder.Trail) is { } place)
            {
                Note(place);
                return new TreeEntry(item.Name, name, place.Kind, place.Id) { Target = place.Path };
            }
        }
        catch (SourceException e) when (e.Fault is SourceFault.PathRefused or SourceFault.ContentMissing or SourceFault.LimitReached)
        {
            // A listing shows the link itself; who follows it gets the error.
        }
        return new TreeEntry(item.Name, name, TreeEntryKind.Symlink, item.Id);
    }

    private void Note(Place place)
    {
        if (!place.Foreign) _recorder.Note(place.Path, place.Id);
    }

    private void NoteAbsent(Level folder, string here, Stack<string> left)
    {
        if (folder.Foreign) return;
        // A path with ".." left has no single name: its first missing part is noted.
        _recorder.Note(left.Contains("..") || left.Count == 0 ? here : here + "/" + string.Join('/', left), null);
    }

    // Recorded paths lie behind all links, so any link, or submodule, on the way means that things have changed.
    private bool Holds(string path, string? id)
    {
        var slash = path.LastIndexOf('/');
        var name = path.AsSpan(slash + 1);
        if (path.Length == 0) return _root.Id == id;
        var folder = Folder(slash < 0 ? "" : path[..slash], out var changed);
        if (changed) return false;
        if (folder is null) return id is null;
        if (!folder.TryGet(name, out var item)) return id is null;
        return id is not null && item.Id == id;
    }

    private ParsedTree? Folder(string path, out bool linked)
    {
        linked = false;
        if (path.Length == 0) return _root;
        if (_folders.TryGetValue(path, out var known)) return known;
        var tree = _root;
        var rest = path.AsSpan();
        while (rest.Length > 0)
        {
            var slash = rest.IndexOf('/');
            var part = slash < 0 ? rest : rest[..slash];
            rest = slash < 0 ? default : rest[(slash + 1)..];
            if (!tree.TryGet(part, out var item) || item.Kind == TreeEntryKind.File) return _folders[path] = null;
            if (item.Kind != TreeEntryKind.Directory)
            {
                linked = true;
                return null;
            }
            tree = _mirror.ReadTree(item.Id);
        }
        return _folders[path] = tree;
    }

    private static void Push(Stack<string> left, string path)
    {
        var parts = path.Split('/');
        for (var i = parts.Length - 1; i >= 0; i--)
        {
            if (parts[i] is not ("" or ".")) left.Push(parts[i]);
        }
    }

    private static string PathOf(List<Level> trail, string? last)
    {
        if (trail.Count == 1) return last ?? "";
        var text = new StringBuilder();
        for (var i = 1; i < trail.Count; i++)
        {
            if (i > 1) text.Append('/');
            text.Append(trail[i].Name);
        }
        return last is null ? text.ToString() : text.Append('/').Append(last).ToString();
    }

    private static string LastName(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static string Describe(TreeEntryKind kind) => kind switch
    {
        TreeEntryKind.Directory => "directory",
        TreeEntryKind.Submodule => "submodule",
        TreeEntryKind.Symlink => "link",
        _ => "file",
    };

    private string Where(string path) => $"{_mirror.Identity}: {(path.Length == 0 ? "/" : path)} at {Commit[..10]}";

    private SourceException NotFound(string path, string what) => new(SourceFault.PathNotFound, $"{Where(path)}: there is no such {what}");

    private SourceException Refused(string path, string why) => new(SourceFault.PathRefused, $"{Where(path)}: refused: {why}");
}
