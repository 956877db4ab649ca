namespace Plumb.Server.Access.Policy;

/// <summary>A policy as it is in force; immutable.</summary>
internal sealed record PolicyDocument
{
    /// <summary>Only what is built in.</summary>
    public static PolicyDocument Empty { get; } = new();

    /// <summary>As written.</summary>
    public string Csv { get; init; } = "";

    /// <summary><c>policy.default</c>: what everybody has who is signed in; empty: nothing.</summary>
    public string DefaultRole { get; init; } = "";

    /// <summary><c>scopes</c>: claims of the identity provider whose values count as groups. Default: groups.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = ["groups"];

    /// <summary>Its rules, without those built in.</summary>
    public IReadOnlyList<PolicyRule> Rules { get; init; } = [];

    /// <summary>Its bindings, without those built in.</summary>
    public IReadOnlyList<PolicyBinding> Bindings { get; init; } = [];

    /// <summary>What is to be said of it: file, line and remedy.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>A policy cannot be used. The message names file, lines and remedies.</summary>
public sealed class PolicyException(string message, Exception? inner = null) : FormatException(message, inner);
