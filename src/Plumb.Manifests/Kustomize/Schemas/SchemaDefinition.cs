namespace Plumb.Manifests.Kustomize.Schemas;

/// <summary>
/// What an OpenAPI document says of one value, as far as merging asks. References stay names, since what they mean depends on which
/// documents are used together.
/// </summary>
internal abstract class SchemaDefinition
{
    /// <summary>Nothing but that the value is known.</summary>
    public static SchemaDefinition Plain { get; } = new PlainDefinition();

    /// <summary>Where the definition is to be found (<c>#/definitions/NAME</c>); null when it is here.</summary>
    public virtual string? Reference => null;

    /// <summary>Whether the type is a list, and only that.</summary>
    public virtual bool IsList => false;

    /// <summary>Items of a list.</summary>
    public virtual SchemaDefinition? Items => null;

    /// <summary>Values of keys that are not named; null when there is no schema for them.</summary>
    public virtual SchemaDefinition? AdditionalProperties => null;

    /// <summary><c>x-kubernetes-patch-strategy</c>; null when not given.</summary>
    public virtual string? PatchStrategy => null;

    /// <summary><c>x-kubernetes-patch-merge-key</c>; null when not given.</summary>
    public virtual string? MergeKey => null;

    /// <summary><c>x-kubernetes-list-map-keys</c>; null when not given.</summary>
    public virtual IReadOnlyList<string>? MapKeys => null;

    /// <summary>A named key; null when it is not named.</summary>
    public virtual SchemaDefinition? Property(string name) => null;

    private sealed class PlainDefinition : SchemaDefinition;
}
