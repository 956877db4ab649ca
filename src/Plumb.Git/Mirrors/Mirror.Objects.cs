using System.Text;
using Plumb.Git.Objects;
using Plumb.Reconcile.Sources;

namespace Plumb.Git.Mirrors;

/// <summary>The reading half: objects by id, from memory or through the readers of the current view.</summary>
internal sealed partial class Mirror
{
    private const long MaxCommitBytes = 16 << 20;
    private const long MaxTreeBytes = 64 << 20;
    private const int MaxCachedBlob = 64 << 10;

    /// <summary>The tree of a commit.</summary>
    /// <exception cref="SourceException">No such commit in the mirror, or it is damaged.</exception>
    public ParsedTree ReadRoot(string commit)
    {
        if (Cache.Get<string>(commit) is not { } tree)
        {
            var found = ReadObject(commit, MaxCommitBytes);
            if (found is null or { Kind: not "commit" }) throw NoCommit(commit);
            tree = CommitText.Tree(found) ?? throw Damaged($"commit {commit} has no tree", null);
            Cache.Put(commit, tree, 300);
        }
        return ReadTree(tree);
    }

    /// <summary>A tree, parsed.</summary>
    public ParsedTree ReadTree(string id)
    {
        if (Cache.Get<ParsedTree>(id) is { } cached) return cached;
        var found = ReadObject(id, MaxTreeBytes) ?? throw Damaged($"tree {id} is missing", null);
        if (found.Kind != "tree") throw Damaged($"{id} is a {found.Kind}, not a tree", null);
        ParsedTree tree;
        try
        {
            tree = ParsedTree.Parse(id, found.Content);
        }
        catch (DamagedMirrorException e)
        {
            throw Damaged(e.Message, e);
        }
        Cache.Put(id, tree, tree.Bytes);
        return tree;
    }

    /// <summary>A blob's bytes.</summary>
    /// <exception cref="SourceException">Over the limit, or the mirror is damaged.</exception>
    public byte[] ReadBlob(string id, long maxBytes)
    {
        if (Cache.Get<byte[]>(id) is { } cached)
        {
            return cached.Length <= maxBytes ? cached : throw TooLarge(id, cached.Length, maxBytes);
        }
        var found = ReadObject(id, maxBytes) ?? throw Damaged($"file object {id} is missing", null);
        if (found.Kind != "blob") throw Damaged($"{id} is a {found.Kind}, not a file", null);
        if (found.Content.Length <= MaxCachedBlob) Cache.Put(id, found.Content, found.Content.Length + 200);
        return found.Content;
    }

    /// <summary>A commit's text, decoded.</summary>
    public CommitText ReadCommit(string commit)
    {
        var found = ReadObject(commit, MaxCommitBytes);
        if (found is null or { Kind: not "commit" }) throw NoCommit(commit);
        return CommitText.Parse(commit, Encoding.UTF8.GetString(found.Content));
    }

    private GitObject? ReadObject(string name, long maxBytes)
    {
        var view = _view ?? throw new InvalidOperationException("The mirror is not there yet.");
        try
        {
            try
            {
                return view.Readers.Read(name, maxBytes) ?? _retired?.Readers.Read(name, maxBytes);
            }
            catch (DamagedMirrorException) when (!ReferenceEquals(view, _view) && _view is not null)
            {
                return _view.Readers.Read(name, maxBytes); // it was cloned again meanwhile
            }
        }
        catch (ObjectTooLargeException e)
        {
            throw TooLarge(e.Id, e.Size, maxBytes);
        }
        catch (ReadTimeoutException e)
        {
            throw new SourceException(SourceFault.LimitReached, $"{Identity}: reading {name} from the mirror: {e.Message}", e);
        }
        catch (DamagedMirrorException e)
        {
            throw Damaged(e.Message, e);
        }
    }

    private SourceException TooLarge(string id, long size, long max) =>
        new(SourceFault.LimitReached, $"{Identity}: object {id} has {size} bytes, more than the limit of {max}");

    // Notes the damage, so that the next use, or the poll loop, clones again.
    private SourceException Damaged(string reason, Exception? inner)
    {
        if (_damage is null)
        {
            _damage = reason;
            LogDamaged(_context.Logger, Identity, reason);
            Due(_context.Time.GetUtcNow());
        }
        return new SourceException(SourceFault.Corrupt, $"{Identity}: the mirror is damaged ({reason}); it is cloned again", inner);
    }
}
