using System.Globalization;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Schemas;

/// <summary>
/// Turns a CRD's OpenAPI v3 schema into a <see cref="Schema"/> and says what makes it not structural (apiextensions'
/// <c>ValidateStructural</c>, <c>validateCustomResourceDefinitionOpenAPISchema</c>).
/// </summary>
internal sealed class CustomSchemaReader(ICollection<string> problems)
{
    private const string RootPath = "openAPIV3Schema";

    private enum Level
    {
        Root,
        Field,
        Item,
    }

    public Schema ReadRoot(Node node, bool preserveUnknownFields)
    {
        if (node.AsMap() is not { } map)
        {
            return new Schema { Type = SchemaType.Object, Properties = ObjectFields([]), PreserveUnknownFields = true };
        }

        var read = Read(map, RootPath, Level.Root, preserveUnknownFields);
        var properties = new Dictionary<string, Schema>(read.Properties, StringComparer.Ordinal);
        return new Schema
        {
            Type = SchemaType.Object,
            Properties = ObjectFields(properties),
            AdditionalProperties = read.AdditionalProperties,
            Atomic = read.Atomic,
            Default = read.Default,
            Description = read.Description,
            PreserveUnknownFields = read.PreserveUnknownFields || preserveUnknownFields,
            Rules = read.Rules,
        };
    }

    private static Dictionary<string, Schema> ObjectFields(Dictionary<string, Schema> properties)
    {
        var text = new Schema { Type = SchemaType.String };
        properties["apiVersion"] = text;
        properties["kind"] = text;
        properties["metadata"] = Pruning.ObjectMeta;
        return properties;
    }

    private Schema Read(MapNode node, string path, Level level, bool keepAll)
    {
        var intOrString = node["x-kubernetes-int-or-string"].AsBool() == true;
        var preserve = node["x-kubernetes-preserve-unknown-fields"].AsBool() == true;
        var embedded = node["x-kubernetes-embedded-resource"].AsBool() == true;
        var typeName = node["type"].AsString() ?? "";
        CheckStructure(node, path, level, typeName, intOrString, preserve, embedded);

        var properties = ReadProperties(node, path, keepAll);
        Schema? values = null;
        if (node["additionalProperties"].AsMap() is { } additional) values = Read(additional, path + ".additionalProperties", Level.Field, keepAll);
        else if (node["additionalProperties"].AsBool() == true) preserve = true;

        Schema? items = null;
        if (node["items"].AsMap() is { } itemSchema) items = Read(itemSchema, path + ".items", Level.Item, keepAll);

        var listType = node["x-kubernetes-list-type"].AsString();
        string[] keys = node["x-kubernetes-list-map-keys"].AsList() is { } names ? [.. names.Select(n => n.AsString() ?? "")] : [];
        CheckList(path, listType, keys, typeName, items);
        if (properties is not null && embedded) ObjectFields(properties);
        var given = node["default"];
        given.Freeze();
        return new Schema
        {
            Type = TypeOf(typeName, intOrString, properties is not null, values is not null),
            Properties = properties ?? (embedded ? ObjectFields([]) : new Dictionary<string, Schema>()),
            AdditionalProperties = values,
            Items = items,
            ListKind = listType switch { "map" => ListKind.Map, "set" => ListKind.Set, _ => ListKind.Atomic },
            ListKeys = listType == "map" ? keys : [],
            Atomic = node["x-kubernetes-map-type"].AsString() == "atomic",
            Default = given.Kind == NodeKind.Null && node["nullable"].AsBool() != true ? default : given,
            PreserveUnknownFields = preserve || keepAll,
            Nullable = node["nullable"].AsBool() == true,
            EmbeddedResource = embedded,
            Description = node["description"].AsString(),
            Rules = ReadRules(node, path, intOrString),
        };
    }

    private Dictionary<string, Schema>? ReadProperties(MapNode node, string path, bool keepAll)
    {
        if (node["properties"].AsMap() is not { } fields) return null;
        var properties = new Dictionary<string, Schema>(fields.Count, StringComparer.Ordinal);
        foreach (var (name, value) in fields)
        {
            if (value.AsMap() is { } field)
            {
                // The root's own fields are replaced after; they need no type here.
                properties[name] = path == RootPath && name == "metadata"
                    ? Schema.Unknown
                    : Read(field, $"{path}.properties[{name}]", Level.Field, keepAll);
            }
        }

        return properties;
    }

