using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Sources;

namespace Plumb.Manifests.Kustomize.Files;

/// <summary>
/// The folder that a kustomization stands in: what it names is looked up from here. Nothing outside the tree can be named; unless the
/// build says otherwise, files have to be in the folder or below it, as Kustomize's <c>LoadRestrictionsRootOnly</c> has it.
/// </summary>
internal sealed class BuildRoot
{
    private const int MaxDepth = 200;

    private readonly BuildRoot? _referrer;
    private readonly ITree _tree;
    private readonly RemoteAddress? _repository;
    private readonly BuildSettings _settings;
    private readonly BuildBudget _budget;
    private readonly CancellationToken _ct;
    private readonly int _depth;

    private BuildRoot(
        ITree tree, string folder, BuildSettings settings, BuildBudget budget, CancellationToken ct, BuildRoot? referrer, RemoteAddress? repository)
    {
        _tree = tree;
        Folder = folder;
        _settings = settings;
        _budget = budget;
        _ct = ct;
        _referrer = referrer;
        _repository = repository ?? referrer?._repository;
        _depth = (referrer?._depth ?? 0) + 1;
    }

    /// <summary>The folder's path in its tree; empty for the tree's root.</summary>
    public string Folder { get; }

    /// <summary>The folder in words: with its repository when that is another one.</summary>
    public string Name => _repository is null ? Shown(Folder) : $"{_repository.Display}//{Folder}";

    /// <summary>The folder a build starts in.</summary>
    public static BuildRoot Start(ITree tree, string folder, BuildSettings settings, BuildBudget budget, CancellationToken ct)
    {
        var root = new BuildRoot(tree, "", settings, budget, ct, null, null);
        return new BuildRoot(tree, root.FolderAt(folder, folder), settings, budget, ct, null, null);
    }

    /// <summary>A folder, or another repository, that is named here.</summary>
    /// <exception cref="KustomizeException">It is not there, is no folder, or holds this one.</exception>
    public BuildRoot Enter(string path)
    {
        if (path.Length == 0) throw new KustomizeException("new root cannot be empty");
        if (_depth >= MaxDepth)
            throw new KustomizeException($"kustomizations are nested more than {MaxDepth} levels deep at '{path}' in '{Name}'");
        if (RemoteAddress.Parse(path) is { } address) return EnterRepository(address);
        if (path.StartsWith('/')) throw new KustomizeException($"new root '{path}' cannot be absolute");
        var folder = FolderAt(Join(path), path);
        for (var above = this; above is not null && ReferenceEquals(above._tree, _tree); above = above._referrer)
        {
            if (!IsInOrBelow(above.Folder, folder)) continue;
            throw new KustomizeException(
                $"cycle detected: candidate root '{Shown(folder)}' contains visited root '{Shown(above.Folder)}'");
        }

        return new BuildRoot(_tree, folder, _settings, _budget, _ct, this, null);
    }

    /// <summary>Content of a file named here.</summary>
    /// <exception cref="KustomizeException">It is not there, is no file, or may not be read.</exception>
    public ReadOnlyMemory<byte> Load(string path)
    {
        if (RemoteAddress.IsWebAddress(path))
        {
            if (_settings.Remote is not { } remote)
                throw new KustomizeException($"'{path}' is on another server, and nothing of other servers is read here");
            return Counted(Guarded(() => remote.Download(path, _ct)), path);
        }

        var full = Join(path);
        var entry = Guarded(() => _tree.Find(full))
            ?? throw new KustomizeException($"'{path}' doesn't exist in '{Name}'");
        if (entry.Kind != TreeEntryKind.File) throw new KustomizeException($"'{path}' must resolve to a file");

        // In a repository that was fetched the restriction always holds, as the original has it.
        if ((_settings.RestrictsToRoot || _repository is not null) && !IsInOrBelow(entry.Target, Folder))
        {
            throw new KustomizeException(
                $"security; file '{Shown(entry.Target)}' is not in or below '{Shown(Folder)}'");
        }

        return Counted(Guarded(() => _tree.Read(full)), path);
    }

    private ReadOnlyMemory<byte> Counted(ReadOnlyMemory<byte> content, string path)
    {
        _budget.AddBytes(content.Length, path);
        return content;
    }

    /// <summary>Whether a file of this name is there, without the restrictions.</summary>
    public bool Has(string name) => Guarded(() => _tree.Find(Join(name))) is { Kind: TreeEntryKind.File };

    /// <summary>Whether a path is that of a folder.</summary>
    public bool IsFolder(string path) => path.Length > 0 && !path.StartsWith('/') && Guarded(() => _tree.FindDirectory(Join(path))) is not null;

    /// <summary>The place of a file in its tree, for messages.</summary>
    public Origin PlaceOf(string path) => new(RemoteAddress.IsWebAddress(path) ? path : Cleaned(Join(path)));

    /// <summary>The tree and path of a folder named here, for charts.</summary>
    public (ITree Tree, string Path) FolderOf(string path) => (_tree, FolderAt(Join(path), path));

    private BuildRoot EnterRepository(RemoteAddress address)
    {
        for (var above = this; above is not null; above = above._referrer)
        {
            if (above._repository is not { } visited) continue;
            if (!visited.Written.StartsWith(address.Written, StringComparison.Ordinal)) continue;
            throw new KustomizeException(
                $"cycle detected: URI '{address.Shown}' referenced by previous URI '{visited.Shown}'");
        }

        if (_settings.Remote is not { } remote)
        {
            throw new KustomizeException(
                $"'{address.Shown}' is in another repository, and nothing of other repositories is read here");
        }

        var tree = Guarded(() => remote.Open(address, _ct));
        var root = new BuildRoot(tree, "", _settings, _budget, _ct, this, address);
        return new BuildRoot(tree, root.FolderAt(address.Folder, address.Shown), _settings, _budget, _ct, this, address);
    }

    private string FolderAt(string path, string written)
    {
        if (Guarded(() => _tree.FindDirectory(path)) is { } folder) return folder;
        throw new KustomizeException(
            Guarded(() => _tree.Find(path)) is null
                ? $"must build at directory: '{written}' doesn't exist in '{Name}'"
                : $"must build at directory: not a valid directory: '{written}' in '{Name}' is a file");
    }

    private string Join(string path) => path.StartsWith('/') ? path[1..] : Folder.Length == 0 ? path : $"{Folder}/{path}";

    private T Guarded<T>(Func<T> read)
    {
        _ct.ThrowIfCancellationRequested();
        try
        {
            return read();
        }
        catch (SourceException fault)
        {
            throw new KustomizeException(fault.Message, null, fault);
        }
    }

    private static bool IsInOrBelow(string path, string folder) =>
        folder.Length == 0 || path == folder
        || (path.Length > folder.Length && path[folder.Length] == '/' && path.StartsWith(folder, StringComparison.Ordinal));

    private static string Shown(string folder) => folder.Length == 0 ? "." : folder;

    private static string Cleaned(string path) => Resources.BuildOrigin.Join(path, "");
}
