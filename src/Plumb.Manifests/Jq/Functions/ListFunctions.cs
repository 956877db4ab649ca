using Plumb.Manifests.Documents;
using Plumb.Manifests.Jq.Runtime;
using Plumb.Manifests.Jq.Syntax;

namespace Plumb.Manifests.Jq.Functions;

/// <summary>Functions about lists.</summary>
internal static class ListFunctions
{
    public static IEnumerable<BuiltIn> All() =>
    [
        new("map", 1, static (machine, scope, input, arguments) => [input.Made(Map(machine, scope, input, arguments[0]))]),
        new("first", 0, static (_, _, input, _) => [input.Below(0, Values.Get(input.Value, 0))]),
        new("last", 0, static (_, _, input, _) => [input.Below(-1, Values.Get(input.Value, -1))]),
        new("nth", 1, static (machine, scope, input, arguments) =>
            machine.ValuesOf(arguments[0], scope, input.Value).Select(n => input.Below(n, Values.Get(input.Value, n)))),
        new("add", 0, static (machine, _, input, _) => [input.Made(Sum(machine, machine.Items(input.Plain)))]),
        new("add", 1, static (machine, scope, input, arguments) => [input.Made(Sum(machine, machine.Run(arguments[0], scope, input.Plain)))]),
        BuiltIn.Of("reverse", 0, static (_, input, _) => input.AsString() is { } text
            ? string.Concat(text.EnumerateRunes().Reverse().Select(r => r.ToString()))
            : input.IsNullOrAbsent ? new ListNode() : new ListNode(List(input, "reversed").Reverse())),
        BuiltIn.Of("sort", 0, static (machine, input, _) => new ListNode(Order.Sorted(machine, List(input, "sorted, as it is not an array")))),
        BuiltIn.Of("unique", 0, static (machine, input, _) => new ListNode(Groups(machine, Keyed(List(input, "sorted, as it is not an array"))).Select(g => g[0]))),
        BuiltIn.Of("min", 0, static (machine, input, _) => Extreme(machine, Keyed(List(input, "iterated over")), -1)),
        BuiltIn.Of("max", 0, static (machine, input, _) => Extreme(machine, Keyed(List(input, "iterated over")), 1)),
        new("sort_by", 1, static (machine, scope, input, arguments) =>
            [input.Made(new ListNode(Keyed(machine, scope, input, arguments[0]).OrderBy(k => k.Key, Order.Comparer(machine)).Select(k => k.Value)))]),
        new("group_by", 1, static (machine, scope, input, arguments) =>
            [input.Made(new ListNode(Groups(machine, Keyed(machine, scope, input, arguments[0])).Select(g => (Node)new ListNode(g))))]),
        new("unique_by", 1, static (machine, scope, input, arguments) =>
            [input.Made(new ListNode(Groups(machine, Keyed(machine, scope, input, arguments[0])).Select(g => g[0])))]),
        new("min_by", 1, static (machine, scope, input, arguments) =>
            [input.Made(Extreme(machine, Keyed(machine, scope, input, arguments[0]), -1))]),
        new("max_by", 1, static (machine, scope, input, arguments) =>
            [input.Made(Extreme(machine, Keyed(machine, scope, input, arguments[0]), 1))]),
        BuiltIn.Of("flatten", 0, static (machine, input, _) => Flatten(machine, input, double.PositiveInfinity)),
        BuiltIn.Of("flatten", 1, static (machine, input, arguments) => Flatten(machine, input, arguments[0].AsDouble() ?? -1)),
        BuiltIn.Of("transpose", 0, static (machine, input, _) => Transpose(machine, List(input, "transposed"))),
        BuiltIn.Of("indices", 1, static (machine, input, arguments) => Found(machine, input, arguments[0])),
        BuiltIn.Of("index", 1, static (machine, input, arguments) => Found(machine, input, arguments[0])[0] is { IsAbsent: false } at ? at : Node.Null),
        BuiltIn.Of("rindex", 1, static (machine, input, arguments) =>
            Found(machine, input, arguments[0]).AsList() is { Count: > 0 } all ? all[all.Count - 1] : Node.Null),
        BuiltIn.Of("bsearch", 1, static (machine, input, arguments) => Search(machine, List(input, "searched from"), arguments[0])),
        new("combinations", 0, static (machine, _, input, _) => Combinations(machine, List(input.Value, "combined"), 0, [], input)),
        new("combinations", 1, static (machine, scope, input, arguments) => machine.ValuesOf(arguments[0], scope, input.Value).SelectMany(n =>
        {
            machine.CheckCount(n.AsDouble() ?? 0);
            return Combinations(machine, new ListNode(Enumerable.Repeat(input.Value, (int)Math.Max(0, n.AsDouble() ?? 0))), 0, [], input);
        })),
    ];