    private static SchemaType TypeOf(string typeName, bool intOrString, bool hasProperties, bool hasValues) => typeName switch
    {
        _ when intOrString => SchemaType.IntOrString,
        "object" => hasValues && !hasProperties ? SchemaType.Map : SchemaType.Object,
        "array" => SchemaType.List,
        "string" => SchemaType.String,
        "integer" => SchemaType.Integer,
        "number" => SchemaType.Number,
        "boolean" => SchemaType.Boolean,
        _ => SchemaType.Any,
    };

    private void CheckStructure(MapNode node, string path, Level level, string typeName, bool intOrString, bool preserve, bool embedded)
    {
        if (typeName.Length == 0 && !intOrString && !preserve)
        {
            problems.Add($"{path}.type: Required value: must not be empty " + level switch
            {
                Level.Root => "at the root",
                Level.Item => "for specified array items",
                _ => "for specified object fields",
            });
        }
        else if (typeName is not ("" or "object" or "array" or "string" or "integer" or "number" or "boolean"))
        {
            problems.Add($"{path}.type: Unsupported value: {Text.Quote(typeName)}: supported values: " +
                "\"array\", \"boolean\", \"integer\", \"number\", \"object\", \"string\"");
        }
        else if (level == Level.Root && typeName.Length > 0 && typeName != "object")
        {
            problems.Add($"{path}.type: Invalid value: {Text.Quote(typeName)}: must be object at the root");
        }

        if (typeName == "array" && node["items"].AsMap() is null)
        {
            problems.Add(node["items"].AsList() is null
                ? $"{path}.items: Required value: must be specified"
                : $"{path}.items: Forbidden: items must be a schema object and not an array");
        }

        if (embedded && typeName != "object") problems.Add($"{path}.type: Invalid value: {Text.Quote(typeName)}: must be object if x-kubernetes-embedded-resource is true");
        if (embedded && !preserve && node["properties"].AsMap() is not { Count: > 0 })
        {
            problems.Add($"{path}.properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields");
        }

        if (intOrString && preserve)
        {
            problems.Add($"{path}.x-kubernetes-preserve-unknown-fields: Invalid value: true: must be false if x-kubernetes-int-or-string is true");
        }

        if (!node["additionalProperties"].IsNullOrAbsent)
        {
            if (level == Level.Root) problems.Add($"{path}.additionalProperties: Forbidden: must not be used at the root");
            else if (node["additionalProperties"].AsBool() == false) problems.Add($"{path}.additionalProperties: Forbidden: additionalProperties cannot be set to false");
            if (node["properties"].AsMap() is { Count: > 0 })
            {
                problems.Add($"{path}.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive");
            }
        }

        if (!node["$ref"].IsNullOrAbsent) problems.Add($"{path}.$ref: Forbidden: $ref is not supported");
        if (node["uniqueItems"].AsBool() == true) problems.Add($"{path}.uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
        foreach (var name in (ReadOnlySpan<string>)["patternProperties", "additionalItems", "definitions", "dependencies", "id"])
        {
            if (!node[name].IsNullOrAbsent) problems.Add($"{path}.{name}: Forbidden: {name} is not supported");
        }
    }

    private void CheckList(string path, string? listType, string[] keys, string typeName, Schema? items)
    {
        if (listType is not (null or "atomic" or "set" or "map"))
        {
            problems.Add($"{path}.x-kubernetes-list-type: Unsupported value: {Text.Quote(listType)}: supported values: \"atomic\", \"map\", \"set\"");
        }

        if (listType is not null && typeName != "array")
        {
            problems.Add($"{path}.type: Invalid value: {Text.Quote(typeName)}: must be array if x-kubernetes-list-type is {listType}");
        }

        if (listType == "map" && keys.Length == 0) problems.Add($"{path}.x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map");
        if (listType != "map" && keys.Length > 0) problems.Add($"{path}.x-kubernetes-list-type: Required value: must be map if x-kubernetes-list-map-keys is non-empty");
        if (listType != "map" || items is null) return;
        foreach (var key in keys)
        {
            if (!items.Properties.TryGetValue(key, out var field))
            {
                problems.Add($"{path}.x-kubernetes-list-map-keys: Invalid value: {Text.Quote(key)}: entries must all be names of item properties");
            }
            else if (field.Default.IsAbsent && items.Rules?.Required.Contains(key) != true)
            {
                problems.Add($"{path}.items.properties[{key}].default: Required value: this property is in x-kubernetes-list-map-keys, " +
                    "so it must have a default or be a required property");
            }
        }
    }

    private SchemaRules? ReadRules(MapNode node, string path, bool intOrString)
    {
        var pattern = node["pattern"].AsString();
        if (pattern is { Length: 0 }) pattern = null;
        if (pattern is not null && Re2.TryCompile(pattern, out var problem) is null)
        {
            problems.Add($"{path}.pattern: Invalid value: {Text.Quote(pattern)}: must be a valid regular expression, but isn't: {problem}");
        }

        var rules = new SchemaRules
        {
            Required = node["required"].AsList() is { } required ? [.. required.Select(r => r.AsString() ?? "")] : [],
            Enum = node["enum"].AsList() is { } allowed ? [.. allowed] : [],
            Pattern = pattern,
            Minimum = node["minimum"].AsDouble(),
            Maximum = node["maximum"].AsDouble(),
            ExclusiveMinimum = node["exclusiveMinimum"].AsBool() == true,
            ExclusiveMaximum = node["exclusiveMaximum"].AsBool() == true,
            MultipleOf = node["multipleOf"].AsDouble(),
            MinLength = node["minLength"].AsInt(),
            MaxLength = node["maxLength"].AsInt(),
            MinItems = node["minItems"].AsInt(),
            MaxItems = node["maxItems"].AsInt(),
            MinProperties = node["minProperties"].AsInt(),
            MaxProperties = node["maxProperties"].AsInt(),
            UniqueItems = node["uniqueItems"].AsBool() == true,
            Format = node["format"].AsString() is { Length: > 0 } format ? format : null,
            AllOf = Nested(node, "allOf", path, intOrString),
            AnyOf = Nested(node, "anyOf", path, intOrString),
            OneOf = Nested(node, "oneOf", path, intOrString),
            Not = node["not"].AsMap() is { } not ? ReadNested(not, path + ".not", mayHaveType: false) : null,
        };
        return rules == None || IsEmpty(rules) ? null : rules;
    }

    private static readonly SchemaRules None = new();

    private static bool IsEmpty(SchemaRules rules) =>
        rules.Required.Count + rules.Enum.Count + rules.AllOf.Count + rules.AnyOf.Count + rules.OneOf.Count == 0 && rules with
        {
            Required = None.Required,
            Enum = None.Enum,
            AllOf = None.AllOf,
            AnyOf = None.AnyOf,
            OneOf = None.OneOf,
        } == None;

    private Schema[] Nested(MapNode node, string name, string path, bool intOrString) =>
        node[name].AsList() is { } list
            ? [.. list.Select((item, i) => ReadNested(item.AsMap() ?? [], $"{path}.{name}[{i.ToString(CultureInfo.InvariantCulture)}]", intOrString))]
            : [];

    /// <summary>A schema below allOf, anyOf, oneOf or not: it states values, no structure.</summary>
    private Schema ReadNested(MapNode node, string path, bool mayHaveType)
    {
        var typeName = node["type"].AsString() ?? "";
        if (typeName.Length > 0 && !mayHaveType) problems.Add($"{path}.type: Forbidden: must be empty to be structural");
        if (!node["default"].IsAbsent) problems.Add($"{path}.default: Forbidden: must be undefined to be structural");
        if (!node["additionalProperties"].IsNullOrAbsent) problems.Add($"{path}.additionalProperties: Forbidden: must be undefined to be structural");
        if (node["nullable"].AsBool() == true) problems.Add($"{path}.nullable: Forbidden: must be false to be structural");
        foreach (var name in (ReadOnlySpan<string>)["x-kubernetes-preserve-unknown-fields", "x-kubernetes-int-or-string", "x-kubernetes-embedded-resource"])
        {
            if (node[name].AsBool() == true) problems.Add($"{path}.{name}: Forbidden: must be false to be structural");
        }

        var properties = new Dictionary<string, Schema>(StringComparer.Ordinal);
        foreach (var (name, value) in node["properties"].AsMap() ?? [])
        {
            properties[name] = ReadNested(value.AsMap() ?? [], $"{path}.properties[{name}]", false);
        }

        return new Schema
        {
            Type = TypeOf(typeName, false, false, false),
            Properties = properties,
            Items = node["items"].AsMap() is { } items ? ReadNested(items, path + ".items", false) : null,
            PreserveUnknownFields = true,
            Rules = ReadRules(node, path, mayHaveType),
        };
    }
}
