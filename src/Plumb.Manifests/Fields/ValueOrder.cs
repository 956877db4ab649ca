using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Fields;

/// <summary>The total order of values in field paths: numbers, text, booleans, lists, maps, null.</summary>
internal static class ValueOrder
{
    public static int Compare(Node a, Node b)
    {
        var rank = Rank(a) - Rank(b);
        if (rank != 0) return rank;
        switch (a.Kind)
        {
            case NodeKind.String: return string.CompareOrdinal(a.AsString(), b.AsString());
            case NodeKind.Bool: return a.AsBool()!.Value.CompareTo(b.AsBool()!.Value);
            case NodeKind.Int when b.Kind == NodeKind.Int: return a.AsInt()!.Value.CompareTo(b.AsInt()!.Value);
            case NodeKind.BigInt when b.Kind == NodeKind.BigInt:
                return System.Numerics.BigInteger.Parse(a.AsBigInt()!, System.Globalization.CultureInfo.InvariantCulture)
                    .CompareTo(System.Numerics.BigInteger.Parse(b.AsBigInt()!, System.Globalization.CultureInfo.InvariantCulture));
            case NodeKind.Int or NodeKind.BigInt or NodeKind.Float: return a.AsDouble()!.Value.CompareTo(b.AsDouble()!.Value);
            case NodeKind.List: return CompareLists(a.AsList()!, b.AsList()!);
            case NodeKind.Map: return CompareMaps(a.AsMap()!, b.AsMap()!);
            default: return 0;
        }
    }

    private static int Rank(Node node) => node.Kind switch
    {
        NodeKind.Int or NodeKind.BigInt or NodeKind.Float => 0,
        NodeKind.String => 1,
        NodeKind.Bool => 2,
        NodeKind.List => 3,
        NodeKind.Map => 4,
        NodeKind.Null => 5,
        _ => 6,
    };

    private static int CompareLists(ListNode a, ListNode b)
    {
        for (var i = 0; i < a.Count && i < b.Count; i++)
        {
            var items = Compare(a[i], b[i]);
            if (items != 0) return items;
        }

        return a.Count.CompareTo(b.Count);
    }

    private static int CompareMaps(MapNode a, MapNode b)
    {
        var left = a.Keys.Order(StringComparer.Ordinal).ToArray();
        var right = b.Keys.Order(StringComparer.Ordinal).ToArray();
        for (var i = 0; i < left.Length && i < right.Length; i++)
        {
            var keys = string.CompareOrdinal(left[i], right[i]);
            if (keys != 0) return keys;
            var values = Compare(a[left[i]], b[right[i]]);
            if (values != 0) return values;
        }

        return left.Length.CompareTo(right.Length);
    }
}
