using System.Text;
using Plumb.Git.Addresses;
using Plumb.Git.Mirrors;
using Plumb.Git.Objects;
using Plumb.Reconcile.Sources;

namespace Plumb.Git.Trees;

/// <summary>A submodule made readable, or why it is not.</summary>
internal sealed record Mount(Mirror? Mirror, ParsedTree? Root, SourceException? Failure);

/// <summary>Makes the submodules of a commit readable before anybody reads: reads are synchronous, fetches are not.</summary>
internal static class Submodules
{
    private const int MaxDepth = 5;
    private const long MaxModulesFile = 1 << 20;

    /// <summary>Submodules of a commit and of its submodules, by path from the outermost root.</summary>
    public static async Task<IReadOnlyDictionary<string, Mount>> MountAsync(
        Mirror mirror, ParsedTree root, Func<RepositoryUrl, Mirror> open, CancellationToken ct)
    {
        var mounts = new Dictionary<string, Mount>(StringComparer.Ordinal);
        await AddAsync(mirror, root, "", 1, mounts, open, ct);
        return mounts;
    }

    private static async Task AddAsync(
        Mirror mirror, ParsedTree root, string at, int depth, Dictionary<string, Mount> mounts, Func<RepositoryUrl, Mirror> open,
        CancellationToken ct)
    {
        if (!root.TryGet(".gitmodules", out var file) || file.Kind != TreeEntryKind.File) return;
        var text = Encoding.UTF8.GetString(mirror.ReadBlob(file.Id, MaxModulesFile));
        foreach (var module in GitModules.Parse(text))
        {
            if (Pinned(mirror, root, module.Path) is not { } commit) continue;
            var path = TreePath.Join(at, module.Path);
            Mount mount;
            try
            {
                if (depth > MaxDepth) throw new SourceException(SourceFault.LimitReached, $"submodules are nested deeper than {MaxDepth}");
                var inner = open(Address(mirror, module));
                await inner.EnsureCommitAsync(commit, justFetched: false, ct);
                mount = new Mount(inner, inner.ReadRoot(commit), null);
            }
            catch (SourceException e)
            {
                mount = new Mount(null, null, new SourceException(SourceFault.ContentMissing,
                    $"{mirror.Identity}: submodule {path} ({RepositoryUrl.Redact(module.Url)} at {commit}) cannot be had: {e.Message}", e));
            }
            mounts[path] = mount;
            if (mount is { Mirror: { } nested, Root: { } tree }) await AddAsync(nested, tree, path, depth + 1, mounts, open, ct);
        }
    }

    private static RepositoryUrl Address(Mirror mirror, GitModule module)
    {
        var url = mirror.Identity.Resolve(module.Url);
        // Else any repository could have Plumb read the disk of the machine it runs on.
        if (url.IsLocal && !mirror.Identity.IsLocal)
            throw new SourceException(SourceFault.PathRefused, "a repository of another machine may not name a local path");
        return url;
    }

    private static string? Pinned(Mirror mirror, ParsedTree tree, string path)
    {
        var parts = path.Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            if (!tree.TryGet(parts[i], out var item)) return null;
            if (i == parts.Length - 1) return item.Kind == TreeEntryKind.Submodule ? item.Id : null;
            if (item.Kind != TreeEntryKind.Directory) return null;
            tree = mirror.ReadTree(item.Id);
        }
        return null;
    }
}
