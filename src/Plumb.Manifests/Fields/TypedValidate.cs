using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Fields;

/// <summary>What the API server checks of an applied configuration before it merges: structure only.</summary>
internal static class TypedValidate
{
    /// <summary>Faults with their paths; empty when all is well.</summary>
    public static List<string> Check(Node value, Schema schema)
    {
        var faults = new List<string>();
        Walk(value, schema, "", faults);
        return faults;
    }

    private static void Walk(Node value, Schema schema, string path, List<string> faults)
    {
        if (value.IsNullOrAbsent) return;
        switch (TypedSchema.ShapeOf(schema, value))
        {
            case TypedShape.Map:
                if (value.AsMap() is { } map) WalkMap(map, schema, path, faults);
                else faults.Add($"{At(path)}expected map, got {Describe(value)}");
                break;
            case TypedShape.List:
                if (value.AsList() is { } list) WalkList(list, schema, path, faults);
                else faults.Add($"{At(path)}expected list, got {Describe(value)}");
                break;
            default:
                if (ScalarFault(value, schema.Type) is { } expected) faults.Add($"{At(path)}expected {expected}, got {Describe(value)}");
                break;
        }
    }

    private static void WalkMap(MapNode map, Schema schema, string path, List<string> faults)
    {
        var isOpen = schema.Type != SchemaType.Object || schema.PreserveUnknownFields || schema.AdditionalProperties is not null;
        for (var i = 0; i < map.Count; i++)
        {
            var (key, value) = map.EntryAt(i);
            var field = TypedSchema.FieldOf(schema, key, out var declared);
            if (!declared && !isOpen) faults.Add($"{path}.{key}: field not declared in schema");
            else Walk(value, field, $"{path}.{key}", faults);
        }
    }

    private static void WalkList(ListNode list, Schema schema, string path, List<string> faults)
    {
        var items = TypedSchema.ItemOf(schema);
        var seen = new HashSet<PathElement>();
        for (var i = 0; i < list.Count; i++)
        {
            var element = PathElement.OfIndex(i);
            if (!TypedSchema.IsAtomicList(schema))
            {
                if (TypedSchema.ElementOf(schema, list[i], out element) is { } fault)
                {
                    faults.Add($"{At(path)}element {i}: {fault}");
                    return;
                }

                if (!seen.Add(element)) faults.Add($"{At(path)}duplicate entries for key {element}");
            }

            Walk(list[i], items, path + element, faults);
        }
    }

    private static string? ScalarFault(Node value, SchemaType type) => type switch
    {
        SchemaType.Integer or SchemaType.Number => value.AsDouble() is null ? "numeric (int or float)" : null,
        SchemaType.String => value.AsString() is null ? "string" : null,
        SchemaType.Boolean => value.AsBool() is null ? "boolean" : null,
        _ => value.AsMap() is null && value.AsList() is null ? null : "any scalar",
    };

    private static string At(string path) => path.Length == 0 ? "" : path + ": ";

    private static string Describe(Node value) => value.Kind is NodeKind.Map or NodeKind.List ? value.Kind.ToString().ToLowerInvariant() : value.ToString();
}
