using System.Globalization;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Schemas;

/// <summary>
/// Validation of custom resources by their OpenAPI schema: the checks, their order and their wording are those of the Kubernetes API server
/// (kube-openapi's validation as apiextensions reports it).
/// </summary>
internal sealed class Validation(List<SchemaFault> faults)
{
    /// <summary>How many faults are collected before the check stops.</summary>
    private const int MaxFaults = 1000;

    public void Check(Node value, Schema schema, string path)
    {
        if (faults.Count >= MaxFaults) return;
        if (schema.IsBuiltIn)
        {
            new GoDecoding(faults).Check(value, schema, "", path, path);
            return;
        }

        if (value.Kind == NodeKind.Null)
        {
            if (!schema.Nullable && TypeName(schema) is { } wanted) WrongType(path, wanted, "null");
            if (schema.Rules is { Enum.Count: > 0 } nullRules && !schema.Nullable) CheckEnum(value, nullRules, path);
            return;
        }

        if (!HasType(value, schema))
        {
            WrongType(path, TypeName(schema)!, NameOf(value));
            return;
        }

        if (schema.Rules is { } rules) CheckRules(value, rules, path);
        if (value.AsList() is { } list) CheckItems(list, schema, path);
        else if (value.AsMap() is { } map) CheckFields(map, schema, path);
    }

    private void CheckRules(Node value, SchemaRules rules, string path)
    {
        CheckJunctors(value, rules, path);
        if (value.AsString() is { } text) CheckText(text, rules, path);
        else if (value.AsDouble() is { } number) CheckNumber(value, number, rules, path);
        if (rules.Enum.Count > 0) CheckEnum(value, rules, path);
    }

    private void CheckJunctors(Node value, SchemaRules rules, string path)
    {
        if (rules.AnyOf.Count > 0)
        {
            var best = Best(value, rules.AnyOf, path, out var matches);
            if (matches == 0)
            {
                Invalid(path, "\"\"", $"{Text.Quote(path)} must validate at least one schema (anyOf)");
                faults.AddRange(best);
            }
        }

        if (rules.OneOf.Count > 0)
        {
            var best = Best(value, rules.OneOf, path, out var matches);
            if (matches != 1)
            {
                var found = matches == 0 ? "Found none valid" : $"Found {matches.ToString(CultureInfo.InvariantCulture)} valid alternatives";
                Invalid(path, "\"\"", $"{Text.Quote(path)} must validate one and only one schema (oneOf). {found}");
                if (matches == 0) faults.AddRange(best);
            }
        }

        if (rules.AllOf.Count > 0)
        {
            var valid = 0;
            foreach (var schema in rules.AllOf)
            {
                var found = Try(value, schema, path);
                if (found.Count == 0) valid++;
                faults.AddRange(found);
            }

            if (valid != rules.AllOf.Count)
            {
                Invalid(path, "\"\"", $"{Text.Quote(path)} must validate all the schemas (allOf){(valid == 0 ? ". None validated" : "")}");
            }
        }

        if (rules.Not is not null && Try(value, rules.Not, path).Count == 0)
        {
            Invalid(path, "\"\"", $"{Text.Quote(path)} must not validate the schema (not)");
        }
    }

    private static List<SchemaFault> Best(Node value, IReadOnlyList<Schema> schemas, string path, out int matches)
    {
        matches = 0;
        List<SchemaFault>? best = null;
        foreach (var schema in schemas)
        {
            var found = Try(value, schema, path);
            if (found.Count == 0) matches++;
            else if (best is null || found.Count < best.Count) best = found;
        }

        return best ?? [];
    }

    private static List<SchemaFault> Try(Node value, Schema schema, string path)
    {
        var found = new List<SchemaFault>();
        new Validation(found).Check(value, schema, path);
        return found;
    }

    private void CheckText(string text, SchemaRules rules, string path)
    {
        var length = rules.MaxLength is null && rules.MinLength is null ? 0 : text.EnumerateRunes().Count();
        if (rules.MaxLength is { } max && length > max) Fault("FieldValueTooLong", path, $"Too long: may not be more than {max} bytes");
        if (rules.MinLength is { } min && length < min) Invalid(path, Text.Quote(text), $"{path} in body should be at least {min} chars long");
        if (rules.Pattern is not null && rules.CompiledPattern?.IsMatch(text) == false)
        {
            Invalid(path, Text.Quote(text), $"{path} in body should match '{rules.Pattern}'");
        }

        if (rules.Format is { } format && !Formats.IsValid(format, text))
        {
            Fault("FieldValueTypeInvalid", path, $"Invalid value: {Text.Quote(text)}: {path} in body must be of type {format}: {Text.Quote(text)}");
        }
    }

    private void CheckNumber(Node value, double number, SchemaRules rules, string path)
    {
        if (rules.MultipleOf is { } factor && factor > 0 && Math.IEEERemainder(number, factor) is var rest && Math.Abs(rest) > factor * 1e-9)
        {
            Invalid(path, Text.Value(value), $"{path} in body should be a multiple of {Bound(factor, value)}");
        }

        if (rules.Maximum is { } max && (rules.ExclusiveMaximum ? number >= max : number > max))
        {
            Invalid(path, Text.Value(value), $"{path} in body should be less than {(rules.ExclusiveMaximum ? "" : "or equal to ")}{Bound(max, value)}");
        }

        if (rules.Minimum is { } min && (rules.ExclusiveMinimum ? number <= min : number < min))
        {
            Invalid(path, Text.Value(value), $"{path} in body should be greater than {(rules.ExclusiveMinimum ? "" : "or equal to ")}{Bound(min, value)}");
        }

        if ((rules.Format == "int32" && number is < int.MinValue or > int.MaxValue) || (rules.Format is "int32" or "int64" && value.Kind == NodeKind.BigInt))
        {
            Invalid(path, Text.Value(value), $"Checked value must be of type integer with format {rules.Format}");
        }
    }

