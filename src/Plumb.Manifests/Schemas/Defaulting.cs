using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Schemas;

/// <summary>Fills in defaults.</summary>
internal static class Defaulting
{
    public static void Apply(Node value, Schema schema)
    {
        if (value.AsMap() is { } map) Apply(map, schema);
        else if (value.AsList() is { } list && schema.Items is { } items && MayHoldDefaults(items))
        {
            foreach (var item in list) Apply(item, items);
        }
    }

    public static void Apply(MapNode map, Schema schema)
    {
        foreach (var (name, field) in schema.Properties)
        {
            var value = map[name];
            if (!field.Default.IsAbsent && (value.IsAbsent || (value.IsNullOrAbsent && !field.Nullable)))
            {
                value = field.Default.DeepClone();
                map[name] = value;
            }

            if (MayHoldDefaults(field)) Apply(value, field);
        }

        if (schema.AdditionalProperties is not { } values || !MayHoldDefaults(values)) return;
        for (var i = 0; i < map.Count; i++)
        {
            var (name, value) = map.EntryAt(i);
            if (schema.Properties.ContainsKey(name)) continue;
            if (value.Kind == NodeKind.Null && !values.Default.IsAbsent && !values.Nullable)
            {
                value = values.Default.DeepClone();
                map[name] = value;
            }

            Apply(value, values);
        }
    }

    private static bool MayHoldDefaults(Schema schema) =>
        schema.Type is SchemaType.Object or SchemaType.Map or SchemaType.List or SchemaType.Any || !schema.Default.IsAbsent;
}
