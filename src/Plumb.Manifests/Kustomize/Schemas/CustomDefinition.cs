using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Kustomize.Schemas;

/// <summary>A definition of a <see cref="CustomDocument"/>; what lies below it is read when it is asked for.</summary>
internal sealed class CustomDefinition : SchemaDefinition
{
    private readonly Node _schema;

    private CustomDefinition(Node schema) => _schema = schema;

    public override string? Reference => _schema["$ref"].AsString();

    public override bool IsList =>
        _schema["type"] is var type && (type.AsString() ?? (type.AsList() is { Count: 1 } list ? list[0].AsString() : null)) == "array";

    public override SchemaDefinition? Items => OfMap(_schema["items"]);

    public override SchemaDefinition? AdditionalProperties => OfMap(_schema["additionalProperties"]);

    public override string? PatchStrategy => CustomDocument.Extension(_schema, "x-kubernetes-patch-strategy")?.AsString();

    public override string? MergeKey => CustomDocument.Extension(_schema, "x-kubernetes-patch-merge-key")?.AsString();

    public override IReadOnlyList<string>? MapKeys =>
        CustomDocument.Extension(_schema, "x-kubernetes-list-map-keys")?.AsList() is { } keys
            ? [.. keys.Select(key => key.AsString()).OfType<string>()]
            : null;

    public static SchemaDefinition Read(Node schema) => new CustomDefinition(schema);

    public override SchemaDefinition? Property(string name) =>
        _schema["properties"][name] is { IsAbsent: false } property ? new CustomDefinition(property) : null;

    /// <summary>Only a map is a schema; <c>true</c> and <c>false</c> say nothing of what a value is.</summary>
    private static CustomDefinition? OfMap(Node schema) => schema.AsMap() is null ? null : new CustomDefinition(schema);
}
