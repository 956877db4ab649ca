namespace Plumb.Sandbox.Simulation;

/// <summary>What happens to some requests. Filters that are empty let everything through; several rules may concern one request.</summary>
public sealed record SimulationRule
{
    /// <summary>Kubernetes verb, such as <c>list</c>; empty: any.</summary>
    public string Verb { get; init; } = "";

    /// <summary>Plural, such as <c>pods</c>; empty: any, and paths that name no resource.</summary>
    public string Resource { get; init; } = "";

    /// <summary>Namespace; empty: any.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Share of the requests that it concerns, from 0 to 1. Default: 1.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>How often it happens; afterwards the rule is used up. Default: null, always.</summary>
    public int? Times { get; init; }

    /// <summary>What happens.</summary>
    public SandboxFault Fault { get; init; } = new();
}