    private static ListNode List(Node input, string what) =>
        input.AsList() ?? throw new JqRuntimeException($"{Values.TypeOf(input)} cannot be {what}");

    private static Node Found(Machine machine, Node whole, Node part)
    {
        machine.Tick(whole.AsList()?.Count ?? whole.AsString()?.Length / 8 ?? 0);
        return Indices.Of(whole, part);
    }

    private static ListNode Map(Machine machine, Scope scope, Result input, Expression change)
    {
        var made = new ListNode();
        foreach (var item in machine.Items(input.Plain))
        {
            foreach (var result in machine.Run(change, scope, item))
            {
                machine.CheckCount(made.Count);
                made.Add(result.Value);
            }
        }

        return made;
    }

    private static Node Sum(Machine machine, IEnumerable<Result> items)
    {
        var sum = Node.Null;
        foreach (var item in items) sum = Arithmetic.Add(machine, sum, item.Value);
        return sum;
    }

    private readonly record struct KeyedValue(Node Key, Node Value);

    private static IEnumerable<KeyedValue> Keyed(ListNode list) => list.Select(i => new KeyedValue(i, i));

    private static List<KeyedValue> Keyed(Machine machine, Scope scope, Result input, Expression key)
    {
        var keyed = new List<KeyedValue>();
        foreach (var item in List(input.Value, "sorted, as it is not an array"))
            keyed.Add(new(machine.Collect(key, scope, new Result(item, null)), item));
        return keyed;
    }

    private static List<List<Node>> Groups(Machine machine, IEnumerable<KeyedValue> items)
    {
        var groups = new List<List<Node>>();
        Node? last = null;
        foreach (var (key, value) in items.OrderBy(k => k.Key, Order.Comparer(machine)))
        {
            if (last is not { } before || Order.Compare(machine, before, key) != 0) groups.Add([]);
            groups[^1].Add(value);
            last = key;
        }

        return groups;
    }

    /// <summary>The first of the least, or the last of the greatest.</summary>
    private static Node Extreme(Machine machine, IEnumerable<KeyedValue> items, int sign)
    {
        KeyedValue? best = null;
        foreach (var item in items)
        {
            if (best is not { } known)
            {
                best = item;
                continue;
            }

            var order = Order.Compare(machine, item.Key, known.Key) * sign;
            if (order > 0 || order == 0 && sign > 0) best = item;
        }

        return best?.Value ?? Node.Null;
    }

    private static ListNode Flatten(Machine machine, Node input, double depth)
    {
        if (depth < 0) throw new JqRuntimeException("flatten depth must not be negative");
        var flat = new ListNode();
        Into(machine.Items(new Result(input, null)).Select(r => r.Value), depth);
        return flat;

        void Into(IEnumerable<Node> items, double left)
        {
            machine.CheckStack();
            foreach (var item in items)
            {
                machine.Tick();
                if (left > 0 && item.AsList() is { } below) Into(below, left - 1);
                else flat.Add(item);
            }
        }
    }

    private static ListNode Transpose(Machine machine, ListNode rows)
    {
        var width = rows.Select(r => List(r, "transposed").Count).DefaultIfEmpty(0).Max();
        machine.CheckCount((double)width * rows.Count);
        machine.Tick(width * rows.Count);
        return new ListNode(Enumerable.Range(0, width).Select(i =>
            (Node)new ListNode(rows.Select(r => r[i] is { IsAbsent: false } cell ? cell : Node.Null))));
    }

    /// <summary>Where a value is in a sorted list; where it would be as <c>-1 - position</c>.</summary>
    private static Node Search(Machine machine, ListNode list, Node wanted)
    {
        var (low, high) = (0, list.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = Order.Compare(machine, list[middle], wanted);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return -1 - low;
    }

    private static IEnumerable<Result> Combinations(Machine machine, ListNode lists, int at, ListNode made, Result input)
    {
        machine.CheckStack();
        if (at == lists.Count)
        {
            yield return input.Made(made);
            yield break;
        }

        foreach (var item in machine.Items(new Result(lists[at], null)))
        {
            machine.Tick(made.Count);
            foreach (var result in Combinations(machine, lists, at + 1, new ListNode(made.Append(item.Value)), input)) yield return result;
        }
    }
}
