using System.Globalization;
using System.Text;
using System.Text.Json;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Helm.Charts;

namespace Plumb.Manifests.Helm.Schema;

/// <summary>
/// Checks one value against one schema: the keywords of drafts 4 to 2020-12, checked in the order of santhosh-tekuri/jsonschema v6, so that
/// the same faults are told. Properties are gone through by name.
/// </summary>
internal sealed class SchemaValidator(SchemaDocument document, CancellationToken ct)
{
    private const int MaxDepth = 400;
    private const long MaxSteps = 1_000_000;

    private static readonly string[] TypeNames = ["null", "boolean", "number", "integer", "string", "array", "object"];

    private long _steps;

    private int Draft => document.Draft;

    /// <summary>What is wrong with a chart's values, line by line; null when nothing is.</summary>
    public static string? Check(ChartFile schema, GoMap values, CancellationToken ct)
    {
        try
        {
            var document = schema.Schema;
            var fault = new SchemaValidator(document, ct).Validate(document.Root, GoValue.From(values), "", new Evaluated(), 0);
            if (fault is null) return null;
            var text = new StringBuilder();
            if (fault.IsGroup)
            {
                foreach (var cause in fault.Causes) cause.Print(text, 0);
            }
            else
            {
                fault.Print(text, 0);
            }

            return text.Append('\n').ToString();
        }
        catch (GoError error)
        {
            return error.Message;
        }
    }

    /// <summary>Which members of the value some schema has looked at.</summary>
    private sealed class Evaluated
    {
        private HashSet<string>? _properties;
        private HashSet<int>? _items;

        public HashSet<string> Properties => _properties ??= new HashSet<string>(StringComparer.Ordinal);

        public HashSet<int> Items => _items ??= [];

        public void Add(Evaluated other)
        {
            if (other._properties is { } properties) Properties.UnionWith(properties);
            if (other._items is { } items) Items.UnionWith(items);
        }
    }

    private SchemaFault? Validate(JsonElement schema, in GoValue value, string location, Evaluated evaluated, int depth)
    {
        if (depth > MaxDepth) throw new GoError($"values.schema.json: schemas are nested more than {MaxDepth} deep at {location}");
        if (++_steps > MaxSteps) throw new GoError("values.schema.json: the check takes too many steps");
        if ((_steps & 4095) == 0) ct.ThrowIfCancellationRequested();
        if (schema.ValueKind == JsonValueKind.True) return null;
        if (schema.ValueKind == JsonValueKind.False) return new SchemaFault(location, "false schema");
        if (schema.ValueKind != JsonValueKind.Object) return null;

        var hasReference = Text(schema, "$ref") is not null;
        if (!(hasReference && Draft < 2019) && Single(schema, value, location) is { } alone) return alone;

        var faults = new List<SchemaFault>();
        if (Text(schema, "$ref") is { } reference)
        {
            var fault = Reference(reference, value, location, evaluated, depth);
            if (Draft < 2019) return fault;
            if (fault is not null) faults.Add(fault);
        }

        switch (value.Kind)
        {
            case GoKind.Map: Object(schema, value.Map, value, location, evaluated, faults, depth); break;
            case GoKind.Slice or GoKind.Array: List(schema, value.List, location, evaluated, faults, depth); break;
            case GoKind.String: String(schema, value.Text, location, faults); break;
            case GoKind.Invalid or GoKind.Interface or GoKind.Bool: break;
            default: Number(schema, ToDecimal(value), value, location, faults); break;
        }

        if (Draft >= 2020 && Text(schema, "$dynamicRef") is { } dynamic)
        {
            if (Reference(dynamic, value, location, evaluated, depth) is { } fault) faults.Add(fault);
        }

        Conditions(schema, value, location, evaluated, faults, depth);
        if (Draft >= 2019) Unevaluated(schema, value, location, evaluated, faults, depth);
        return faults.Count switch
        {
            0 => null,
            1 => faults[0],
            _ => new SchemaFault(location, "validation failed", faults) { IsGroup = true },
        };
    }

