using System.Globalization;
using Plumb.Manifests.Cel;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;
using Plumb.Sandbox.Kinds;

namespace Plumb.Sandbox.CustomKinds;

/// <summary>
/// The CEL rules of a custom kind's schema, in the tree of the schema (apiextensions <c>schema/cel/validation.go</c>). Values that an
/// update leaves as they were are not judged again.
/// </summary>
internal sealed class ValidationRules
{
    private const long MaxCostOfObject = 10_000_000;

    private readonly IReadOnlyList<ValidationRule> _rules;
    private readonly Dictionary<string, ValidationRules> _fields = new(StringComparer.Ordinal);
    private readonly ValidationRules? _items;
    private readonly ValidationRules? _values;
    private readonly MapNode _schema;
    private readonly bool _any;

    private ValidationRules(MapNode schema, string path, bool isRoot, List<SchemaFault> faults)
    {
        _schema = schema;
        var i = 0;
        var rules = new List<ValidationRule>();
        foreach (var node in schema["x-kubernetes-validations"].Maps())
        {
            var at = path + ".x-kubernetes-validations[" + (i++).ToString(CultureInfo.InvariantCulture) + "]";
            if (ValidationRule.Read(node, at, faults) is { } rule) rules.Add(rule);
        }

        _rules = rules;
        foreach (var (name, value) in schema["properties"].Entries())
        {
            if (value.AsMap() is not { } field || (isRoot && name is "apiVersion" or "kind")) continue;
            _fields[name] = new(field, $"{path}.properties[{name}]", false, faults);
        }

        _items = schema["items"].AsMap() is { } items ? new(items, path + ".items", false, faults) : null;
        _values = schema["additionalProperties"].AsMap() is { } values ? new(values, path + ".additionalProperties", false, faults) : null;
        _any = rules.Count > 0 || _items?._any == true || _values?._any == true || _fields.Values.Any(f => f._any);
    }

    /// <summary>The rules of a schema; what cannot be compiled goes to <paramref name="faults"/>. Null: there are none.</summary>
    public static ValidationRules? Read(Node schema, string path, List<SchemaFault> faults)
    {
        if (schema.AsMap() is not { } map) return null;
        var rules = new ValidationRules(map, path, true, faults);
        return rules._any ? rules : null;
    }

    /// <summary>Judges an object that fits its schema.</summary>
    /// <param name="root">The object.</param>
    /// <param name="old">The object before; null when it is new.</param>
    public IReadOnlyList<SchemaFault> Check(MapNode root, MapNode? old)
    {
        var faults = new List<SchemaFault>();
        var cost = 0L;
        Check(WithoutMetadata(root), old is null ? default(Node?) : WithoutMetadata(old), "", ref cost, faults);
        return faults;
    }

    private void Check(Node value, Node? old, string path, ref long cost, List<SchemaFault> faults)
    {
        if (!_any || value.IsNullOrAbsent || (old is { } before && before == value)) return;
        foreach (var rule in _rules)
        {
            if (cost >= MaxCostOfObject)
            {
                faults.Add(new("FieldValueInvalid", path.TrimStart('.'),
                    $"Invalid value: \"{TypeName}\": validation failed due to running out of cost budget, no further validation rules will be run"));
                return;
            }

            var limits = CelLimits.Default with { MaxCost = Math.Min(CelLimits.Default.MaxCost, MaxCostOfObject - cost) };
            var seen = old is { IsNullOrAbsent: false } was ? CelValue.From(RuleValues.Of(was, _schema)) : default(CelValue?);
            cost += rule.Check(CelValue.From(RuleValues.Of(value, _schema)), seen, TypeName, path, limits, faults);
        }

        if (value.AsMap() is { } map) CheckFields(map, old, path, ref cost, faults);
        else if (value.AsList() is { } list && _items is { _any: true }) CheckItems(list, old, path, ref cost, faults);
    }

    private void CheckFields(MapNode map, Node? old, string path, ref long cost, List<SchemaFault> faults)
    {
        foreach (var (name, value) in map)
        {
            var before = old?[name] is { IsAbsent: false } found ? found : default(Node?);
            if (_fields.TryGetValue(name, out var field)) field.Check(value, before, $"{path}.{name}", ref cost, faults);
            else _values?.Check(value, before, $"{path}[{name}]", ref cost, faults);
        }
    }

    private void CheckItems(ListNode list, Node? old, string path, ref long cost, List<SchemaFault> faults)
    {
        var keys = _schema["x-kubernetes-list-type"] == "map" ? _schema["x-kubernetes-list-map-keys"].Texts().ToList() : [];
        for (var i = 0; i < list.Count; i++)
        {
            var item = list[i];

            // Only items of a list of type map can be recognised again.
            var before = keys.Count == 0 ? default(Node?) : old?.AsList()?.Select(o => (Node?)o).FirstOrDefault(o => keys.All(k => o!.Value[k] == item[k]));
            _items!.Check(item, before, path + "[" + i.ToString(CultureInfo.InvariantCulture) + "]", ref cost, faults);
        }
    }

    private string TypeName => _schema["type"].AsString() ?? "";

    // Of metadata, rules see the name only.
    private static Node WithoutMetadata(MapNode root)
    {
        var seen = new MapNode(root.Count);
        foreach (var (key, value) in root) seen[key] = value;
        var metadata = new MapNode();
        foreach (var field in (ReadOnlySpan<string>)["name", "generateName"])
        {
            if (root["metadata"][field] is { IsNullOrAbsent: false } name) metadata[field] = name;
        }

        seen["metadata"] = metadata;
        return seen;
    }
}
