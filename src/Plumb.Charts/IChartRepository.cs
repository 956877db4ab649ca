using Plumb.Reconcile.Sources;

namespace Plumb.Charts;

/// <summary>A place that offers charts.</summary>
internal interface IChartRepository
{
    /// <summary>The version that a revision means now; its <see cref="ChartVersion.Digest"/> is always set.</summary>
    /// <exception cref="SourceException">Repository, chart or version cannot be had.</exception>
    Task<ChartVersion> ResolveAsync(string chart, string revision, Freshness freshness, CancellationToken ct);

    /// <summary>The archive of a version with a certain digest.</summary>
    /// <exception cref="SourceException">It cannot be had any more, or is not what the digest says.</exception>
    Task<byte[]> DownloadAsync(string chart, string version, string digest, CancellationToken ct);
}
