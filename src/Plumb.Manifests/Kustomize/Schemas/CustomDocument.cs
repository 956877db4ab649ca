using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Kustomize.Schemas;

/// <summary>An OpenAPI document that came with a kustomization.</summary>
internal sealed class CustomDocument : ISchemaDocument
{
    private const string KindExtension = "x-kubernetes-group-version-kind";

    private readonly Dictionary<string, SchemaDefinition> _definitions = new(StringComparer.Ordinal);
    private readonly Dictionary<(string ApiVersion, string Kind), SchemaDefinition> _kinds = [];
    private readonly Dictionary<(string ApiVersion, string Kind), bool> _scopes = [];

    private CustomDocument(MapNode document)
    {
        foreach (var (name, value) in document["definitions"].AsMap() ?? [])
        {
            var definition = CustomDefinition.Read(value);
            _definitions[name] = definition;
            foreach (var kind in Extension(value)?.AsList() ?? [])
            {
                if (KindOf(kind) is { } key) _kinds[key] = definition;
            }
        }

        foreach (var (path, value) in document["paths"].AsMap() ?? [])
        {
            if (Extension(value["get"]) is not { } kind || KindOf(kind) is not { } key) continue;
            var inNamespace = path.Contains("namespaces/{namespace}", StringComparison.Ordinal);
            _scopes[key] = inNamespace || _scopes.GetValueOrDefault(key);
        }
    }

    /// <exception cref="KustomizeException">It is no map, or what should be a map in it is none.</exception>
    public static CustomDocument Read(Node document)
    {
        if (document.AsMap() is not { } map) throw Malformed("the document", "a map");
        foreach (var part in (string[])["definitions", "paths"])
        {
            if (map[part] is { IsNullOrAbsent: false } value && value.AsMap() is null) throw Malformed(part, "a map");
        }

        return new CustomDocument(map);
    }

    /// <inheritdoc/>
    public SchemaDefinition? Definition(string name) => _definitions.GetValueOrDefault(name);

    /// <inheritdoc/>
    public SchemaDefinition? DefinitionOf(string apiVersion, string kind) => _kinds.GetValueOrDefault((apiVersion, kind));

    /// <inheritdoc/>
    public bool? IsNamespaced(string apiVersion, string kind) =>
        _scopes.TryGetValue((apiVersion, kind), out var isNamespaced) ? isNamespaced : null;

    /// <summary>Names of extensions are told apart without regard to case.</summary>
    internal static Node? Extension(Node value, string name = KindExtension)
    {
        foreach (var (key, extension) in value.AsMap() ?? [])
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase)) return extension;
        }

        return null;
    }

    private static (string ApiVersion, string Kind)? KindOf(Node kind)
    {
        if (kind["version"].AsString() is not { } version || kind["kind"].AsString() is not { } name) return null;
        return (kind["group"].AsString() is { Length: > 0 } group ? $"{group}/{version}" : version, name);
    }

    private static KustomizeException Malformed(string what, string expected) => new($"invalid schema file: {what} is not {expected}");
}
