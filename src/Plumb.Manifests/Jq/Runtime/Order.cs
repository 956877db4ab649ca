using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Jq.Runtime;

/// <summary>jq's order of all values: null, false, true, numbers, texts, arrays, objects.</summary>
internal static class Order
{
    public static int Compare(Machine machine, Node a, Node b)
    {
        machine.Tick();
        var rank = Rank(a).CompareTo(Rank(b));
        if (rank != 0) return rank;
        switch (a.Kind)
        {
            case NodeKind.String: return Values.CompareText(a.AsString()!, b.AsString()!);
            case NodeKind.List: return Lists(machine, a.AsList()!, b.AsList()!);
            case NodeKind.Map: return Maps(machine, a.AsMap()!, b.AsMap()!);
            case NodeKind.Int when b.Kind == NodeKind.Int: return a.AsInt()!.Value.CompareTo(b.AsInt()!.Value);
            case NodeKind.Int or NodeKind.BigInt or NodeKind.Float:
                var (x, y) = (a.AsDouble()!.Value, b.AsDouble()!.Value);
                return double.IsNaN(x) ? -1 : double.IsNaN(y) ? 1 : x.CompareTo(y);
            default: return 0;
        }
    }

    /// <summary>Items in order; those that are equal keep theirs.</summary>
    public static List<Node> Sorted(Machine machine, IEnumerable<Node> items) => [.. items.Order(Comparer(machine))];

    public static IComparer<Node> Comparer(Machine machine) => Comparer<Node>.Create((a, b) => Compare(machine, a, b));

    private static int Lists(Machine machine, ListNode a, ListNode b)
    {
        if (ReferenceEquals(a, b)) return 0;
        machine.CheckStack();
        for (var i = 0; i < a.Count && i < b.Count; i++)
        {
            if (Compare(machine, a[i], b[i]) is var order && order != 0) return order;
        }

        return a.Count.CompareTo(b.Count);
    }

    /// <summary>First the sets of keys as sorted arrays, then the values key by key.</summary>
    private static int Maps(Machine machine, MapNode a, MapNode b)
    {
        if (ReferenceEquals(a, b)) return 0;
        machine.CheckStack();
        machine.Tick(a.Count + b.Count);
        var (keys, others) = (Values.Keys(a), Values.Keys(b));
        for (var i = 0; i < keys.Count && i < others.Count; i++)
        {
            if (Values.CompareText(keys[i], others[i]) is var order && order != 0) return order;
        }

        if (keys.Count != others.Count) return keys.Count.CompareTo(others.Count);
        foreach (var key in keys)
        {
            if (Compare(machine, a[key], b[key]) is var order && order != 0) return order;
        }

        return 0;
    }

    private static int Rank(Node value) => value.Kind switch
    {
        NodeKind.Absent or NodeKind.Null => 0,
        NodeKind.Bool => value.AsBool() == true ? 2 : 1,
        NodeKind.String => 4,
        NodeKind.List => 5,
        NodeKind.Map => 6,
        _ => 3,
    };
}
