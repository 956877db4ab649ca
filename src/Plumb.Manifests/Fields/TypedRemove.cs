using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Fields;

/// <summary>Takes fields out of a value.</summary>
internal static class TypedRemove
{
    /// <summary>A copy without the fields; absent when nothing is left.</summary>
    public static Node Remove(Node value, FieldSet fields, Schema schema)
    {
        switch (TypedSchema.ShapeOf(schema, value))
        {
            case TypedShape.Map:
                if (value.AsMap() is not { Count: > 0 } map || TypedSchema.IsAtomicMap(schema)) return Node.Absent;
                return RemoveFromMap(map, fields, schema);
            case TypedShape.List:
                if (value.AsList() is not { Count: > 0 } list) return Node.Absent;
                return TypedSchema.ElementsOf(schema, list) is { } elements
                    ? RemoveFromList(list, elements, fields, TypedSchema.ItemOf(schema))
                    : Node.Absent;
            default: return value.DeepClone();
        }
    }

    private static Node RemoveFromMap(MapNode map, FieldSet fields, Schema schema)
    {
        var result = new MapNode(map.Count);
        for (var i = 0; i < map.Count; i++)
        {
            var (key, value) = map.EntryAt(i);
            var below = fields.Below(PathElement.OfName(key), out var isMember);
            if (isMember) continue;

            // A field emptied by this goes altogether: typed objects do not write empty fields.
            result[key] = below.IsEmpty ? value.DeepClone() : Remove(value, below, TypedSchema.FieldOf(schema, key, out _));
        }

        return result.Count == 0 ? Node.Absent : result;
    }

    private static Node RemoveFromList(ListNode list, PathElement[] elements, FieldSet fields, Schema itemSchema)
    {
        var result = new ListNode();
        for (var i = 0; i < elements.Length; i++)
        {
            var below = fields.Below(elements[i], out var isMember);
            if (isMember) continue;
            var item = below.IsEmpty ? list[i].DeepClone() : Remove(list[i], below, itemSchema);
            result.Add(item.IsAbsent ? new MapNode() : item);
        }

        return result.Count == 0 ? Node.Absent : result;
    }
}
