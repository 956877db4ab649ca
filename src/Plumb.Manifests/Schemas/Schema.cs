using System.Text.RegularExpressions;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas.Table;

namespace Plumb.Manifests.Schemas;

/// <summary>The type of a schema node.</summary>
public enum SchemaType : byte
{
    /// <summary>Anything; nothing is known or checked below.</summary>
    Any,

    /// <summary>Named fields.</summary>
    Object,

    /// <summary>Free keys, values of one schema (<see cref="Schema.AdditionalProperties"/>).</summary>
    Map,

    /// <summary>List of <see cref="Schema.Items"/>.</summary>
    List,

    /// <summary>Text.</summary>
    String,

    /// <summary>Integer.</summary>
    Integer,

    /// <summary>Number.</summary>
    Number,

    /// <summary>Boolean.</summary>
    Boolean,

    /// <summary>Text or integer.</summary>
    IntOrString,

    /// <summary>A Kubernetes quantity: text or number, equal by value (<c>1000m</c> is <c>1</c>).</summary>
    Quantity,
}

/// <summary>How lists merge and who owns what in them (<c>x-kubernetes-list-type</c>).</summary>
public enum ListKind : byte
{
    /// <summary>One value, owned as a whole.</summary>
    Atomic,

    /// <summary>Scalars without duplicates, each owned alone.</summary>
    Set,

    /// <summary>Items told apart by <see cref="Schema.ListKeys"/>.</summary>
    Map,
}

/// <summary>
/// Structure of one value: what Kubernetes' typed merge, strategic merge, defaulting and pruning need to know. Immutable once
/// published; recursive types (CRD schemas) refer to themselves.
/// </summary>
public sealed class Schema
{
    /// <summary>Nothing is known.</summary>
    public static Schema Unknown { get; } = new() { Type = SchemaType.Any, PreserveUnknownFields = true };

    /// <summary>The type.</summary>
    public SchemaType Type { get; init; }

    /// <summary>Fields of an object, by name.</summary>
    public IReadOnlyDictionary<string, Schema> Properties
    {
        get => _properties ?? (_properties = Lazy?.Invoke() ?? EmptyProperties);
        set => _properties = value;
    }

    /// <summary>Schema of a map's values.</summary>
    public Schema? AdditionalProperties { get; set; }

    /// <summary>Schema of a list's items.</summary>
    public Schema? Items { get; set; }

    /// <summary>How the list merges. Default: atomic.</summary>
    public ListKind ListKind { get; init; }

    /// <summary>Keys of an associative list, in the published order.</summary>
    public IReadOnlyList<string> ListKeys { get; init; } = [];

    /// <summary>An object or map owned as a whole (<c>x-kubernetes-map-type: atomic</c>).</summary>
    public bool Atomic { get; init; }

    /// <summary>Strategic merge: the list merges (by <see cref="PatchMergeKey"/>, or as a set of scalars) instead of being replaced.</summary>
    public bool PatchMerge { get; init; }

    /// <summary>Strategic merge: keys not named in the patch are dropped (<c>retainKeys</c>).</summary>
    public bool PatchRetainKeys { get; init; }

    /// <summary>Strategic merge: the key of list items; null for scalar lists.</summary>
    public string? PatchMergeKey { get; init; }

    /// <summary>Value the server fills in when the field is missing; absent when there is none.</summary>
    public Node Default { get; init; }

    /// <summary>Fields that are not named are kept.</summary>
    public bool PreserveUnknownFields { get; init; }

    /// <summary>Null is a value.</summary>
    public bool Nullable { get; init; }

    /// <summary>An embedded object: apiVersion, kind and metadata are known (<c>x-kubernetes-embedded-resource</c>).</summary>
    public bool EmbeddedResource { get; init; }

    /// <summary>Rules a CRD states beyond structure; null when there are none.</summary>
    public SchemaRules? Rules { get; init; }

    /// <summary>Whether this describes a built-in kind, whose values the server passes through Go types: null is the same as missing.</summary>
    public bool IsBuiltIn => BuiltIn is not null;

    /// <summary>Schema of a field or map value: unknown when not described.</summary>
    public Schema Field(string name) =>
        Properties.TryGetValue(name, out var found) ? found : AdditionalProperties ?? Unknown;

    /// <summary>What the CRD's author says of it, for <c>kubectl explain</c>; null when nothing.</summary>
    public string? Description { get; init; }

    /// <summary>Reads <see cref="Properties"/> when they are first asked for; always gives the same.</summary>
    internal Func<IReadOnlyDictionary<string, Schema>>? Lazy { get; init; }

    /// <summary>What the Go type of a built-in kind says of the field; null for schemas of CRDs.</summary>
    internal GoField? BuiltIn { get; init; }

    private IReadOnlyDictionary<string, Schema>? _properties;

    private static readonly IReadOnlyDictionary<string, Schema> EmptyProperties = new Dictionary<string, Schema>();
}

/// <summary>Value rules of a CRD schema, with the meaning of OpenAPI v3.</summary>
public sealed record SchemaRules
{
    /// <summary>Fields that must be there.</summary>
    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>Allowed values; empty allows all.</summary>
    public IReadOnlyList<Node> Enum { get; init; } = [];

    /// <summary>Regular expression (RE2 syntax) that text must contain a match of.</summary>
    public string? Pattern { get; init; }

    /// <summary>Smallest number.</summary>
    public double? Minimum { get; init; }

    /// <summary>Whether the number must be above <see cref="Minimum"/>.</summary>
    public bool ExclusiveMinimum { get; init; }

    /// <summary>Largest number.</summary>
    public double? Maximum { get; init; }

    /// <summary>Whether the number must be below <see cref="Maximum"/>.</summary>
    public bool ExclusiveMaximum { get; init; }

    /// <summary>The number is a multiple of this.</summary>
    public double? MultipleOf { get; init; }

    /// <summary>Shortest text, in code points.</summary>
    public long? MinLength { get; init; }

    /// <summary>Longest text, in code points.</summary>
    public long? MaxLength { get; init; }

    /// <summary>Fewest items.</summary>
    public long? MinItems { get; init; }

    /// <summary>Most items.</summary>
    public long? MaxItems { get; init; }

    /// <summary>Fewest keys.</summary>
    public long? MinProperties { get; init; }

    /// <summary>Most keys.</summary>
    public long? MaxProperties { get; init; }

    /// <summary>Items must differ.</summary>
    public bool UniqueItems { get; init; }

    /// <summary><see cref="Pattern"/> made ready when it is first used.</summary>
    internal Regex? CompiledPattern => Pattern is null ? null : _compiled ??= Re2.TryCompile(Pattern, out _);

    private Regex? _compiled;

    /// <summary>Format, such as <c>date-time</c> or <c>int32</c>.</summary>
    public string? Format { get; init; }

    /// <summary>All must hold.</summary>
    public IReadOnlyList<Schema> AllOf { get; init; } = [];

    /// <summary>One or more must hold.</summary>
    public IReadOnlyList<Schema> AnyOf { get; init; } = [];

    /// <summary>Exactly one must hold.</summary>
    public IReadOnlyList<Schema> OneOf { get; init; } = [];

    /// <summary>Must not hold.</summary>
    public Schema? Not { get; init; }
}