    /// <summary>What ends the check of a value at once: its type, constants and format.</summary>
    private SchemaFault? Single(JsonElement schema, in GoValue value, string location)
    {
        if (schema.TryGetProperty("type", out var type) && !(type.ValueKind == JsonValueKind.String && type.ValueEquals(SchemaText.TypeOf(value))))
        {
            var wanted = type.ValueKind == JsonValueKind.Array
                ? type.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.String).Select(t => t.GetString()!).ToHashSet(StringComparer.Ordinal)
                : type.ValueKind == JsonValueKind.String ? [type.GetString()!] : [];
            wanted.IntersectWith(TypeNames);
            var found = SchemaText.TypeOf(value);
            if (wanted.Count > 0 && !wanted.Contains(found) && !(found == "number" && wanted.Contains("integer") && IsWhole(value)))
                return new SchemaFault(location, $"got {found}, want {string.Join(" or ", TypeNames.Where(wanted.Contains))}");
        }

        if (Draft >= 6 && schema.TryGetProperty("const", out var constant) && !Equal(value, constant))
        {
            return new SchemaFault(location, constant.ValueKind is JsonValueKind.Object or JsonValueKind.Array
                ? "const failed"
                : $"value must be {SchemaText.Display(constant)}");
        }

        if (schema.TryGetProperty("enum", out var choices) && choices.ValueKind == JsonValueKind.Array)
        {
            var matched = false;
            foreach (var choice in choices.EnumerateArray()) matched = matched || Equal(value, choice);
            if (!matched)
            {
                var all = choices.EnumerateArray().ToList();
                return new SchemaFault(location, all.Exists(c => c.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                    ? "enum failed"
                    : all.Count == 1
                        ? $"value must be {SchemaText.Display(all[0])}"
                        : $"value must be one of {string.Join(", ", all.Select(SchemaText.Display))}");
            }
        }

        if (Draft < 2019 && Text(schema, "format") is { } format && value.IsString && SchemaFormats.Check(format, value.Text) is { } reason)
            return new SchemaFault(location, $"{SchemaText.Quote(value.Text)} is not valid {format}: {reason}");
        return null;
    }

    private SchemaFault? Reference(string reference, in GoValue value, string location, Evaluated evaluated, int depth)
    {
        if (Within(document.Resolve(reference), value, location, evaluated, depth) is not { } fault) return null;
        return new SchemaFault(location, "validation failed", fault.IsGroup ? fault.Causes : [fault]) { IsReference = true };
    }

    /// <summary>A schema about the same value: what it has looked at counts for the outer one when it holds.</summary>
    private SchemaFault? Within(JsonElement schema, in GoValue value, string location, Evaluated evaluated, int depth)
    {
        var inner = new Evaluated();
        var fault = Validate(schema, value, location, inner, depth + 1);
        if (fault is null) evaluated.Add(inner);
        return fault;
    }

    private SchemaFault? Below(JsonElement schema, in GoValue value, string location, string token, int depth) =>
        Validate(schema, value, $"{location}/{Escape(token)}", new Evaluated(), depth + 1);

