using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Kustomize.Configs;

/// <summary>
/// Reads a file of <c>crds</c>: definitions of OpenAPI, as gen-openapi makes them, whose marks say which fields are annotations,
/// selectors, names or references (<c>api/internal/accumulator/loadconfigfromcrds</c>). The definition of a custom resource as clusters
/// have it is not meant, and refused as there.
/// </summary>
internal sealed class CrdConfigReader
{
    private const string Definition = "accumulator.OpenAPIDefinition";

    /// <summary>Bound on the properties that are walked: references from many to many would multiply them without end.</summary>
    private const int MaxProperties = 100_000;

    private readonly string _file;
    private readonly Dictionary<string, YamlNode?> _properties = new(StringComparer.Ordinal);
    private int _walked;

    private CrdConfigReader(string file) => _file = file;

    /// <summary>The fields that the definitions name, sorted.</summary>
    /// <param name="document">What the file holds; null when it is empty.</param>
    /// <param name="file">Path of the file, for messages.</param>
    /// <exception cref="KustomizeException">These are no definitions, or one contains itself.</exception>
    public static TransformerConfig Read(YamlNode? document, string file)
    {
        if (document is null or { IsNull: true }) return TransformerConfig.Empty;
        return new CrdConfigReader(file).ReadAll(document);
    }

    private TransformerConfig ReadAll(YamlNode document)
    {
        if (document.Kind != YamlKind.Map) throw NoDefinition(document, "accumulator.nameToApiMap");
        for (var i = 0; i < document.Fields; i++)
        {
            var definition = document.ValueAt(i);
            if (!definition.IsNull && definition.Kind != YamlKind.Map) throw NoDefinition(definition, Definition);
            _properties[document.KeyAt(i).Value] = Find(Find(definition, "schema"), "properties");
        }

        var config = TransformerConfig.Empty;
        foreach (var (name, properties) in _properties)
        {
            if (!IsKind(properties)) continue;
            var found = new Found(Gvk.OfKind(name[(name.LastIndexOf('.') + 1)..]));
            Walk(found, name, [], []);
            config = config.Merge(found.ToConfig());
        }

        return config;
    }

    private static bool IsKind(YamlNode? properties) =>
        properties?.Get("kind") is not null && properties.Get("apiVersion") is not null && properties.Get("metadata") is not null;

    private void Walk(Found found, string type, List<string> path, HashSet<string> open)
    {
        if (!_properties.TryGetValue(type, out var properties) || properties is not { Kind: YamlKind.Map }) return;
        if (!open.Add(type))
        {
            throw new KustomizeException(
                $"unable to parse open API definition from '{_file}': {type} contains itself by way of {string.Join('/', path)}; "
                + "leave out the reference that closes the circle",
                new Origin(_file, properties.Line, properties.Column));
        }

        for (var i = 0; i < properties.Fields; i++)
        {
            if (++_walked > MaxProperties)
            {
                throw new KustomizeException(
                    $"'{_file}': the definitions have more than {MaxProperties} properties, references followed", new Origin(_file));
            }

            var property = properties.ValueAt(i);
            List<string> at = [.. path, properties.KeyAt(i).Value];
            found.Add(property, at);
            if (Find(property, "$ref") is { Kind: YamlKind.Scalar, IsNull: false, Value.Length: > 0 } reference)
                Walk(found, reference.Value, at, open);
        }

        open.Remove(type);
    }

    /// <summary>A key as Go's decoder finds it: in any case, the exact one first.</summary>
    private static YamlNode? Find(YamlNode? map, string name)
    {
        if (map is not { Kind: YamlKind.Map }) return null;
        if (map.Get(name) is { } exact) return exact;
        for (var i = 0; i < map.Fields; i++)
        {
            if (string.Equals(map.KeyAt(i).Value, name, StringComparison.OrdinalIgnoreCase)) return map.ValueAt(i);
        }

        return null;
    }

    private KustomizeException NoDefinition(YamlNode value, string type)
    {
        var json = value.Kind switch
        {
            YamlKind.List => "array",
            YamlKind.Map => "object",
            _ => value.Tag switch
            {
                YamlTags.Bool => "bool",
                YamlTags.Int or YamlTags.Float => "number",
                _ => "string",
            },
        };
        return new KustomizeException(
            $"unable to parse open API definition from '{_file}': error unmarshaling JSON: while decoding JSON: "
            + $"json: cannot unmarshal {json} into Go value of type {type}",
            new Origin(_file, value.Line, value.Column));
    }

    /// <summary>What the marks of one kind's properties say.</summary>
    private sealed class Found(Gvk kind)
    {
        private readonly List<FieldSpec> _annotations = [];
        private readonly List<FieldSpec> _labels = [];
        private readonly List<FieldSpec> _names = [];
        private readonly List<NameBackReference> _references = [];

        public void Add(YamlNode property, List<string> path)
        {
            var field = new FieldSpec(kind, string.Join('/', path));
            if (Mark(property, "x-kubernetes-annotation") is not null) _annotations.Add(field);
            if (Mark(property, "x-kubernetes-label-selector") is not null) _labels.Add(field);
            if (Mark(property, "x-kubernetes-identity") is not null) _names.Add(field);
            if (Mark(property, "x-kubernetes-object-ref-api-version") is not { } version) return;
            if (Mark(property, "x-kubernetes-object-ref-kind") is not { } referred) return;
            var key = Mark(property, "x-kubernetes-object-ref-name-key") ?? "name";
            _references.Add(new NameBackReference(
                new Gvk("", version, referred), [new FieldSpec(kind, $"{field.Path}/{key}")]));
        }

        public TransformerConfig ToConfig() => new()
        {
            CommonAnnotations = FieldSpecs.Merge([], _annotations),
            CommonLabels = FieldSpecs.Merge([], _labels),
            NamePrefix = FieldSpecs.Merge([], _names),
            NameReference = FieldSpecs.Merge([], _references),
        };

        /// <summary>Only marks with text count, empty text too.</summary>
        private static string? Mark(YamlNode property, string name) =>
            Find(property, name) is { IsString: true } mark ? mark.Value : null;
    }
}
