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

    /// <summary>Checks who has signed it: <c>--verify</c>.</summary>
    /// <param name="found">What was found.</param>
    /// <param name="keyring">File of public keys; null for GnuPG's old one.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="HelmException">It cannot be checked, or nobody of the keyring has signed it.</exception>
    public async Task VerifyAsync(Found found, string? keyring, CancellationToken ct)
    {
        if (host is null) throw new HelmException("--verify is not supported here: this program checks no signatures; use plumb helm template");
        if (found.Path is not { } path)
            throw new HelmException("--verify is for archives on disk: pull the chart with its provenance file first");
        if (Directory.Exists(path)) throw new HelmException("unpacked charts cannot be verified");
        if (!path.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase)) throw new HelmException("chart must be a tgz file");
        path = Path.GetFullPath(path);
        var provenance = await ReadAsync(path + ".prov", $"could not load provenance file {path}.prov", ct);
        var keys = await ReadAsync(keyring ?? Keyring(), "failed to load keyring", ct);
        host.Verify(await ReadAsync(path, "failed to read chart archive", ct), provenance, keys, Path.GetFileName(path));
    }

    private static string Keyring() => Path.Combine(
        Environment.GetEnvironmentVariable("GNUPGHOME") is { Length: > 0 } home ? home : Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "", ".gnupg"),
        "pubring.gpg");

    private static async Task<byte[]> ReadAsync(string file, string what, CancellationToken ct)
    {
        const int Most = 64 * 1024 * 1024;
        try
        {
            if (new FileInfo(file).Length > Most) throw new HelmException($"{what}: {file} has more than {Most} bytes");
            return await File.ReadAllBytesAsync(file, ct);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new HelmException($"{what}: open {file}: {(fault is FileNotFoundException or DirectoryNotFoundException ? "no such file or directory" : fault.Message)}", fault);
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
