namespace Plumb.Manifests.Kustomize.Schemas;

/// <summary>A table that is loaded when something is first asked of it, as many builds never need one.</summary>
internal sealed class BuiltInDocument(Func<SchemaTable> table) : ISchemaDocument
{
    /// <summary>Kubernetes' own kinds.</summary>
    public static BuiltInDocument Kubernetes { get; } = new(() => SchemaTable.Kubernetes);

    /// <summary>Kustomize's kinds, which no other schema replaces.</summary>
    public static BuiltInDocument Kustomization { get; } = new(() => SchemaTable.Kustomization);

    /// <inheritdoc/>
    public SchemaDefinition? Definition(string name) => table().Definition(name);

    /// <inheritdoc/>
    public SchemaDefinition? DefinitionOf(string apiVersion, string kind) => table().DefinitionOf(apiVersion, kind);

    /// <inheritdoc/>
    public bool? IsNamespaced(string apiVersion, string kind) => table().IsNamespaced(apiVersion, kind);
}
