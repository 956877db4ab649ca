using Plumb.Manifests.Helm;
using Plumb.Manifests.Helm.Charts;
using Plumb.Reconcile.Sources;

namespace Plumb.Commands.Helm;

/// <summary>Finds the chart that a command line names, in Helm's order: a path first, then repositories and registries.</summary>
/// <param name="host">Fetches charts; null: nobody does.</param>
/// <param name="access">What the flags say of where charts are.</param>
internal sealed class ChartFinder(ITemplateHost? host, ChartAccess access)
{
    /// <summary>A chart that was found and not read yet.</summary>
    /// <param name="Path">Folder or archive on disk; null when it was fetched.</param>
    /// <param name="Archive">The packed chart; null for a path.</param>
    internal readonly record struct Found(string? Path, byte[]? Archive);

    /// <summary>Finds it.</summary>
    /// <exception cref="HelmException">It is not there, or cannot be had.</exception>
    public async Task<Found> FindAsync(string chart, CancellationToken ct)
    {
        chart = chart.Trim();
        if (access.RepoUrl is null)
        {
            if (Directory.Exists(chart) || File.Exists(chart)) return new Found(chart, null);
            if (Path.IsPathRooted(chart) || chart.StartsWith('.')) throw new HelmException($"path \"{chart}\" not found");
        }

        if (host is null) throw new HelmException($"\"{chart}\" is no folder or archive here, and this program fetches no charts: use plumb helm template, or pull it first");
        try
        {
            return new Found(null, await host.FetchAsync(chart, access, ct));
        }
        catch (SourceException fault)
        {
            throw new HelmException(fault.Message, fault);
        }
    }

    /// <summary>Reads it.</summary>
    /// <param name="found">What was found.</param>
    /// <param name="update">Whether dependencies that it lacks are fetched: <c>--dependency-update</c>. Nothing is written to disk.</param>
    /// <param name="log">Gets warnings.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="HelmException">It is no chart, or a dependency cannot be had.</exception>
    public async Task<Chart> LoadAsync(Found found, bool update, HelmLog log, CancellationToken ct)
    {
        if (found.Path is not { } path) return ChartLoader.LoadArchive(found.Archive!, log, ct);
        if (!Directory.Exists(path)) return ChartLoader.LoadArchive(ReadArchive(path), log, ct);
        var folder = Path.GetFullPath(path);
        var chart = ChartLoader.LoadFolder(new FolderTree(folder), "", log, ct);
        return update && Lacks(chart) ? await LoadCompleteAsync(folder, log, ct) : chart;
    }

    private static bool Lacks(Chart chart) => (chart.Metadata.Dependencies ?? []).Any(w => w is not null && chart.Dependencies.All(d => d.Name != w.Name));

    private async Task<Chart> LoadCompleteAsync(string folder, HelmLog log, CancellationToken ct)
    {
        if (host is null) throw new HelmException("--dependency-update is not supported here: this program fetches no charts; use plumb helm template");
        try
        {
            // From the root, as a dependency may be a folder beside the chart: file://../common.
            var root = Path.GetPathRoot(folder)!;
            var below = Path.GetRelativePath(root, folder).Replace('\\', '/');
            return ChartLoader.LoadFolder(await host.WithDependenciesAsync(new FolderTree(root), below, access, ct), below, log, ct);
        }
        catch (SourceException fault)
        {
            throw new HelmException(fault.Message, fault);
        }
    }

    private static byte[] ReadArchive(string path)
    {
        var data = File.ReadAllBytes(path);
        if (data.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b])) return data;
        var isYaml = path.EndsWith(".yaml", StringComparison.Ordinal) || path.EndsWith(".yml", StringComparison.Ordinal);
        throw new HelmException(isYaml
            ? $"file '{Path.GetFullPath(path)}' seems to be a YAML file, but expected a gzipped archive"
            : $"file '{Path.GetFullPath(path)}' does not appear to be a gzipped archive");
    }
}
