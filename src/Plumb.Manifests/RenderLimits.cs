using Plumb.Manifests.Yaml;

namespace Plumb.Manifests;

/// <summary>Bounds on what one source may hold.</summary>
/// <param name="MaxBytes">Size of all manifests together. Default: 64 MiB.</param>
/// <param name="MaxObjects">Number of objects. Default: 50,000.</param>
public sealed record RenderLimits(long MaxBytes = 64L * 1024 * 1024, int MaxObjects = 50_000)
{
    /// <summary>The defaults.</summary>
    public static RenderLimits Default { get; } = new();

    /// <summary>Bounds on each file.</summary>
    public YamlLimits Yaml { get; init; } = YamlLimits.Default;
}