    private void Object(
        JsonElement schema, GoMap map, in GoValue value, string location, Evaluated evaluated, List<SchemaFault> faults, int depth)
    {
        if (Count(schema, "minProperties") is { } min && map.Count < min)
            faults.Add(new SchemaFault(location, $"minProperties: got {SchemaText.Number(map.Count)}, want {SchemaText.Number(min)}"));
        if (Count(schema, "maxProperties") is { } max && map.Count > max)
            faults.Add(new SchemaFault(location, $"maxProperties: got {SchemaText.Number(map.Count)}, want {SchemaText.Number(max)}"));
        if (Missing(schema, "required", map) is { Count: > 0 } missing)
        {
            faults.Add(new SchemaFault(location, missing.Count == 1
                ? $"missing property {SchemaText.Quote(missing[0])}"
                : $"missing properties {SchemaText.Quoted(missing)}"));
        }

        foreach (var dependency in Members(schema, "dependencies"))
        {
            if (!map.Contains(dependency.Name)) continue;
            if (dependency.Value.ValueKind == JsonValueKind.Array) Dependency(dependency, map, location, faults);
            else if (Within(dependency.Value, value, location, evaluated, depth) is { } fault) faults.Add(fault);
        }

        Properties(schema, map, location, evaluated, faults, depth);
        if (Draft == 4) return;
        if (schema.TryGetProperty("propertyNames", out var names))
        {
            foreach (var name in map.SortedKeys)
            {
                if (Validate(names, GoValue.From(name), "", new Evaluated(), depth + 1) is { } fault)
                {
                    faults.Add(new SchemaFault("", $"invalid propertyName {SchemaText.Quote(name)}", fault.IsGroup ? fault.Causes : [fault]));
                }
            }
        }

        if (Draft < 2019) return;
        foreach (var dependent in Members(schema, "dependentSchemas"))
        {
            if (map.Contains(dependent.Name) && Within(dependent.Value, value, location, evaluated, depth) is { } fault) faults.Add(fault);
        }

        foreach (var dependent in Members(schema, "dependentRequired"))
        {
            if (map.Contains(dependent.Name) && dependent.Value.ValueKind == JsonValueKind.Array) Dependency(dependent, map, location, faults);
        }
    }

    private void Properties(JsonElement schema, GoMap map, string location, Evaluated evaluated, List<SchemaFault> faults, int depth)
    {
        var hasProperties = schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object;
        var patterns = Members(schema, "patternProperties").Select(m => (Regex: document.Regex(m.Name), Schema: m.Value)).ToList();
        var hasAdditional = schema.TryGetProperty("additionalProperties", out var additional);
        if (!hasProperties && patterns.Count == 0 && !hasAdditional) return;
        List<string>? unwanted = null;
        foreach (var name in map.SortedKeys)
        {
            var known = false;
            if (hasProperties && properties.TryGetProperty(name, out var property))
            {
                known = true;
                if (Below(property, map[name], location, name, depth) is { } fault) faults.Add(fault);
            }

            foreach (var (regex, pattern) in patterns)
            {
                if (!regex.IsMatch(name)) continue;
                known = true;
                if (Below(pattern, map[name], location, name, depth) is { } fault) faults.Add(fault);
            }

            if (!known && hasAdditional)
            {
                known = true;
                if (additional.ValueKind == JsonValueKind.False) (unwanted ??= []).Add(name);
                else if (Below(additional, map[name], location, name, depth) is { } fault) faults.Add(fault);
            }

            if (known && Draft >= 2019) evaluated.Properties.Add(name);
        }

        if (unwanted is not null) faults.Add(new SchemaFault(location, $"additional properties {SchemaText.Quoted(unwanted)} not allowed"));
    }

    private void List(JsonElement schema, GoList list, string location, Evaluated evaluated, List<SchemaFault> faults, int depth)
    {
        if (Count(schema, "minItems") is { } min && list.Count < min)
            faults.Add(new SchemaFault(location, $"minItems: got {SchemaText.Number(list.Count)}, want {SchemaText.Number(min)}"));
        if (Count(schema, "maxItems") is { } max && list.Count > max)
            faults.Add(new SchemaFault(location, $"maxItems: got {SchemaText.Number(list.Count)}, want {SchemaText.Number(max)}"));
        if (Flag(schema, "uniqueItems") && Duplicate(list) is var (first, second))
            faults.Add(new SchemaFault(location, $"items at {SchemaText.Number(first)} and {SchemaText.Number(second)} are equal"));

        var done = 0;
        var firstItems = Draft >= 2020 ? "prefixItems" : "items";
        if (schema.TryGetProperty(firstItems, out var items) && items.ValueKind == JsonValueKind.Array)
        {
            for (; done < Math.Min(list.Count, items.GetArrayLength()); done++) Item(items[done], list, done, location, evaluated, faults, depth);
        }
        else if (Draft < 2020 && schema.TryGetProperty("items", out items))
        {
            for (; done < list.Count; done++) Item(items, list, done, location, evaluated, faults, depth);
        }

        if (schema.TryGetProperty(Draft >= 2020 ? "items" : "additionalItems", out var rest) && (Draft >= 2020 || items.ValueKind == JsonValueKind.Array))
        {
            if (Draft < 2020 && rest.ValueKind == JsonValueKind.False)
            {
                if (done != list.Count) faults.Add(new SchemaFault(location, $"last {SchemaText.Number(list.Count - done)} additionalItem(s) not allowed"));
            }
            else
            {
                for (; done < list.Count; done++) Item(rest, list, done, location, evaluated, faults, depth);
            }
        }

        if (Draft >= 6 && schema.TryGetProperty("contains", out var contains)) Contains(schema, contains, list, location, evaluated, faults, depth);
    }

