using Plumb.Manifests.Documents;
using Plumb.Manifests.Jq.Runtime;

namespace Plumb.Manifests.Jq.Functions;

/// <summary>Functions about what a value is and holds.</summary>
internal static class TypeFunctions
{
    public static IEnumerable<BuiltIn> All() =>
    [
        BuiltIn.Of("type", 0, static (_, input, _) => Values.TypeOf(input)),
        BuiltIn.Of("length", 0, static (_, input, _) => Values.Length(input)),
        BuiltIn.Of("utf8bytelength", 0, static (_, input, _) => input.AsString() is { } text
            ? System.Text.Encoding.UTF8.GetByteCount(text)
            : throw new JqRuntimeException($"{Values.TypeOf(input)} only strings have UTF-8 byte length")),
        BuiltIn.Of("keys", 0, static (machine, input, _) => Keys(machine, input, sorted: true)),
        BuiltIn.Of("keys_unsorted", 0, static (machine, input, _) => Keys(machine, input, sorted: false)),
        BuiltIn.Of("has", 1, static (_, input, arguments) => Has(input, arguments[0])),
        BuiltIn.Of("in", 1, static (_, input, arguments) => Has(arguments[0], input)),
        BuiltIn.Of("contains", 1, static (machine, input, arguments) => Contains(machine, input, arguments[0])),
        BuiltIn.Of("inside", 1, static (machine, input, arguments) => Contains(machine, arguments[0], input)),
        BuiltIn.Of("tojson", 0, static (machine, input, _) => Formats.ToJson(machine, input)),
        BuiltIn.Of("fromjson", 0, static (machine, input, _) => FromJson(machine, input)),
        BuiltIn.Of("tostring", 0, static (machine, input, _) => Formats.ToText(machine, input)),
        BuiltIn.Of("tonumber", 0, static (_, input, _) => NumberFunctions.ToNumber(input)),
        BuiltIn.Of("toboolean", 0, static (_, input, _) => input.AsBool() is not null ? input : input.AsString() switch
        {
            "true" => true,
            "false" => false,
            _ => throw new JqRuntimeException($"{Values.TypeOf(input)} cannot be parsed as a boolean"),
        }),
        BuiltIn.Of("toarray", 0, static (_, input, _) => input.AsList() is not null ? input : new ListNode([input])),
    ];

    private static ListNode Keys(Machine machine, Node input, bool sorted)
    {
        if (input.AsMap() is { } map)
        {
            machine.Tick(map.Count);
            return new ListNode((sorted ? Values.Keys(map) : map.Keys).Select(k => (Node)k));
        }

        if (input.AsList() is not { } list) throw new JqRuntimeException($"{Values.TypeOf(input)} has no keys");
        machine.Tick(list.Count);
        return new ListNode(Enumerable.Range(0, list.Count).Select(i => (Node)i));
    }

    private static Node Has(Node whole, Node key)
    {
        if (whole.AsMap() is { } map && key.AsString() is { } name) return map.ContainsKey(name);
        if (whole.AsList() is { } list && key.AsDouble() is { } at) return at >= 0 && at < list.Count;
        throw new JqRuntimeException($"Cannot check whether {Values.TypeOf(whole)} has a {Values.TypeOf(key)} key");
    }

    public static bool Contains(Machine machine, Node whole, Node part)
    {
        machine.Tick();
        machine.CheckStack();
        if (whole.AsMap() is { } map && part.AsMap() is { } wanted)
            return wanted.All(w => map[w.Key] is { IsAbsent: false } found && Contains(machine, found, w.Value));
        if (whole.AsList() is { } list && part.AsList() is { } items)
            return items.All(i => list.Any(l => Values.TypeOf(l) == Values.TypeOf(i) && Contains(machine, l, i)));
        if (whole.AsString() is { } text && part.AsString() is { } piece) return text.Contains(piece, StringComparison.Ordinal);
        if (Values.TypeOf(whole) == Values.TypeOf(part)) return Order.Compare(machine, whole, part) == 0;
        throw new JqRuntimeException($"{Values.Shown(whole)} and {Values.Shown(part)} cannot have their containment checked");
    }

    private static Node FromJson(Machine machine, Node input)
    {
        if (input.AsString() is not { } text) throw new JqRuntimeException($"{Values.TypeOf(input)} cannot be parsed as JSON");
        machine.CheckText(text.Length);
        try
        {
            return text.Trim() is "nan" or "NaN" ? Node.Null : Json.Parse(text);
        }
        catch (System.Text.Json.JsonException)
        {
            throw new JqRuntimeException("string cannot be parsed as JSON");
        }
    }
}
