namespace Plumb.Manifests.Jq;

/// <summary>How much one run of a jq program may take. All must be positive.</summary>
public sealed record JqLimits
{
    /// <summary>The defaults.</summary>
    public static JqLimits Default { get; } = new();

    /// <summary>Evaluations of an expression, and items of values that are made or walked. Default: two million, about half a second.</summary>
    public int Steps { get; init; } = 2_000_000;

    /// <summary>Function calls inside each other. Default: 1,000.</summary>
    public int Depth { get; init; } = 1_000;

    /// <summary>Results of a run, or paths that are deleted. Default: 100,000.</summary>
    public int Results { get; init; } = 100_000;

    /// <summary>Characters in one text that is made. Default: 4 million.</summary>
    public int TextLength { get; init; } = 4_000_000;

    /// <summary>Time. Default: 1 second, as Argo CD allows.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(1);
}