    private void Item(
        JsonElement schema, GoList list, int index, string location, Evaluated evaluated, List<SchemaFault> faults, int depth)
    {
        if (Draft >= 2019) evaluated.Items.Add(index);
        if (Below(schema, list[index], location, index.ToString(CultureInfo.InvariantCulture), depth) is { } fault) faults.Add(fault);
    }

    private void Contains(
        JsonElement schema, JsonElement contains, GoList list, string location, Evaluated evaluated, List<SchemaFault> faults, int depth)
    {
        var wrong = new List<SchemaFault>();
        var matched = new List<int>();
        for (var i = 0; i < list.Count; i++)
        {
            if (Below(contains, list[i], location, i.ToString(CultureInfo.InvariantCulture), depth) is { } fault)
            {
                wrong.Add(fault);
                continue;
            }

            matched.Add(i);
            if (Draft >= 2020) evaluated.Items.Add(i);
        }

        var places = string.Join(' ', matched);
        if (Draft >= 2019 && Count(schema, "minContains") is { } min)
        {
            if (matched.Count < min)
            {
                faults.Add(new SchemaFault(location, matched.Count == 0
                    ? $"min {SchemaText.Number(min)} items required to match contains schema, but none matched"
                    : $"min {SchemaText.Number(min)} items required to match contains schema, but matched {SchemaText.Number(matched.Count)} items at {places}",
                    wrong));
            }
        }
        else if (matched.Count == 0)
        {
            faults.Add(new SchemaFault(location, "no items match contains schema", wrong));
        }

        if (Draft >= 2019 && Count(schema, "maxContains") is { } max && matched.Count > max)
        {
            faults.Add(new SchemaFault(location,
                $"max {SchemaText.Number(max)} items required to match contains schema, but matched {SchemaText.Number(matched.Count)} items at {places}"));
        }
    }

    private void String(JsonElement schema, string text, string location, List<SchemaFault> faults)
    {
        if (schema.TryGetProperty("minLength", out _) || schema.TryGetProperty("maxLength", out _))
        {
            var length = GoText.RuneCount(text);
            if (Count(schema, "minLength") is { } min && length < min)
                faults.Add(new SchemaFault(location, $"minLength: got {SchemaText.Number(length)}, want {SchemaText.Number(min)}"));
            if (Count(schema, "maxLength") is { } max && length > max)
                faults.Add(new SchemaFault(location, $"maxLength: got {SchemaText.Number(length)}, want {SchemaText.Number(max)}"));
        }

        if (Text(schema, "pattern") is { } pattern && !document.Regex(pattern).IsMatch(text))
            faults.Add(new SchemaFault(location, $"{SchemaText.Quote(text)} does not match pattern {SchemaText.Quote(pattern)}"));
    }

