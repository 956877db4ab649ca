using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Manifests.Schemas;

/// <summary>Gives an object the form that it has after the server read it.</summary>
internal static class GoForm
{
    public static void Normalize(Node value, Schema schema)
    {
        switch (value.Kind)
        {
            case NodeKind.Map: NormalizeMap(value.AsMap()!, schema); break;
            case NodeKind.List when schema.Items is { } items:
                foreach (var item in value.AsList()!) Normalize(item, items);
                break;
            default: break;
        }
    }

    private static void NormalizeMap(MapNode map, Schema schema)
    {
        for (var i = map.Count - 1; i >= 0; i--)
        {
            var (name, value) = map.EntryAt(i);
            var known = schema.Properties.TryGetValue(name, out var field);
            field ??= schema.AdditionalProperties;
            if (field is null) continue;
            if (value.Kind == NodeKind.Null)
            {
                if (!known && field is { IsBuiltIn: true, Type: SchemaType.String }) map[name] = "";
                else if (field.IsBuiltIn ? known : !field.Nullable && field.Default.IsAbsent) map.Remove(name);
                continue;
            }

            if (field is { IsBuiltIn: true, Type: SchemaType.Quantity })
            {
                if (Quantity.Canonical(value) is { } canonical) map[name] = canonical;
                continue;
            }

            Normalize(value, field);
            if (known && field.BuiltIn is { OmitEmpty: true, Pointer: false } && IsEmpty(value, field)) map.Remove(name);
        }
    }

    private static bool IsEmpty(Node value, Schema field) => field.Type switch
    {
        SchemaType.String => value.AsString() is { Length: 0 },
        SchemaType.Boolean => value.AsBool() == false,
        SchemaType.Integer or SchemaType.Number => value.AsDouble() == 0,
        SchemaType.List => value.AsList() is { Count: 0 },
        SchemaType.Map => value.AsMap() is { Count: 0 },
        _ => false, // A struct is written even when it is empty.
    };
}
