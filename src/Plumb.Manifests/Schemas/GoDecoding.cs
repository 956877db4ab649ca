using System.Globalization;
using System.Text.RegularExpressions;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Schemas;

/// <summary>Checks that a document fits Go types, with the wording of Go's JSON decoder.</summary>
internal sealed partial class GoDecoding(List<SchemaFault> faults)
{
    /// <param name="value">What to check.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="owner">Name of the struct that the field is in.</param>
    /// <param name="path">Path with indexes.</param>
    /// <param name="goPath">Path without them, as the decoder says it.</param>
    public void Check(Node value, Schema schema, string owner, string path, string goPath)
    {
        if (value.IsNullOrAbsent) return;
        switch (schema.Type)
        {
            case SchemaType.Any: break;
            case SchemaType.Object or SchemaType.Map when value.AsMap() is { } map:
                CheckFields(map, schema, owner, path, goPath);
                break;
            case SchemaType.List when value.AsList() is { } list:
                for (var i = 0; i < list.Count; i++)
                {
                    Check(list[i], schema.Items!, owner, $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]", goPath);
                }

                break;
            case SchemaType.String when value.AsString() is { } text: CheckText(text, schema, path); break;
            case SchemaType.Boolean when value.Kind == NodeKind.Bool: break;
            case SchemaType.Integer when value.AsInt() is { } number:
                if (schema.BuiltIn?.Format == "int32" && number is < int.MinValue or > int.MaxValue) Mismatch(value, schema, owner, path, goPath, true);
                break;
            case SchemaType.Integer when value.Kind is NodeKind.Float or NodeKind.BigInt: Mismatch(value, schema, owner, path, goPath, true); break;
            case SchemaType.Number when value.AsDouble() is not null: break;
            case SchemaType.IntOrString when value.Kind is NodeKind.String || value.AsInt() is not null: break;
            case SchemaType.Quantity when value.Kind is NodeKind.Int or NodeKind.Float or NodeKind.BigInt: break;
            case SchemaType.Quantity when value.AsString() is { } text:
                if (!QuantityForm().IsMatch(text))
                {
                    Fault(path, "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
                }

                break;
            default: Mismatch(value, schema, owner, path, goPath, false); break;
        }
    }

    private void CheckFields(MapNode map, Schema schema, string owner, string path, string goPath)
    {
        owner = schema.BuiltIn?.TypeName ?? owner;
        foreach (var (name, value) in map)
        {
            var field = schema.Properties.TryGetValue(name, out var known) ? known : schema.AdditionalProperties;
            if (field is null) continue;
            Check(value, field, owner, path.Length == 0 ? name : path + "." + name, goPath.Length == 0 ? name : goPath + "." + name);
        }
    }

    private void CheckText(string text, Schema schema, string path)
    {
        if (text.Length == 0) return;
        if (schema.BuiltIn?.Format == "date-time" && !Formats.IsDateTime(text))
        {
            Fault(path, $"parsing time {Text.Quote(text)} as \"2006-01-02T15:04:05Z07:00\": cannot parse it");
        }
        else if (schema.BuiltIn?.Format == "byte" && Formats.BadBase64At(text) is var at && at >= 0)
        {
            Fault(path, "illegal base64 data at input byte " + at.ToString(CultureInfo.InvariantCulture));
        }
    }

    private void Mismatch(Node value, Schema schema, string owner, string path, string goPath, bool showNumber)
    {
        var word = value.Kind switch
        {
            NodeKind.Map => "object",
            NodeKind.List => "array",
            NodeKind.String => "string",
            NodeKind.Bool => "bool",
            _ => showNumber ? "number " + value : "number",
        };
        var structName = owner[(owner.LastIndexOf('.') + 1)..];
        Fault(path, $"json: cannot unmarshal {word} into Go struct field {structName}.{goPath} of type {GoType(schema)}");
    }

    private void Fault(string path, string message) => faults.Add(new("FieldValueTypeInvalid", path, message));

    private static string GoType(Schema schema) => schema.Type switch
    {
        SchemaType.String => schema.BuiltIn?.Format == "date-time" ? "v1.Time" : schema.BuiltIn?.Format == "byte" ? "[]uint8" : "string",
        SchemaType.Boolean => "bool",
        SchemaType.Integer => schema.BuiltIn?.Format ?? "int64",
        SchemaType.Number => "float64",
        SchemaType.List => "[]" + GoType(schema.Items!),
        SchemaType.Map => "map[string]" + GoType(schema.AdditionalProperties!),
        SchemaType.IntOrString => "intstr.IntOrString",
        SchemaType.Quantity => "resource.Quantity",
        _ => schema.BuiltIn?.TypeName is { } name ? name[(name.IndexOf('.') + 1)..] : "runtime.RawExtension",
    };

    [GeneratedRegex(@"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex QuantityForm();
}
