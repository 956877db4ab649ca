using System.Text.Json;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Manifests.Schemas;

/// <summary>Writes the definitions of kinds and of the types that they use, each once.</summary>
internal sealed class OpenApiDefinitions(Utf8JsonWriter writer, OpenApiForm form)
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Queue<(string Name, Schema Schema)> _todo = new();

    public void Write(IReadOnlyList<OpenApiKind> kinds)
    {
        foreach (var kind in kinds)
        {
            var name = OpenApiForm.NameOf(kind);
            if (!_seen.Add(name)) continue;
            WriteDefinition(name, kind.Schema, kind.Kind);
            WriteList(name, kind);
        }

        while (_todo.TryDequeue(out var next)) WriteDefinition(next.Name, next.Schema, null);
    }

    private void WriteDefinition(string name, Schema schema, GroupVersionKind? kind)
    {
        writer.WriteStartObject(name);
        WriteBody(schema);
        if (kind is { } known)
        {
            writer.WriteStartArray("x-kubernetes-group-version-kind");
            WriteKind(writer, known);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private void WriteList(string itemName, OpenApiKind kind)
    {
        if (!kind.Verbs.Contains("list")) return;
        writer.WriteStartObject(itemName + "List");
        writer.WriteString("type", "object");
        writer.WriteStartObject("properties");
        WriteText("apiVersion");
        WriteText("kind");
        writer.WriteStartObject("items");
        writer.WriteString("type", "array");
        writer.WriteStartObject("items");
        writer.WriteString("$ref", form.Reference(itemName));
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteStartObject("metadata");
        writer.WriteString("type", "object");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteStartArray("x-kubernetes-group-version-kind");
        WriteKind(writer, kind.Kind with { Kind = kind.Kind.Kind + "List" });
        writer.WriteEndArray();
        writer.WriteEndObject();

        void WriteText(string name)
        {
            writer.WriteStartObject(name);
            writer.WriteString("type", "string");
            writer.WriteEndObject();
        }
    }

    internal static void WriteKind(Utf8JsonWriter writer, GroupVersionKind kind)
    {
        writer.WriteStartObject();
        writer.WriteString("group", kind.Group);
        writer.WriteString("kind", kind.Kind);
        writer.WriteString("version", kind.Version);
        writer.WriteEndObject();
    }

    /// <summary>A value: a reference to a type of its own, or what it is.</summary>
    private void WriteValue(Schema schema)
    {
        writer.WriteStartObject();
        if (schema.BuiltIn?.TypeName is { } type)
        {
            var name = OpenApiForm.NameOf(type);
            if (_seen.Add(name)) _todo.Enqueue((name, schema));
            if (form.IsV3 && !schema.Default.IsAbsent)
            {
                writer.WriteStartArray("allOf");
                writer.WriteStartObject();
                writer.WriteString("$ref", form.Reference(name));
                writer.WriteEndObject();
                writer.WriteEndArray();
                WriteDefault(schema);
            }
            else
            {
                writer.WriteString("$ref", form.Reference(name));
            }
        }
        else
        {
            WriteBody(schema);
            WriteDefault(schema);
        }

        WriteExtensions(schema);
        writer.WriteEndObject();
    }

    private void WriteDefault(Schema schema)
    {
        if (schema.Default.IsAbsent) return;
        writer.WritePropertyName("default");
        Json.Write(writer, schema.Default);
    }

    private void WriteBody(Schema schema)
    {
        if (schema.Description is { } description) writer.WriteString("description", description);
        switch (schema.Type)
        {
            case SchemaType.IntOrString: WriteIntOrString(schema); break;
            case SchemaType.Quantity: WriteQuantity(); break;
            case SchemaType.Any: break;
            default: writer.WriteString("type", TypeName(schema.Type)); break;
        }

        if (form.IsV3 && schema.Nullable) writer.WriteBoolean("nullable", true);
        if ((schema.BuiltIn?.Format ?? schema.Rules?.Format) is { } format && schema.Type != SchemaType.IntOrString) writer.WriteString("format", format);
        if (schema.Items is { } items)
        {
            writer.WritePropertyName("items");
            WriteValue(items);
        }

        if (schema.AdditionalProperties is { } values)
        {
            writer.WritePropertyName("additionalProperties");
            WriteValue(values);
        }

        if (schema.Properties.Count > 0)
        {
            writer.WriteStartObject("properties");
            foreach (var (name, field) in schema.Properties)
            {
                writer.WritePropertyName(name);
                WriteValue(field);
            }

            writer.WriteEndObject();
        }

        WriteRequired(schema);
        if (schema.Rules is { } rules) WriteRules(rules);
    }

    private void WriteRequired(Schema schema)
    {
        var required = schema.Rules?.Required
            ?? [.. schema.Properties.Where(p => schema.IsBuiltIn && p.Value.BuiltIn?.Required == true).Select(p => p.Key)];
        if (required.Count == 0) return;
        writer.WriteStartArray("required");
        foreach (var name in required) writer.WriteStringValue(name);
        writer.WriteEndArray();
    }

    private void WriteRules(SchemaRules rules)
    {
        if (rules.Enum.Count > 0)
        {
            writer.WriteStartArray("enum");
            foreach (var value in rules.Enum) Json.Write(writer, value);
            writer.WriteEndArray();
        }

        if (rules.Pattern is { } pattern) writer.WriteString("pattern", pattern);
        WriteNumber("minimum", rules.Minimum);
        WriteNumber("maximum", rules.Maximum);
        WriteNumber("multipleOf", rules.MultipleOf);
        WriteNumber("minLength", rules.MinLength);
        WriteNumber("maxLength", rules.MaxLength);
        WriteNumber("minItems", rules.MinItems);
        WriteNumber("maxItems", rules.MaxItems);
        if (rules.ExclusiveMinimum) writer.WriteBoolean("exclusiveMinimum", true);
        if (rules.ExclusiveMaximum) writer.WriteBoolean("exclusiveMaximum", true);
    }

    private void WriteNumber(string name, double? value)
    {
        if (value is { } number) writer.WriteNumber(name, number);
    }

    private void WriteIntOrString(Schema schema)
    {
        if (!schema.IsBuiltIn)
        {
            writer.WriteBoolean("x-kubernetes-int-or-string", true);
            return;
        }

        if (!form.IsV3) writer.WriteString("type", "string");
        else WriteOneOf("integer", "string");
        writer.WriteString("format", "int-or-string");
    }

    private void WriteQuantity()
    {
        if (form.IsV3) WriteOneOf("string", "number");
        else writer.WriteString("type", "string");
    }

    private void WriteOneOf(params ReadOnlySpan<string> types)
    {
        writer.WriteStartArray("oneOf");
        foreach (var type in types)
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteExtensions(Schema schema)
    {
        if (schema.Type == SchemaType.List && (schema.ListKind != ListKind.Atomic || !schema.PatchMerge))
        {
            writer.WriteString("x-kubernetes-list-type", schema.ListKind switch { ListKind.Map => "map", ListKind.Set => "set", _ => "atomic" });
            if (schema.ListKeys.Count > 0)
            {
                writer.WriteStartArray("x-kubernetes-list-map-keys");
                foreach (var key in schema.ListKeys) writer.WriteStringValue(key);
                writer.WriteEndArray();
            }
        }

        if (schema.Atomic && schema.Type is SchemaType.Object or SchemaType.Map) writer.WriteString("x-kubernetes-map-type", "atomic");
        if (schema.PatchMergeKey is { } mergeKey) writer.WriteString("x-kubernetes-patch-merge-key", mergeKey);
        if (schema.PatchMerge || schema.PatchRetainKeys)
        {
            writer.WriteString(
                "x-kubernetes-patch-strategy",
                schema.PatchMerge && schema.PatchRetainKeys ? "merge,retainKeys" : schema.PatchMerge ? "merge" : "retainKeys");
        }

        if (schema.IsBuiltIn) return;
        if (schema.PreserveUnknownFields) writer.WriteBoolean("x-kubernetes-preserve-unknown-fields", true);
        if (schema.EmbeddedResource) writer.WriteBoolean("x-kubernetes-embedded-resource", true);
    }

    private static string TypeName(SchemaType type) => type switch
    {
        SchemaType.Object or SchemaType.Map => "object",
        SchemaType.List => "array",
        SchemaType.Integer => "integer",
        SchemaType.Number => "number",
        SchemaType.Boolean => "boolean",
        _ => "string",
    };
}