    private static void Number(JsonElement schema, decimal? exact, in GoValue value, string location, List<SchemaFault> faults)
    {
        var number = ToDouble(value);
        void Bound(string name, double bound, bool isBroken)
        {
            if (isBroken) faults.Add(new SchemaFault(location, $"{name}: got {SchemaText.Number(number)}, want {SchemaText.Number(bound)}"));
        }

        var exclusiveMin = Flag(schema, "exclusiveMinimum");
        var exclusiveMax = Flag(schema, "exclusiveMaximum");
        if (Limit(schema, "minimum") is { } min) Bound(exclusiveMin ? "exclusiveMinimum" : "minimum", min, exclusiveMin ? number <= min : number < min);
        if (Limit(schema, "maximum") is { } max) Bound(exclusiveMax ? "exclusiveMaximum" : "maximum", max, exclusiveMax ? number >= max : number > max);
        if (Limit(schema, "exclusiveMinimum") is { } above) Bound("exclusiveMinimum", above, number <= above);
        if (Limit(schema, "exclusiveMaximum") is { } under) Bound("exclusiveMaximum", under, number >= under);
        if (Limit(schema, "multipleOf") is { } step && step != 0)
        {
            var divides = exact is { } whole && Math.Abs(step) is > 1e-20 and < 1e20 ? whole % (decimal)step == 0 : number % step == 0;
            Bound("multipleOf", step, !divides);
        }
    }

    private void Conditions(JsonElement schema, in GoValue value, string location, Evaluated evaluated, List<SchemaFault> faults, int depth)
    {
        if (schema.TryGetProperty("not", out var not) && Within(not, value, location, evaluated, depth) is null)
            faults.Add(new SchemaFault(location, "not failed"));

        if (Schemas(schema, "allOf") is { Count: > 0 } all)
        {
            var wrong = new List<SchemaFault>();
            foreach (var each in all)
            {
                if (Within(each, value, location, evaluated, depth) is { } fault) wrong.Add(fault);
            }

            if (wrong.Count > 0) faults.Add(new SchemaFault(location, "allOf failed", wrong));
        }

        if (Schemas(schema, "anyOf") is { Count: > 0 } any)
        {
            var wrong = new List<SchemaFault>();
            foreach (var each in any)
            {
                if (Within(each, value, location, evaluated, depth) is { } fault) wrong.Add(fault);
            }

            if (wrong.Count == any.Count) faults.Add(new SchemaFault(location, "anyOf failed", wrong));
        }

        if (Schemas(schema, "oneOf") is { Count: > 0 } one) OneOf(one, value, location, evaluated, faults, depth);
        if (Draft < 7 || !schema.TryGetProperty("if", out var condition)) return;
        var branch = Within(condition, value, location, evaluated, depth) is null ? "then" : "else";
        if (schema.TryGetProperty(branch, out var then) && Within(then, value, location, evaluated, depth) is { } broken) faults.Add(broken);
    }

    private void OneOf(List<JsonElement> one, in GoValue value, string location, Evaluated evaluated, List<SchemaFault> faults, int depth)
    {
        var wrong = new List<SchemaFault>();
        var matched = -1;
        for (var i = 0; i < one.Count; i++)
        {
            if (Within(one[i], value, location, evaluated, depth) is { } fault)
            {
                wrong.Add(fault);
            }
            else if (matched < 0)
            {
                matched = i;
            }
            else
            {
                faults.Add(new SchemaFault(location, $"oneOf failed, subschemas {matched}, {i} matched"));
                return;
            }
        }

        if (matched < 0) faults.Add(new SchemaFault(location, "oneOf failed, none matched", wrong));
    }

    private void Unevaluated(JsonElement schema, in GoValue value, string location, Evaluated evaluated, List<SchemaFault> faults, int depth)
    {
        if (value.Kind == GoKind.Map && schema.TryGetProperty("unevaluatedProperties", out var properties))
        {
            foreach (var name in value.Map.SortedKeys)
            {
                if (evaluated.Properties.Add(name) && Below(properties, value.Map[name], location, name, depth) is { } fault) faults.Add(fault);
            }
        }

        if (value.IsList && schema.TryGetProperty("unevaluatedItems", out var items))
        {
            for (var i = 0; i < value.List.Count; i++)
            {
                if (!evaluated.Items.Add(i)) continue;
                if (Below(items, value.List[i], location, i.ToString(CultureInfo.InvariantCulture), depth) is { } fault) faults.Add(fault);
            }
        }
    }

