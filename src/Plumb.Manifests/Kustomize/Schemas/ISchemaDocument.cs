namespace Plumb.Manifests.Kustomize.Schemas;

/// <summary>An OpenAPI document: immutable, safe for concurrent use.</summary>
internal interface ISchemaDocument
{
    /// <summary>A definition by name.</summary>
    SchemaDefinition? Definition(string name);

    /// <summary>The definition of a kind.</summary>
    SchemaDefinition? DefinitionOf(string apiVersion, string kind);

    /// <summary>Whether the paths show the kind in a namespace; null when they do not show it at all.</summary>
    bool? IsNamespaced(string apiVersion, string kind);
}
