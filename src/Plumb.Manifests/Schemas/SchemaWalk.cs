using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Schemas;

/// <summary>One fault of an object against its schema, in the shape of a Kubernetes status cause.</summary>
/// <param name="Reason">Such as <c>FieldValueRequired</c>, <c>FieldValueInvalid</c>, <c>FieldValueTypeInvalid</c>, <c>FieldValueNotSupported</c>.</param>
/// <param name="Field">Path, such as <c>spec.containers[0].name</c>.</param>
/// <param name="Message">Kubernetes' wording of the cause, without the path before it.</param>
public sealed record SchemaFault(string Reason, string Field, string Message);

/// <summary>
/// What an API server does to an object with its schema. Its order when it reads one: <see cref="Prune"/>, <see cref="Validate"/> (built-in
/// kinds: types), <see cref="Normalize"/>, <see cref="ApplyDefaults"/>, and for custom resources <see cref="Validate"/> at the end.
/// </summary>
public static class SchemaWalk
{
    /// <summary>Fills in defaults in place: where a field is missing, or null without being nullable, and its parent is there.</summary>
    public static void ApplyDefaults(MapNode root, Schema schema) => Defaulting.Apply(root, schema);

    /// <summary>Drops fields that the schema does not know, in place. Returns their paths (<c>spec.foo</c>).</summary>
    public static IReadOnlyList<string> Prune(MapNode root, Schema schema)
    {
        var dropped = new List<string>();
        Pruning.Prune(root, schema, "", dropped);
        return dropped;
    }

    /// <summary>
    /// Brings an object into the form that the server's own reading gives it, in place: null counts as missing where the field cannot be
    /// null and has no default; built-in kinds, which pass through Go types, also lose empty values of fields that Go leaves out when empty
    /// (<c>labels: {}</c>, <c>hostNetwork: false</c>).
    /// </summary>
    public static void Normalize(MapNode root, Schema schema) => GoForm.Normalize(root, schema);

    /// <summary>
    /// Checks types and rules. Faults of built-in kinds are worded as the Go decoder's (which the server answers with 400, not 422).
    /// </summary>
    public static IReadOnlyList<SchemaFault> Validate(MapNode root, Schema schema)
    {
        var faults = new List<SchemaFault>();
        if (schema.IsBuiltIn) new GoDecoding(faults).Check(root, schema, schema.BuiltIn!.TypeName ?? "", "", "");
        else new Validation(faults).Check(root, schema, "");
        return faults;
    }
}
