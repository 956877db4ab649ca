using Plumb.GoTemplate;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Helm.Charts;

namespace Plumb.Manifests.Helm.Rendering;

/// <summary>All that a render depends on.</summary>
/// <param name="Chart">The chart as loaded; it is not changed.</param>
/// <param name="Values">The values given, merged; they are not changed.</param>
/// <param name="Release">What <c>.Release</c> says.</param>
/// <param name="Capabilities">What <c>.Capabilities</c> says.</param>
public sealed record HelmRequest(Chart Chart, GoMap Values, ReleaseOptions Release, Capabilities Capabilities)
{
    /// <summary>Which Helm to be.</summary>
    public HelmVersion Helm { get; init; }

    /// <summary>Leave <c>values.schema.json</c> aside.</summary>
    public bool SkipSchemaValidation { get; init; }

    /// <summary>What <c>lookup</c> asks; null answers nothing.</summary>
    public ILiveObjects? Live { get; init; }

    /// <summary>Bounds on the templates.</summary>
    public TemplateLimits Limits { get; init; } = new();
}
