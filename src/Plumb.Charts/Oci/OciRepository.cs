using System.Collections.Concurrent;
using Plumb.GoTemplate.Functions.Semver;
using Plumb.GoTemplate.Values;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Oci;

/// <summary>Charts in a registry: each has a repository, each version a tag.</summary>
internal sealed class OciRepository(string address, RegistryClient client) : IChartRepository
{
    private readonly ConcurrentDictionary<(string Chart, string Revision), ChartVersion> _known = new();

    public async Task<ChartVersion> ResolveAsync(string chart, string revision, Freshness freshness, CancellationToken ct)
    {
        if (freshness == Freshness.Mirror && _known.TryGetValue((chart, revision), out var known)) return known;
        var repository = Below(chart);
        var version = IsExact(revision) ? new ChartVersion(revision, null, []) : await ChooseAsync(repository, revision, ct);
        var tag = RegistryClient.TagOf(version.Version);
        var manifest = await client.ManifestAsync(repository, tag, ct)
            ?? throw new SourceException(SourceFault.RevisionNotFound,
                $"{repository} has no version {version.Version}: there is no tag {tag}");
        return _known[(chart, revision)] = version with { Digest = manifest.Digest };
    }

    public async Task<byte[]> DownloadAsync(string chart, string version, string digest, CancellationToken ct)
    {
        var repository = Below(chart);
        var manifest = await client.ManifestAsync(repository, $"sha256:{digest}", ct)
            ?? throw new SourceException(SourceFault.RevisionNotFound,
                $"{repository} does not have sha256:{digest}, which was version {version}, any more");
        return await client.ArchiveAsync(repository, manifest, ct);
    }

    private async Task<ChartVersion> ChooseAsync(OciReference repository, string revision, CancellationToken ct)
    {
        var tags = await client.TagsAsync(repository, ct);
        var versions = VersionChoice.Sorted(tags.Select(t => new ChartVersion(t.Replace('_', '+'), null, [])));
        return VersionChoice.Choose(versions, revision)
            ?? throw new SourceException(SourceFault.RevisionNotFound,
                $"{repository} has no version that fits \"{revision}\"; the latest is {(versions.Count > 0 ? versions[0].Version : "none")}");
    }

    /// <summary>Whole versions need no list of tags, which registries are slow to give, or do not give at all.</summary>
    private static bool IsExact(string revision)
    {
        try
        {
            var version = SemanticVersion.Parse(revision);
            return revision.TrimStart('v').StartsWith($"{version.Major}.{version.Minor}.{version.Patch}", StringComparison.Ordinal);
        }
        catch (GoError)
        {
            return false;
        }
    }

    private OciReference Below(string chart) => OciReference.Parse(chart.Length == 0 ? address : $"{address}/{chart}");
}
