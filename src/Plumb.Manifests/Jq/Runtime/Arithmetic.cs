using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Jq.Runtime;

/// <summary>jq's operators between two values.</summary>
internal static class Arithmetic
{
    public static Node Apply(Machine machine, string symbol, Node a, Node b) => symbol switch
    {
        "+" => Add(machine, a, b),
        "-" => Subtract(machine, a, b),
        "*" => Multiply(machine, a, b),
        "/" => Divide(machine, a, b),
        "%" => Remainder(a, b),
        "==" => Order.Compare(machine, a, b) == 0,
        "!=" => Order.Compare(machine, a, b) != 0,
        "<" => Order.Compare(machine, a, b) < 0,
        "<=" => Order.Compare(machine, a, b) <= 0,
        ">" => Order.Compare(machine, a, b) > 0,
        ">=" => Order.Compare(machine, a, b) >= 0,
        _ => throw new InvalidOperationException(symbol),
    };

    public static Node Add(Machine machine, Node a, Node b)
    {
        if (a.IsNullOrAbsent) return b.IsAbsent ? Node.Null : b;
        if (b.IsNullOrAbsent) return a;
        if (Values.IsNumber(a) && Values.IsNumber(b))
        {
            if (a.Kind == NodeKind.Int && b.Kind == NodeKind.Int && TryWhole(a, b, static (x, y) => x + y) is { } sum) return sum;
            return Values.Number(a.AsDouble()!.Value + b.AsDouble()!.Value);
        }

        if (a.AsString() is { } text && b.AsString() is { } more)
        {
            machine.CheckText((long)text.Length + more.Length);
            return text + more;
        }

        if (a.AsList() is { } list && b.AsList() is { } items)
        {
            machine.Tick(list.Count + items.Count);
            return new ListNode(list.Concat(items));
        }

        if (a.AsMap() is { } map && b.AsMap() is { } entries)
        {
            machine.Tick(map.Count + entries.Count);
            var sum = Copy(map);
            foreach (var (key, value) in entries) sum[key] = value;
            return sum;
        }

        throw Cannot(a, b, "added");
    }

    /// <summary>A copy of a map that shares its values.</summary>
    public static MapNode Copy(MapNode map)
    {
        var copy = new MapNode(map.Count + 1);
        foreach (var (key, value) in map) copy[key] = value;
        return copy;
    }

    private static Node Subtract(Machine machine, Node a, Node b)
    {
        if (Values.IsNumber(a) && Values.IsNumber(b))
        {
            if (a.Kind == NodeKind.Int && b.Kind == NodeKind.Int && TryWhole(a, b, static (x, y) => x - y) is { } rest) return rest;
            return Values.Number(a.AsDouble()!.Value - b.AsDouble()!.Value);
        }

        if (a.AsList() is not { } list || b.AsList() is not { } without) throw Cannot(a, b, "subtracted");
        var kept = new ListNode();
        foreach (var item in list)
        {
            machine.Tick(without.Count + 1);
            if (!without.Any(w => Order.Compare(machine, item, w) == 0)) kept.Add(item);
        }

        return kept;
    }

    private static Node Multiply(Machine machine, Node a, Node b)
    {
        if (Values.IsNumber(a) && Values.IsNumber(b))
        {
            if (a.Kind == NodeKind.Int && b.Kind == NodeKind.Int && TryWhole(a, b, static (x, y) => x * y) is { } product) return product;
            return Values.Number(a.AsDouble()!.Value * b.AsDouble()!.Value);
        }

        if (a.AsString() is null && b.AsString() is not null) (a, b) = (b, a);
        if (a.AsString() is { } text && b.AsDouble() is { } times)
        {
            if (!(times > 0)) return Node.Null;
            var count = Math.Max(1, Math.Ceiling(times));
            machine.CheckText(text.Length * count > int.MaxValue ? int.MaxValue : (long)(text.Length * count));
            return string.Concat(Enumerable.Repeat(text, (int)Math.Min(count, text.Length == 0 ? 1 : count)));
        }

        return a.AsMap() is { } map && b.AsMap() is { } over ? Merge(machine, map, over) : throw Cannot(a, b, "multiplied");
    }

    private static MapNode Merge(Machine machine, MapNode map, MapNode over)
    {
        machine.Tick(map.Count + over.Count);
        machine.CheckStack();
        var merged = Copy(map);
        foreach (var (key, value) in over)
            merged[key] = merged[key].AsMap() is { } below && value.AsMap() is { } more ? Merge(machine, below, more) : value;
        return merged;
    }

    private static Node Divide(Machine machine, Node a, Node b)
    {
        if (Values.IsNumber(a) && Values.IsNumber(b))
        {
            return b.AsDouble() == 0
                ? throw new JqRuntimeException("number and number cannot be divided because the divisor is zero")
                : Values.Number(a.AsDouble()!.Value / b.AsDouble()!.Value);
        }

        return a.AsString() is { } text && b.AsString() is { } separator ? Split(machine, text, separator) : throw Cannot(a, b, "divided");
    }

    public static ListNode Split(Machine machine, string text, string separator)
    {
        machine.Tick(text.Length);
        if (text.Length == 0) return [];
        return separator.Length == 0
            ? new ListNode(text.EnumerateRunes().Select(r => (Node)r.ToString()))
            : new ListNode(text.Split(separator).Select(p => (Node)p));
    }

    private static Node Remainder(Node a, Node b)
    {
        if (a.AsDouble() is not { } x || b.AsDouble() is not { } y) throw Cannot(a, b, "divided");
        if (double.IsNaN(x) || double.IsNaN(y)) return double.NaN;
        var (dividend, divisor) = (Whole(x), Whole(y));
        if (divisor == 0) throw new JqRuntimeException("number and number cannot be divided because the divisor is zero");
        // The sign is the dividend's, whatever the divisor's.
        return divisor is 1 or -1 ? 0 : dividend % divisor;
    }

    private static long Whole(double value) => value >= long.MaxValue ? long.MaxValue : value <= long.MinValue ? long.MinValue : (long)value;

    private static Node? TryWhole(Node a, Node b, Func<Int128, Int128, Int128> apply)
    {
        var result = apply(a.AsInt()!.Value, b.AsInt()!.Value);
        return result >= long.MinValue && result <= long.MaxValue ? (Node)(long)result : default(Node?);
    }

    private static JqRuntimeException Cannot(Node a, Node b, string what) =>
        new($"{Values.Shown(a)} and {Values.Shown(b)} cannot be {what}");
}
