using CsCheck;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Tests.Fields;

/// <summary>Generators for property tests.</summary>
internal static class RandomDocuments
{
    public static Gen<string> Words(params string[] words) => Gen.Int[0, words.Length - 1].Select(i => words[i]);

    private static readonly Gen<string> Name = Words("a", "b", "c", "d");

    public static readonly Gen<Node> Scalar = Gen.OneOf(
        Name.Select(s => (Node)s), Gen.Int[0, 3].Select(i => (Node)i), Gen.Bool.Select(b => (Node)b));

    /// <summary>Any value, nulls included.</summary>
    public static readonly Gen<Node> Any = AnyOf(3);

    /// <summary>A value of the widget schema, without duplicate keys, as one would apply it.</summary>
    public static readonly Gen<MapNode> Widget = WidgetOf();

    public static MapNode MapOf(IEnumerable<(string Key, Node Value)> entries)
    {
        var map = new MapNode();
        foreach (var (key, value) in entries) map[key] = value;
        return map;
    }

    private static Gen<Node> AnyOf(int depth)
    {
        if (depth == 0) return Gen.OneOf(Scalar, Gen.Const(Node.Null));
        var inner = AnyOf(depth - 1);
        return Gen.OneOf(
            Scalar,
            Gen.Const(Node.Null),
            inner.List[0, 3].Select(items => (Node)new ListNode(items)),
            Gen.Select(Name, inner).List[0, 4].Select(entries => (Node)MapOf(entries.Select(e => (e.Item1, e.Item2)))));
    }

    private static Gen<MapNode> WidgetOf()
    {
        var labels = Gen.Select(Name, Name).List[0, 3].Select(l => (Node)MapOf(l.Select(e => (e.Item1, (Node)e.Item2))));
        var set = Name.List[0, 4].Select(l => (Node)new ListNode(l.Distinct().Select(s => (Node)s)));
        var item = Gen.Select(Name, Name, set, Gen.Int[0, 3], (name, value, tags, parts) =>
        {
            var map = new MapNode { ["name"] = name };
            if ((parts & 1) != 0) map["value"] = value;
            if ((parts & 2) != 0) map["tags"] = tags;
            return map;
        });
        var items = item.List[0, 4].Select(l => (Node)new ListNode(l.DistinctBy(m => m["name"].AsString()).Select(m => (Node)m)));
        var atomic = Name.List[0, 3].Select(l => (Node)new ListNode(l.Select(s => (Node)s)));
        return Gen.Select(Gen.Int[0, 63], Gen.Int[0, 2], labels, set, items, atomic, (parts, size, l, s, i, a) =>
        {
            var spec = new MapNode();
            if ((parts & 1) != 0) spec["size"] = size;
            if ((parts & 2) != 0) spec["labels"] = l;
            if ((parts & 4) != 0) spec["set"] = s;
            if ((parts & 8) != 0) spec["items"] = i;
            if ((parts & 16) != 0) spec["atomicList"] = a;
            if ((parts & 32) != 0) spec["free"] = l.DeepClone();
            return new MapNode
            {
                ["apiVersion"] = "plumb.test/v1",
                ["kind"] = "Widget",
                ["metadata"] = new MapNode { ["name"] = "w" },
                ["spec"] = spec,
            };
        });
    }
}
