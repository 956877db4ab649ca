using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Targets;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Sources;

namespace Plumb.Manifests.Kustomize;

/// <summary>A folder of another repository that a kustomization names.</summary>
/// <param name="Address">Which.</param>
/// <param name="NamedBy">The repository whose kustomization names it; null for the one that the walk begins in.</param>
/// <param name="At">Where it is named.</param>
public sealed record RemoteBase(RemoteAddress Address, RemoteAddress? NamedBy, Origin At);

/// <summary>A chart that has to come from a repository of charts.</summary>
/// <param name="Repository">Address of the repository: <c>https://…</c> or <c>oci://…</c>.</param>
/// <param name="Name">Name of the chart.</param>
/// <param name="Version">Version or range; empty for the newest.</param>
/// <param name="At">Where it is named.</param>
public sealed record RemoteChart(string Repository, string Name, string Version, Origin At);

/// <summary>A file of a web server that a kustomization names.</summary>
/// <param name="Address">Its address, as written.</param>
/// <param name="At">Where it is named.</param>
public sealed record RemoteFile(string Address, Origin At);

/// <summary>Opens another repository during a walk; the same address and revision give the same tree for as long as the walk lasts.</summary>
/// <exception cref="SourceException">It cannot be had, or is not allowed: the walk ends.</exception>
public delegate Task<ITree> OpenBase(RemoteBase named, CancellationToken ct);

/// <summary>
/// What a kustomization needs that is not in its own tree, itself or by way of other kustomizations. Nothing is built: what cannot be read
/// is left for the build, which says what is wrong with it.
/// </summary>
/// <param name="Bases">Folders of other repositories, in the order they were found; one for each place that names one.</param>
/// <param name="Charts">Charts that the chart home does not have.</param>
/// <param name="Files">Files of web servers.</param>
public sealed record KustomizationClosure(
    IReadOnlyList<RemoteBase> Bases, IReadOnlyList<RemoteChart> Charts, IReadOnlyList<RemoteFile> Files)
{
    /// <summary>The most other repositories (at different revisions), charts, or files of web servers that one kustomization may need.</summary>
    public const int MaxRemotes = 100;

    /// <summary>Whether all that is needed is in the kustomization's own tree.</summary>
    public bool IsEmpty => Bases.Count + Charts.Count + Files.Count == 0;

    /// <summary>Whether a source of an application is built as a kustomization: by what it says, else by what its folder holds.</summary>
    public static bool IsKustomization(ITree tree, SourceSpec source)
    {
        if (source.Helm is not null || source.IsPackedChart || source.Path.StartsWith('/')) return false;
        if (source.Kustomize is not null) return true;
        return source.Directory is null && !Holds(tree, source.Path, "Chart.yaml") && BuildTarget.FileNames.Any(n => Holds(tree, source.Path, n));
    }

    /// <summary>Walks the kustomization in a folder, and all that it leads to.</summary>
    /// <param name="tree">The tree; what is read of it goes into its record.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="changes">What an application adds to the kustomization; null for nothing.</param>
    /// <param name="open">Opens other repositories.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="SourceException">Another repository cannot be had, or there are too many.</exception>
    public static async Task<KustomizationClosure> WalkAsync(
        ITree tree, string folder, KustomizeSpec? changes, OpenBase open, CancellationToken ct)
    {
        var walk = new ClosureWalk(open, ct);
        await walk.RunAsync(tree, folder, changes ?? new KustomizeSpec());
        return new KustomizationClosure(walk.Bases, walk.Charts, walk.Files);
    }

    private static bool Holds(ITree tree, string folder, string name)
    {
        try
        {
            return tree.Find(folder.Length == 0 ? name : $"{folder}/{name}") is { Kind: TreeEntryKind.File };
        }
        catch (SourceException)
        {
            return false; // the render meets it too, and says it with its place
        }
    }
}
