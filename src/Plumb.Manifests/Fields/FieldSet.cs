using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Fields;

/// <summary>
/// A set of field paths in the meaning of structured-merge-diff: what a manager owns. Immutable.
/// </summary>
public sealed class FieldSet
{
    /// <summary>Owns nothing.</summary>
    public static FieldSet Empty { get; } = new();

    /// <summary>From <c>managedFields[].fieldsV1</c>.</summary>
    /// <exception cref="FormatException">Not FieldsV1.</exception>
    public static FieldSet Parse(Node fieldsV1) => throw new NotImplementedException();

    /// <summary>All fields that a value sets, by schema.</summary>
    public static FieldSet Of(Node value, Schema schema) => throw new NotImplementedException();

    /// <summary>As <c>fieldsV1</c>, keys in the server's order.</summary>
    public Node ToFieldsV1() => throw new NotImplementedException();

    /// <summary>Nothing in it.</summary>
    public bool IsEmpty => throw new NotImplementedException();

    /// <summary>In either.</summary>
    public FieldSet Union(FieldSet other) => throw new NotImplementedException();

    /// <summary>In both.</summary>
    public FieldSet Intersect(FieldSet other) => throw new NotImplementedException();

    /// <summary>In this one only.</summary>
    public FieldSet Except(FieldSet other) => throw new NotImplementedException();

    /// <summary>Paths as text, such as <c>.spec.containers[name="web"].image</c>, sorted.</summary>
    public IReadOnlyList<string> Paths => throw new NotImplementedException();

    /// <summary>Removes these fields (leaves and emptied items) from a copy of a document.</summary>
    public MapNode RemoveFrom(MapNode document, Schema schema) => throw new NotImplementedException();
}
