namespace Plumb.Manifests.Helm.Charts;

/// <summary>Bounds on a chart; sizes are Helm's own (<c>pkg/chart/loader/archive</c>).</summary>
/// <param name="MaxFileBytes">Size of one file. Default: 5 MiB.</param>
/// <param name="MaxChartBytes">Size of all files of a folder or an archive, unpacked. Default: 100 MiB.</param>
/// <param name="MaxFiles">Number of files of a folder or an archive. Default: 50,000.</param>
/// <param name="MaxDepth">Charts within charts, and folders within folders. Default: 50.</param>
public sealed record ChartLimits(
    int MaxFileBytes = 5 * 1024 * 1024, long MaxChartBytes = 100 * 1024 * 1024, int MaxFiles = 50_000, int MaxDepth = 50)
{
    /// <summary>The defaults.</summary>
    public static ChartLimits Default { get; } = new();
}
