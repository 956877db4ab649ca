using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Tests.Fields;

/// <summary>Small schemas built by hand.</summary>
internal static class TestSchemas
{
    public static readonly Schema Text = new() { Type = SchemaType.String };
    public static readonly Schema Number = new() { Type = SchemaType.Integer };
    public static readonly Schema FreeText = new() { Type = SchemaType.Map, AdditionalProperties = Text };
    public static readonly Schema TextSet = List(Text, ListKind.Set);

    /// <summary>What <c>metadata</c> looks like, as far as these tests go.</summary>
    public static readonly Schema Metadata = Object(
        ("name", Text), ("namespace", Text), ("uid", Text), ("resourceVersion", Text), ("generation", Number), ("creationTimestamp", Text),
        ("labels", FreeText), ("annotations", FreeText), ("finalizers", TextSet),
        ("managedFields", List(Schema.Unknown, ListKind.Atomic)));

    /// <summary>A kind with every sort of list and map; the recorded facts are of a custom resource of this structure.</summary>
    public static readonly Schema Widget = Kind(Object(
        ("size", Number),
        ("name", Text),
        ("nested", Object(("a", Number), ("b", Number))),
        ("labels", FreeText),
        ("atomicMap", new Schema { Type = SchemaType.Map, AdditionalProperties = Text, Atomic = true }),
        ("atomicList", List(Text, ListKind.Atomic)),
        ("set", TextSet),
        ("items", List(Object(("name", Text), ("value", Text), ("other", Text), ("tags", TextSet)), ListKind.Map, "name")),
        ("ports", List(
            Object(("port", Number), ("protocol", new Schema { Type = SchemaType.String, Default = "TCP" }), ("name", Text)),
            ListKind.Map, "port", "protocol")),
        ("free", new Schema { Type = SchemaType.Object, PreserveUnknownFields = true })));

    public static readonly Schema ConfigMap = Object(
        ("apiVersion", Text), ("kind", Text), ("metadata", Metadata), ("data", FreeText), ("binaryData", FreeText));

    public static Schema Kind(Schema spec) => Object(
        ("apiVersion", Text), ("kind", Text), ("metadata", Metadata), ("spec", spec), ("status", Object(("phase", Text))));

    public static Schema Object(params (string Name, Schema Schema)[] fields) => new()
    {
        Type = SchemaType.Object,
        Properties = fields.ToDictionary(f => f.Name, f => f.Schema),
    };

    public static Schema List(Schema items, ListKind kind, params string[] keys) => new()
    {
        Type = SchemaType.List,
        Items = items,
        ListKind = kind,
        ListKeys = keys,
    };
}
