using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;
using Plumb.Manifests.Schemas.Table;

namespace Plumb.Manifests.Fields;

/// <summary>
/// Fills in what a built-in object always has inside the server: it holds Go structs, whose struct fields and fields without
/// <c>omitempty</c> exist even when nobody set them. That is why the creator of a Deployment owns <c>.spec.replicas</c> but not
/// <c>.spec</c>. Custom resources have nothing of the kind.
/// </summary>
internal static class TypedZeros
{
    /// <summary>Changes the map in place, which must not be frozen.</summary>
    public static void Fill(MapNode map, Schema schema)
    {
        foreach (var (name, field) in schema.Properties)
        {
            if (field.BuiltIn is not { } go) continue;
            var value = map[name];
            if (value.IsNullOrAbsent)
            {
                if (ZeroOf(field, go) is { IsAbsent: false } zero) map[name] = zero;
            }
            else
            {
                FillBelow(value, field);
            }
        }

        if (schema.AdditionalProperties is not { } values) return;
        for (var i = 0; i < map.Count; i++) FillBelow(map.EntryAt(i).Value, values);
    }

    private static void FillBelow(Node value, Schema schema)
    {
        if (value.AsMap() is { } inner)
        {
            Fill(inner, schema);
        }
        else if (value.AsList() is { } list && schema.Items is { } items)
        {
            foreach (var item in list) FillBelow(item, items);
        }
    }

    private static Node ZeroOf(Schema field, GoField go)
    {
        if (go.Pointer) return go.OmitEmpty ? Node.Absent : Node.Null;
        if (field.Type == SchemaType.Object)
        {
            // A struct is never empty to Go's omitempty.
            var zero = new MapNode();
            Fill(zero, field);
            return zero;
        }

        // Times are structs too, written as null.
        if (go.Format == "date-time") return Node.Null;
        if (go.OmitEmpty) return Node.Absent;
        return field.Type switch
        {
            SchemaType.Map or SchemaType.List => Node.Null,
            SchemaType.String => "",
            SchemaType.Integer or SchemaType.Number => 0,
            SchemaType.Boolean => false,
            _ => Node.Absent,
        };
    }
}
