using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Schemas;

/// <summary>One fault of an object against its schema, in the shape of a Kubernetes status cause.</summary>
/// <param name="Reason">Such as <c>FieldValueRequired</c>, <c>FieldValueInvalid</c>, <c>FieldValueTypeInvalid</c>, <c>FieldValueNotSupported</c>.</param>
/// <param name="Field">Path, such as <c>spec.containers[0].name</c>.</param>
/// <param name="Message">Kubernetes' wording.</param>
public sealed record SchemaFault(string Reason, string Field, string Message);

/// <summary>What an API server does to an object with its schema.</summary>
public static class SchemaWalk
{
    /// <summary>Fills in defaults in place.</summary>
    public static void ApplyDefaults(MapNode root, Schema schema) => throw new NotImplementedException();

    /// <summary>Drops fields that the schema does not know, in place. Returns their paths (<c>spec.foo</c>).</summary>
    public static IReadOnlyList<string> Prune(MapNode root, Schema schema) => throw new NotImplementedException();

    /// <summary>Checks types and rules.</summary>
    public static IReadOnlyList<SchemaFault> Validate(MapNode root, Schema schema) => throw new NotImplementedException();
}