    private static string Bound(double bound, Node value) =>
        value.Kind == NodeKind.Int && bound == Math.Truncate(bound) && Math.Abs(bound) < 9e15
            ? ((long)bound).ToString(CultureInfo.InvariantCulture)
            : Text.Number(bound);

    private void CheckEnum(Node value, SchemaRules rules, string path)
    {
        if (rules.Enum.Contains(value)) return;
        var supported = string.Join(", ", rules.Enum.Select(v => Text.Quote(v.AsString() ?? v.ToString())));
        Fault("FieldValueNotSupported", path, $"Unsupported value: {Text.Value(value)}: supported values: {supported}");
    }

    private void CheckItems(ListNode list, Schema schema, string path)
    {
        if (schema.Items is { } items)
        {
            for (var i = 0; i < list.Count; i++) Check(list[i], items, Index(path, i));
        }

        if (schema.Rules is { } rules)
        {
            if (rules.MinItems is { } min && list.Count < min)
            {
                Invalid(path, list.Count.ToString(CultureInfo.InvariantCulture), $"{path} in body should have at least {min} items");
            }

            if (rules.MaxItems is { } max && list.Count > max)
            {
                Fault("FieldValueTooMany", path, $"Too many: {list.Count}: must have at most {max} items");
            }

            if (rules.UniqueItems && list.Distinct().Count() != list.Count) Invalid(path, "\"\"", $"{path} in body shouldn't contain duplicates");
        }

        switch (schema.ListKind)
        {
            case ListKind.Set: CheckDuplicates(list, path, item => item); break;
            case ListKind.Map: CheckDuplicates(list, path, item => KeyOf(item, schema.ListKeys)); break;
            default: break;
        }
    }

    private void CheckDuplicates(ListNode list, string path, Func<Node, Node> keyOf)
    {
        var seen = new HashSet<Node>();
        var reported = new HashSet<Node>();
        for (var i = 0; i < list.Count; i++)
        {
            var key = keyOf(list[i]);
            if (!seen.Add(key) && reported.Add(key)) Fault("FieldValueDuplicate", Index(path, i), $"Duplicate value: {Text.Value(key)}");
        }
    }

    private static Node KeyOf(Node item, IReadOnlyList<string> keys)
    {
        var key = new MapNode(keys.Count);
        foreach (var name in keys) key[name] = item[name];
        return key;
    }

    private void CheckFields(MapNode map, Schema schema, string path)
    {
        foreach (var (name, value) in map)
        {
            if (schema.Properties.TryGetValue(name, out var field)) Check(value, field, Child(path, name));
            else if (schema.AdditionalProperties is { } values) Check(value, values, Child(path, name));
        }

        if (schema.Rules is not { } rules) return;
        foreach (var name in rules.Required)
        {
            if (!map.ContainsKey(name)) Fault("FieldValueRequired", Child(path, name), "Required value");
        }

        if (rules.MinProperties is { } min && map.Count < min)
        {
            Invalid(path, map.Count.ToString(CultureInfo.InvariantCulture), $"{path} in body should have at least {min} properties");
        }

        if (rules.MaxProperties is { } max && map.Count > max)
        {
            Fault("FieldValueTooMany", path, $"Too many: {map.Count}: must have at most {max} items");
        }
    }

    private static bool HasType(Node value, Schema schema) => schema.Type switch
    {
        SchemaType.Any => true,
        SchemaType.Object or SchemaType.Map => value.Kind == NodeKind.Map,
        SchemaType.List => value.Kind == NodeKind.List,
        SchemaType.String => value.Kind == NodeKind.String,
        SchemaType.Boolean => value.Kind == NodeKind.Bool,
        SchemaType.Integer => value.AsInt() is not null || value.Kind == NodeKind.BigInt,
        SchemaType.Number => value.AsDouble() is not null,
        _ => value.Kind == NodeKind.String || value.AsInt() is not null,
    };

    private static string? TypeName(Schema schema) => schema.Type switch
    {
        SchemaType.Object or SchemaType.Map => "object",
        SchemaType.List => "array",
        SchemaType.String => "string",
        SchemaType.Boolean => "boolean",
        SchemaType.Integer => "integer",
        SchemaType.Number => "number",
        SchemaType.Any => null,
        _ => "integer,string",
    };

    private static string NameOf(Node value) => value.Kind switch
    {
        NodeKind.Map => "object",
        NodeKind.List => "array",
        NodeKind.String => "string",
        NodeKind.Bool => "boolean",
        NodeKind.Float => "number",
        NodeKind.Null => "null",
        _ => "integer",
    };

    private static string Child(string path, string name) => path.Length == 0 ? name : path + "." + name;

    private static string Index(string path, int index) => $"{path}[{index.ToString(CultureInfo.InvariantCulture)}]";

    private void WrongType(string path, string wanted, string found) =>
        Fault("FieldValueTypeInvalid", path, $"Invalid value: \"{found}\": {path} in body must be of type {wanted}: \"{found}\"");

    private void Invalid(string path, string value, string detail) => Fault("FieldValueInvalid", path, $"Invalid value: {value}: {detail}");

    private void Fault(string reason, string path, string message) => faults.Add(new(reason, path, message));
}
