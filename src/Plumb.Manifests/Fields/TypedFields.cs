using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Fields;

/// <summary>The fields that a value sets.</summary>
internal static class TypedFields
{
    public static FieldSet Of(Node value, Schema schema) => Walk(value, schema, out _);

    /// <param name="value">Value to walk.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="isMember">Whether the value itself, not only what is below it, belongs to the set.</param>
    private static FieldSet Walk(Node value, Schema schema, out bool isMember)
    {
        isMember = true;
        switch (TypedSchema.ShapeOf(schema, value))
        {
            case TypedShape.Map:
                if (TypedSchema.IsAtomicMap(schema)) return FieldSet.Empty;
                isMember = false;
                return value.AsMap() is { } map ? WalkMap(map, schema) : FieldSet.Empty;
            case TypedShape.List:
                var list = value.AsList();
                if (TypedSchema.ElementsOf(schema, list) is not { } elements) return FieldSet.Empty;
                isMember = false;
                return list is null ? FieldSet.Empty : WalkList(list, elements, TypedSchema.ItemOf(schema));
            default: return FieldSet.Empty;
        }
    }

    private static FieldSet WalkMap(MapNode map, Schema schema)
    {
        var fields = default(FieldSetBuilder);
        for (var i = 0; i < map.Count; i++)
        {
            var (key, value) = map.EntryAt(i);
            var below = Walk(value, TypedSchema.FieldOf(schema, key, out var declared), out var isMember);
            isMember |= !declared || value.IsNullOrAbsent || value.AsMap() is { Count: 0 };
            fields.Add(PathElement.OfName(FieldNames.Share(key)), isMember, below);
        }

        return fields.Build();
    }

    private static FieldSet WalkList(ListNode list, PathElement[] elements, Schema itemSchema)
    {
        var duplicates = DuplicatesOf(elements);
        var items = default(FieldSetBuilder);
        for (var i = 0; i < elements.Length; i++)
        {
            // A duplicated item is owned as one: nobody could say which of the two a path below it means.
            var below = duplicates is not null && duplicates.Contains(elements[i]) ? null : Walk(list[i], itemSchema, out _);
            items.Add(elements[i], true, below);
        }

        return items.Build();
    }

    private static HashSet<PathElement>? DuplicatesOf(PathElement[] elements)
    {
        HashSet<PathElement>? duplicates = null;
        if (elements.Length < 2) return null;
        var seen = new HashSet<PathElement>(elements.Length);
        foreach (var element in elements)
        {
            if (!seen.Add(element)) (duplicates ??= []).Add(element);
        }

        return duplicates;
    }
}