    private static void Dependency(JsonProperty dependency, GoMap map, string location, List<SchemaFault> faults)
    {
        var missing = dependency.Value.EnumerateArray().Where(n => n.ValueKind == JsonValueKind.String).Select(n => n.GetString()!)
            .Where(n => !map.Contains(n)).ToList();
        if (missing.Count > 0)
        {
            faults.Add(new SchemaFault(
                location, $"properties {SchemaText.Quoted(missing)} required, if {SchemaText.Quote(dependency.Name)} exists"));
        }
    }

    private static List<string> Missing(JsonElement schema, string name, GoMap map) =>
        !schema.TryGetProperty(name, out var wanted) || wanted.ValueKind != JsonValueKind.Array
            ? []
            : [.. wanted.EnumerateArray().Where(n => n.ValueKind == JsonValueKind.String).Select(n => n.GetString()!).Where(n => !map.Contains(n))];

    private static (int First, int Second)? Duplicate(GoList list)
    {
        for (var i = 1; i < list.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (Equal(list[i], list[j])) return (j, i);
            }
        }

        return null;
    }

    private static bool Equal(in GoValue left, in GoValue right)
    {
        if (SchemaText.TypeOf(left) != SchemaText.TypeOf(right)) return false;
        switch (left.Kind)
        {
            case GoKind.Map:
                if (left.Map.Count != right.Map.Count) return false;
                foreach (var (key, value) in left.Map.Entries)
                {
                    if (!right.Map.TryGet(key, out var other) || !Equal(value, other)) return false;
                }

                return true;
            case GoKind.Slice or GoKind.Array:
                if (left.List.Count != right.List.Count) return false;
                for (var i = 0; i < left.List.Count; i++)
                {
                    if (!Equal(left.List[i], right.List[i])) return false;
                }

                return true;
            case GoKind.Invalid or GoKind.Interface: return true;
            case GoKind.Bool: return left.Bool == right.Bool;
            case GoKind.String: return left.Text == right.Text;
            default: return ToDouble(left) == ToDouble(right);
        }
    }

    private static bool Equal(in GoValue value, JsonElement wanted)
    {
        switch (wanted.ValueKind)
        {
            case JsonValueKind.Null: return value.IsNil;
            case JsonValueKind.True: return value.Kind == GoKind.Bool && value.Bool;
            case JsonValueKind.False: return value.Kind == GoKind.Bool && !value.Bool;
            case JsonValueKind.String: return value.IsString && wanted.ValueEquals(value.Text);
            case JsonValueKind.Number: return SchemaText.TypeOf(value) == "number" && ToDouble(value) == wanted.GetDouble();
            case JsonValueKind.Array:
                if (!value.IsList || value.List.Count != wanted.GetArrayLength()) return false;
                for (var i = 0; i < value.List.Count; i++)
                {
                    if (!Equal(value.List[i], wanted[i])) return false;
                }

                return true;
            default:
                if (value.Kind != GoKind.Map || value.Map.Count != wanted.EnumerateObject().Count()) return false;
                foreach (var member in wanted.EnumerateObject())
                {
                    if (!value.Map.TryGet(member.Name, out var inner) || !Equal(inner, member.Value)) return false;
                }

                return true;
        }
    }

    private static bool IsWhole(in GoValue value) => value.IsSigned || value.IsUnsigned || ToDouble(value) == Math.Truncate(ToDouble(value));

    private static double ToDouble(in GoValue value) => value.IsSigned ? value.Int : value.IsUnsigned ? value.Uint : value.Float;

    private static decimal? ToDecimal(in GoValue value) =>
        value.IsSigned ? value.Int : value.IsUnsigned ? value.Uint : Math.Abs(value.Float) < 1e20 ? (decimal)value.Float : null;

    private static string? Text(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool Flag(JsonElement schema, string name) => schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static double? Limit(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static long? Count(JsonElement schema, string name) =>
        Limit(schema, name) is { } number && number == Math.Truncate(number) && Math.Abs(number) < 9e15 ? (long)number : null;

    private static IEnumerable<JsonProperty> Members(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal)
            : [];

    private static List<JsonElement> Schemas(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [];

    private static string Escape(string token) => token.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
