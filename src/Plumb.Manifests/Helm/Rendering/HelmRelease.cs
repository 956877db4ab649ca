using Plumb.Manifests.Helm.Charts;

namespace Plumb.Manifests.Helm.Rendering;

/// <summary>What a chart came to.</summary>
/// <param name="Manifests">The manifests in the order of an installation, hooks left out.</param>
/// <param name="Hooks">The hooks in the same order.</param>
/// <param name="Crds">The files below <c>crds/</c> of the chart and those in it, by full name.</param>
public sealed record HelmRelease(
    IReadOnlyList<HelmManifest> Manifests, IReadOnlyList<HelmManifest> Hooks, IReadOnlyList<ChartFile> Crds)
{
    /// <summary>How long its templates spent on making keys and hashing passwords; zero when they did neither.</summary>
    public TimeSpan KeyTime { get; init; }
}
