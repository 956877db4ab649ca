using Plumb.Reconcile.Rendering;

namespace Plumb.Reconcile.Health;

/// <summary>
/// A user's own rule for the health of some kinds: a Lua script as Argo CD runs it, or CEL expressions as Flux's <c>healthCheckExprs</c>.
/// It comes before the built-in rules. Exactly one of <see cref="Lua"/> and <see cref="Current"/> is given.
/// </summary>
public sealed record HealthRule
{
    /// <summary>API group; empty is the core group. <c>*</c> stands for any text, <c>?</c> for one character.</summary>
    public required string Group { get; init; }

    /// <summary>Kind; <c>*</c> and <c>?</c> as in <see cref="Group"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>API version without the group; empty: all.</summary>
    public string Version { get; init; } = "";

    /// <summary>Lua script with a global <c>obj</c> that returns a table with <c>status</c> and <c>message</c>.</summary>
    public string? Lua { get; init; }

    /// <summary>Whether the script may use the libraries string and math, as <c>resource.customizations.useOpenLibs</c> says.</summary>
    public bool UseOpenLibs { get; init; }

    /// <summary>CEL: true when the object is healthy.</summary>
    public string? Current { get; init; }

    /// <summary>CEL: true while it is on its way; asked first.</summary>
    public string? InProgress { get; init; }

    /// <summary>CEL: true when it failed; asked before <see cref="Current"/>.</summary>
    public string? Failed { get; init; }

    /// <summary>Where it was written.</summary>
    public Origin Origin { get; init; }
}

/// <summary>The rules of one object in Git: a <c>HealthCheck</c>, or Argo CD's ConfigMap <c>argocd-cm</c>.</summary>
/// <param name="Name">The object's name.</param>
/// <param name="Rules">In the order in which they are written.</param>
/// <param name="Origin">Where it was written.</param>
/// <param name="Digest">Hash of the rules.</param>
public sealed record HealthRuleSet(string Name, IReadOnlyList<HealthRule> Rules, Origin Origin, string Digest)
{
    /// <summary>They stand in Argo CD's ConfigMap, which is delivered whatever becomes of them.</summary>
    public bool IsArgoSettings { get; init; }
}
