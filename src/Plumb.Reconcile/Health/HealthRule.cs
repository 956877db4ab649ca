using Plumb.Reconcile.Rendering;

namespace Plumb.Reconcile.Health;

/// <summary>
/// A user's own rule for the health of some kinds: a Lua script as Argo CD runs it, or CEL expressions as Flux's
/// <c>healthCheckExprs</c>. It comes before the built-in rules. Exactly one of <see cref="Lua"/> and <see cref="Current"/> is given.
/// </summary>
public sealed record HealthRule
{
    /// <summary>API group; <c>*</c> matches any text, as in Argo CD's <c>resource.customizations</c>.</summary>
    public required string Group { get; init; }

    /// <summary>Kind; <c>*</c> matches any text.</summary>
    public required string Kind { get; init; }

    /// <summary>API version without the group; empty matches all.</summary>
    public string Version { get; init; } = "";

    /// <summary>Lua script (5.1) with a global <c>obj</c> that returns a table with <c>status</c> and <c>message</c>.</summary>
    public string? Lua { get; init; }

    /// <summary>Whether the script may use Lua's standard libraries, as <c>resource.customizations.useOpenLibs</c> says.</summary>
    public bool UseOpenLibs { get; init; }

    /// <summary>CEL: true when the object is healthy.</summary>
    public string? Current { get; init; }

    /// <summary>CEL: true while it is on its way.</summary>
    public string? InProgress { get; init; }

    /// <summary>CEL: true when it failed.</summary>
    public string? Failed { get; init; }

    /// <summary>Where it was written.</summary>
    public Origin Origin { get; init; }
}
