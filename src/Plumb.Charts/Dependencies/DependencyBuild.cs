using Plumb.Charts.Trees;
using Plumb.GoTemplate.Functions.Semver;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Helm;
using Plumb.Manifests.Helm.Charts;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Dependencies;

/// <summary>
/// What <c>helm dependency build</c> does: the charts that a chart in Git declares and does not carry are fetched, at the versions of its
/// lock, and put into its <c>charts/</c>, here of a tree laid over Git's.
/// </summary>
internal sealed class DependencyBuild(ChartRepositories charts)
{
    /// <summary>The tree with what the chart at a path lacks; the same tree when it lacks nothing or there is no chart.</summary>
    /// <exception cref="SourceException">A chart cannot be had, or the lock is not in step.</exception>
    public async Task<ITree> CompleteAsync(ITree tree, string path, bool fromLock, CancellationToken ct)
    {
        if (FileSet.Normalize(path) is not { } folder || Missing(tree, folder, ct) is not { } declared) return tree;
        path = folder;
        var missing = declared.All.Where(d => d.Repository.Length > 0 && !IsThere(tree, path, d.Name));
        if (fromLock) CheckLock(path, declared);
        else declared = declared with { Lock = null };
        var added = new FileSet();
        var asked = missing.DistinctBy(d => (d.Name, d.Version, d.Repository)).ToList();
        foreach (var dependency in asked) await AddAsync(added, tree, path, declared, dependency, ct);
        return new OverlayTree(tree, added, [.. asked.Select(d => AddressOf(d.Repository)).OfType<string>().Where(a => !IsFolder(a)).Distinct()]);
    }

    /// <summary>What is declared, when something of it is missing.</summary>
    private static DeclaredDependencies? Missing(ITree tree, string path, CancellationToken ct)
    {
        try
        {
            if (DeclaredDependencies.Read(tree, path) is not { All.Count: > 0 } declared) return null;
            return declared.All.All(d => d.Repository.Length == 0 || IsThere(tree, path, d.Name)) || AllThere(tree, path, declared, ct) ? null : declared;
        }
        catch (SourceException)
        {
            return null; // the render meets it too, and says it with its place
        }
    }

    private async Task AddAsync(
        FileSet added, ITree tree, string path, DeclaredDependencies declared, ChartDependency dependency, CancellationToken ct)
    {
        var where = Join(path, declared.File);
        if (IsFolder(dependency.Repository))
        {
            AddFolder(added, tree, path, where, dependency, ct);
            return;
        }

        var repository = AddressOf(dependency.Repository)
            ?? throw new SourceException(SourceFault.ContentMissing,
                $"{where}: dependency \"{dependency.Name}\": nothing is known of the repository \"{dependency.Repository}\"; write its address "
                + "(https://… or oci://…), make its name known with helm repo add, or commit the chart to charts/");
        var version = Locked(declared, dependency) ?? dependency.Version;
        try
        {
            var (found, digest, archive) = await charts.FetchAsync(repository, dependency.Name, version, ct);
            added.Add(Join(path, $"charts/{dependency.Name}-{found}.tgz"), archive, $"sha256:{digest}");
        }
        catch (SourceException fault)
        {
            throw new SourceException(fault.Fault, $"{where}: dependency \"{dependency.Name}\": {fault.Message}", fault);
        }
    }

    private static bool IsFolder(string repository) => repository.StartsWith("file://", StringComparison.Ordinal);

    private string? AddressOf(string repository)
    {
        if (repository.StartsWith('@')) return charts.AddressOf(repository[1..]);
        if (repository.StartsWith("alias:", StringComparison.Ordinal)) return charts.AddressOf(repository["alias:".Length..]);
        return repository.Contains("://", StringComparison.Ordinal) ? repository : null;
    }

    /// <summary>A chart elsewhere in the same tree, its files less those that its <c>.helmignore</c> names.</summary>
    private static void AddFolder(FileSet added, ITree tree, string path, string where, ChartDependency dependency, CancellationToken ct)
    {
        var relative = dependency.Repository["file://".Length..];
        var folder = relative.StartsWith('/') ? null : FileSet.Normalize(Join(path, relative));
        if (folder is null || tree.Find(Join(folder, "Chart.yaml")) is not { Kind: TreeEntryKind.File })
        {
            throw new SourceException(SourceFault.PathNotFound,
                $"{where}: dependency \"{dependency.Name}\": there is no chart at {dependency.Repository} in this repository");
        }

        try
        {
            var log = new HelmLog();
            var chart = ChartLoader.LoadFolder(tree, folder, log, ct);
            if (dependency.Version.Length > 0 && !VersionConstraint.Parse(dependency.Version).Fits(SemanticVersion.Parse(chart.Metadata.Version)))
            {
                throw new SourceException(SourceFault.RevisionNotFound,
                    $"{where}: dependency \"{dependency.Name}\": asks for version {dependency.Version}; the one at {dependency.Repository} has {chart.Metadata.Version}");
            }

            foreach (var file in FolderFiles.Read(tree, folder, ChartLimits.Default, ct))
                added.Add(Join(path, $"charts/{dependency.Name}/{file.Name}"), file.Data, $"sha256:{ArchiveStore.Digest(file.Data.Span)}");
        }
        catch (Exception fault) when (fault is HelmException or GoError)
        {
            throw new SourceException(SourceFault.ContentMissing, $"{where}: dependency \"{dependency.Name}\": {fault.Message}", fault);
        }
    }

    private static void CheckLock(string path, DeclaredDependencies declared)
    {
        if (declared.Lock is not { } locked || locked.IsInStepWith(declared.All, declared.ApiVersion)) return;
        throw new SourceException(SourceFault.ContentMissing,
            $"{Join(path, declared.LockFile)}: the lock file ({declared.LockFile}) is out of sync with the dependencies file ({declared.File}); "
            + "run helm dependency update and commit it");
    }

    /// <summary>The version that the lock has for a declaration: by name, and by order where a name is declared more than once.</summary>
    private static string? Locked(DeclaredDependencies declared, ChartDependency dependency)
    {
        if (declared.Lock is not { } locked) return null;
        var before = declared.All.TakeWhile(d => !ReferenceEquals(d, dependency)).Count(d => d.Name == dependency.Name);
        var found = locked.Dependencies.Where(d => d.Name == dependency.Name).ToList();
        return found.Count > before ? found[before].Version : found.LastOrDefault()?.Version;
    }

    /// <summary>By the usual names of files; charts in folders of another name are found by <see cref="AllThere"/>.</summary>
    private static bool IsThere(ITree tree, string path, string name)
    {
        var folder = Join(path, "charts");
        if (tree.Find(folder) is not { Kind: TreeEntryKind.Directory }) return false;
        return tree.List(folder).Any(e => e.Name == name
            || (e.Name.StartsWith(name + "-", StringComparison.Ordinal) && e.Name.EndsWith(".tgz", StringComparison.Ordinal)));
    }

    private static bool AllThere(ITree tree, string path, DeclaredDependencies declared, CancellationToken ct)
    {
        if (tree.Find(Join(path, "charts")) is not { Kind: TreeEntryKind.Directory }) return false;
        try
        {
            var chart = ChartLoader.LoadFolder(tree, path, new HelmLog(), ct);
            return declared.All.All(d => chart.Dependencies.Any(c => c.Name == d.Name));
        }
        catch (HelmException)
        {
            return true; // the render says what is wrong with it
        }
    }

    private static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";
}
