using System.Globalization;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Selectors;

/// <summary>How a requirement of a selector compares.</summary>
internal enum SelectorOperator : byte
{
    /// <summary>The key is there.</summary>
    Exists,

    /// <summary>The key is not there.</summary>
    DoesNotExist,

    /// <summary>The value is one of those named.</summary>
    In,

    /// <summary>The value is none of those named, or the key is not there.</summary>
    NotIn,

    /// <summary>The value is a larger integer.</summary>
    GreaterThan,

    /// <summary>The value is a smaller integer.</summary>
    LessThan,
}

/// <summary>A selector by labels or annotations in the syntax of Kubernetes: all of its requirements have to be met.</summary>
internal sealed class LabelSelector
{
    private readonly IReadOnlyList<Requirement> _requirements;

    private LabelSelector(IReadOnlyList<Requirement> requirements) => _requirements = requirements;

    /// <summary>One requirement.</summary>
    public readonly record struct Requirement(string Key, SelectorOperator Operator, IReadOnlyList<string> Values);

    /// <summary>Reads a selector; an empty one matches all.</summary>
    /// <exception cref="KustomizeException">It is none; the message is Kubernetes'.</exception>
    public static LabelSelector Parse(string text) => new(LabelSelectorParser.Parse(text));

    /// <summary>Whether the labels of an object match.</summary>
    public bool MatchesLabels(YamlNode resource) => Matches(resource.GetFilled("metadata")?.Get("labels"));

    /// <summary>Whether the annotations of an object match.</summary>
    public bool MatchesAnnotations(YamlNode resource) => Matches(resource.GetFilled("metadata")?.Get("annotations"));

    /// <summary>Whether a map matches; a missing one is as an empty one.</summary>
    public bool Matches(YamlNode? map) => Matches(key => map?.Get(key)?.Value);

    /// <summary>Whether values match that are looked up by their keys; null for a key that is not there.</summary>
    public bool Matches(Func<string, string?> values) => _requirements.All(r => IsMet(r, values(r.Key)));

    private static bool IsMet(Requirement requirement, string? value) => requirement.Operator switch
    {
        SelectorOperator.Exists => value is not null,
        SelectorOperator.DoesNotExist => value is null,
        SelectorOperator.In => value is not null && requirement.Values.Contains(value),
        SelectorOperator.NotIn => value is null || !requirement.Values.Contains(value),
        SelectorOperator.GreaterThan => Integer(value) is { } more && more > Integer(requirement.Values[0]),
        _ => Integer(value) is { } less && less < Integer(requirement.Values[0]),
    };

    /// <summary>As Go's <c>ParseInt</c> reads it.</summary>
    internal static long? Integer(string? text) =>
        text is { Length: > 0 } && char.IsAsciiDigit(text[^1])
        && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;
}
