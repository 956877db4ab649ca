using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Files;

namespace Plumb.Charts.Bases;

/// <summary>What one tree of another repository is kept under: its folders are read from the same commit.</summary>
internal readonly record struct BaseKey(string Repository, string Revision)
{
    public static BaseKey Of(RemoteAddress address) => new(address.Repository, address.Revision);
}

/// <summary>What a chart is kept under.</summary>
internal readonly record struct ChartKey(string Repository, string Name, string Version)
{
    public static ChartKey Of(RemoteChart chart) => new(chart.Repository, chart.Name, chart.Version);
}
