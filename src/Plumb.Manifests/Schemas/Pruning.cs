using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Manifests.Schemas;

/// <summary>Drops what a schema does not know.</summary>
internal static class Pruning
{
    private static readonly Schema TypeMeta = new() { Type = SchemaType.String };

    /// <summary>ObjectMeta, as every object has it.</summary>
    public static Schema ObjectMeta => BuiltInKinds.SchemaOf(new GroupVersionKind("", "v1", "ConfigMap"))!.Properties["metadata"];

    public static void Prune(Node value, Schema schema, string path, List<string> dropped)
    {
        switch (value.Kind)
        {
            case NodeKind.Map: PruneMap(value.AsMap()!, schema, path, dropped); break;
            case NodeKind.List when schema.Items is { } items:
                var list = value.AsList()!;
                for (var i = 0; i < list.Count; i++)
                {
                    if (list[i].Kind is NodeKind.Map or NodeKind.List)
                    {
                        Prune(list[i], items, path + "[" + i.ToString(CultureInfo.InvariantCulture) + "]", dropped);
                    }
                }

                break;
            default: break;
        }
    }

    private static void PruneMap(MapNode map, Schema schema, string path, List<string> dropped)
    {
        if (schema.Type is SchemaType.String or SchemaType.Integer or SchemaType.Number or SchemaType.Boolean or SchemaType.List) return;
        List<string>? unknown = null;
        for (var i = 0; i < map.Count; i++)
        {
            var (name, value) = map.EntryAt(i);
            var field = FieldOf(schema, name);
            if (field is null)
            {
                if (schema.PreserveUnknownFields || schema.Type == SchemaType.Any) continue;
                (unknown ??= []).Add(name);
            }
            else if (value.Kind is NodeKind.Map or NodeKind.List)
            {
                Prune(value, field, path.Length == 0 ? name : path + "." + name, dropped);
            }
        }

        if (unknown is null) return;
        foreach (var name in unknown)
        {
            map.Remove(name);
            dropped.Add(path.Length == 0 ? name : path + "." + name);
        }
    }

    private static Schema? FieldOf(Schema schema, string name)
    {
        if (schema.EmbeddedResource)
        {
            if (name == "metadata") return ObjectMeta;
            if (name is "apiVersion" or "kind") return TypeMeta;
        }

        return schema.Properties.TryGetValue(name, out var field) ? field : schema.AdditionalProperties;
    }
}
