using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Fields;

/// <summary>What a value is to the typed merge.</summary>
internal enum TypedShape : byte
{
    Scalar,
    List,
    Map,
}

/// <summary>
/// How a schema is to be walked. A schema without a type ("deduced") follows the value: maps are granular, lists are atomic, null counts
/// as a map.
/// </summary>
internal static class TypedSchema
{
    public static TypedShape ShapeOf(Schema schema, Node value) => schema.Type switch
    {
        SchemaType.Object or SchemaType.Map => TypedShape.Map,
        SchemaType.List => TypedShape.List,
        SchemaType.Any => value.Kind switch
        {
            NodeKind.Map or NodeKind.Null or NodeKind.Absent => TypedShape.Map,
            NodeKind.List => TypedShape.List,
            _ => TypedShape.Scalar,
        },
        _ => TypedShape.Scalar,
    };

    public static bool IsDeduced(Schema schema) => schema.Type == SchemaType.Any;

    public static bool IsAtomicList(Schema schema) => schema.Type != SchemaType.List || schema.ListKind == ListKind.Atomic;

    public static bool IsAtomicMap(Schema schema) => schema.Atomic;

    /// <summary>The schema of a field, and whether the field is named in the schema (as opposed to a key of a free map).</summary>
    public static Schema FieldOf(Schema schema, string name, out bool declared)
    {
        declared = schema.Properties.TryGetValue(name, out var found);
        return found ?? schema.AdditionalProperties ?? Schema.Unknown;
    }

    public static Schema ItemOf(Schema schema) => schema.Items ?? Schema.Unknown;

    /// <summary>The path element of an item of an associative list; a fault in words when it has none.</summary>
    public static string? ElementOf(Schema list, Node item, out PathElement element)
    {
        element = default;
        if (list.ListKind == ListKind.Set)
        {
            switch (item.Kind)
            {
                case NodeKind.Map: return "associative list without keys has an element that's a map type";
                case NodeKind.List: return "not supported: associative list with lists as elements";
                case NodeKind.Null or NodeKind.Absent: return "associative list without keys has an element that's an explicit null";
                default:
                    element = PathElement.OfValue(item);
                    return null;
            }
        }

        if (item.IsNullOrAbsent) return "associative list with keys may not have a null element";
        if (item.AsMap() is not { } map) return "associative list with keys may not have non-map elements";
        var keys = list.ListKeys;
        var fields = new KeyField[keys.Count];
        var count = 0;
        foreach (var key in keys)
        {
            var value = map[key];
            if (value.IsAbsent) value = ItemOf(list).Properties.TryGetValue(key, out var schema) ? schema.Default : Node.Absent;
            if (!value.IsAbsent) fields[count++] = new(FieldNames.Share(key), value);
        }

        if (count == 0)
        {
            var names = string.Join(' ', keys.Select(GoJson.Quote));
            return $"associative list with keys has an element that omits all key fields [{names}] (and doesn't have default values for any key fields)";
        }

        if (count < fields.Length) Array.Resize(ref fields, count);
        element = PathElement.OfKeys(fields);
        return null;
    }

    /// <summary>
    /// The path elements of all items; null when the list cannot be taken apart, because it is atomic or an item has no key. The server
    /// refuses the latter; live objects written under an older schema may still have them, and then count as one value.
    /// </summary>
    public static PathElement[]? ElementsOf(Schema schema, ListNode? list)
    {
        if (IsAtomicList(schema)) return null;
        if (list is null) return [];
        var elements = new PathElement[list.Count];
        for (var i = 0; i < elements.Length; i++)
        {
            if (ElementOf(schema, list[i], out elements[i]) is not null) return null;
        }

        return elements;
    }
}
