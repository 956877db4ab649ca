namespace Plumb.Manifests.Cel;

/// <summary>How much an expression may be, and how much its evaluation may cost.</summary>
public sealed record CelLimits
{
    /// <summary>The defaults.</summary>
    public static CelLimits Default { get; } = new();

    /// <summary>Longest expression in characters. Default: 100,000, as in the reference parser.</summary>
    public int MaxLength { get; init; } = 100_000;

    /// <summary>Deepest nesting of an expression. Default: 200.</summary>
    public int MaxDepth { get; init; } = 200;

    /// <summary>
    /// Steps of one evaluation: one for each operation and each turn of a macro, and one for every ten characters or items that a function
    /// walks. Default: 1,000,000, Kubernetes' limit for one call.
    /// </summary>
    public long MaxCost { get; init; } = 1_000_000;

    /// <summary>Items and characters that one evaluation may build. Default: 10,000,000.</summary>
    public long MaxBuilt { get; init; } = 10_000_000;

    /// <summary>Time of one evaluation. Default: 1 second.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The clock for <see cref="MaxTime"/>.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
