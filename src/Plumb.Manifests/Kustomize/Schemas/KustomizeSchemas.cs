using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Kustomize.Schemas;

/// <summary>
/// The schemas that a build goes by (kyaml's <c>openapi</c>): those of Kubernetes 1.21.2 that Kustomize has built in, or what the
/// kustomization gives below <c>openapi</c>. Immutable; safe for concurrent use.
/// </summary>
internal sealed class KustomizeSchemas
{
    private const int LongestChain = 64;

    /// <summary>Latest first: a later document replaces the definitions of an earlier one.</summary>
    private readonly ISchemaDocument[] _documents;

    private KustomizeSchemas(ISchemaDocument[] documents) => _documents = documents;

    /// <summary>The built-in ones.</summary>
    public static KustomizeSchemas Default { get; } = new([BuiltInDocument.Kustomization, BuiltInDocument.Kubernetes]);

    /// <summary>What <c>openapi: {version: …}</c> and <c>openapi: {path: …}</c> ask for (<c>SetSchema</c>).</summary>
    /// <param name="version">The version; null when not given.</param>
    /// <param name="document">What the file at the path holds; null when not given.</param>
    /// <param name="builtIn">What was known before.</param>
    /// <exception cref="KustomizeException">There is no such version, both are given, or the document is none.</exception>
    public static KustomizeSchemas Of(string? version, Node? document, BuiltInSchemas builtIn = BuiltInSchemas.Unknown)
    {
        if (document is { } custom)
        {
            if (version is not null) throw new KustomizeException("builtin version and custom schema provided, cannot use both");
            return Default.With(custom, builtIn);
        }

        if (string.IsNullOrEmpty(version) || version == SchemaTable.Kubernetes.Version) return Default;
        throw new KustomizeException("the specified OpenAPI version is not built in");
    }

    /// <summary>The schemas of an OpenAPI document (<c>definitions</c>, <c>paths</c>).</summary>
    /// <exception cref="KustomizeException">It is no such document.</exception>
    public KustomizeSchemas With(Node document, BuiltInSchemas builtIn = BuiltInSchemas.Unknown)
    {
        var custom = CustomDocument.Read(document);
        return new KustomizeSchemas(builtIn switch
        {
            BuiltInSchemas.Before => [BuiltInDocument.Kustomization, custom, BuiltInDocument.Kubernetes],
            BuiltInSchemas.After => [BuiltInDocument.Kustomization, BuiltInDocument.Kubernetes, custom],
            _ => [BuiltInDocument.Kustomization, custom],
        });
    }

    /// <summary>What is known of a kind; null when nothing is.</summary>
    public FieldSchema? SchemaOf(string apiVersion, string kind)
    {
        foreach (var document in _documents)
        {
            if (document.DefinitionOf(apiVersion, kind) is { } definition) return new FieldSchema(definition, this);
        }

        return null;
    }

    /// <summary>
    /// Whether objects of a kind live in namespaces; null when nobody knows. What is built in holds whatever else is known of the kind
    /// (<c>IsNamespaceScoped</c>).
    /// </summary>
    public bool? IsNamespaced(string apiVersion, string kind)
    {
        if (SchemaTable.Kubernetes.IsNamespaced(apiVersion, kind) is { } known) return known;
        foreach (var document in _documents)
        {
            if (document.IsNamespaced(apiVersion, kind) is { } found) return found;
        }

        return null;
    }

    /// <summary>A definition with what it refers to; null when that is not there.</summary>
    internal FieldSchema? Resolve(SchemaDefinition definition)
    {
        SchemaDefinition? found = definition;

        // A reference to itself keeps Kustomize busy for ever.
        for (var i = 0; found?.Reference is { Length: > 0 } reference; i++)
        {
            if (i == LongestChain) return null;
            found = SchemaReference.Resolve(reference, Definition);
        }

        return found is null ? null : new FieldSchema(found, this);
    }

    private SchemaDefinition? Definition(string name)
    {
        foreach (var document in _documents)
        {
            if (document.Definition(name) is { } definition) return definition;
        }

        return null;
    }
}
