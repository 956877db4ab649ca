namespace Plumb.Manifests.Kustomize.Schemas;

/// <summary>What is known of a value (kyaml's <c>ResourceSchema</c>): what its keys and items are, and how patches merge it.</summary>
internal sealed class FieldSchema(SchemaDefinition definition, KustomizeSchemas schemas)
{
    private static readonly char[] Comma = [','];

    /// <summary>How patches change it, as written (<c>merge,retainKeys</c>); empty when it does not say.</summary>
    public string PatchStrategy => definition.PatchStrategy ?? "";

    /// <summary>Whether patches merge its items.</summary>
    public bool IsMerged => PatchStrategy.Split(Comma).Contains("merge");

    /// <summary>
    /// The keys that tell items apart; empty when there are none, as for lists of words. The keys of server-side apply go before the
    /// one of patches, but neither counts without a patch strategy.
    /// </summary>
    public IReadOnlyList<string> PatchMergeKeys =>
        definition.PatchStrategy is null ? []
        : definition.MapKeys is { } keys ? keys
        : definition.MergeKey is { } key ? [key]
        : [];

    /// <summary>What its items are; null when it is no list or nobody says.</summary>
    public FieldSchema? Elements => definition is { IsList: true, Items: { } items } ? schemas.Resolve(items) : null;

    /// <summary>What the value of a key is: the key's own, else that of all keys without a name; null when nobody says.</summary>
    public FieldSchema? Field(string name) =>
        (definition.Property(name) ?? definition.AdditionalProperties) is { } field ? schemas.Resolve(field) : null;
}
