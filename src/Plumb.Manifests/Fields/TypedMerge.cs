using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Fields;

/// <summary>
/// Merges a partial object into a whole one. Nothing is removed; where both have a leaf the partial one's value wins. Associative lists
/// take the partial one's order where it says something, with the other items kept in between where they were.
/// </summary>
internal static class TypedMerge
{
    public static Node Merge(Node whole, Node partial, Schema schema)
    {
        if (whole.IsAbsent && partial.IsAbsent) return Node.Absent;
        switch (TypedSchema.ShapeOf(schema, partial.IsAbsent ? whole : partial))
        {
            case TypedShape.Map:
                var (left, right) = (whole.AsMap(), partial.AsMap());
                if (TypedSchema.IsAtomicMap(schema) || ((left?.Count ?? 0) == 0 && (right?.Count ?? 0) == 0)) return Leaf(whole, partial);
                return MergeMaps(left, right, schema);
            case TypedShape.List:
                var (leftList, rightList) = (whole.AsList(), partial.AsList());
                if ((leftList?.Count ?? 0) == 0 && (rightList?.Count ?? 0) == 0) return Leaf(whole, partial);
                if (TypedSchema.ElementsOf(schema, leftList) is not { } leftElements) return Leaf(whole, partial);
                if (TypedSchema.ElementsOf(schema, rightList) is not { } rightElements) return Leaf(whole, partial);
                return new ListMerge(schema, leftList, rightList, leftElements, rightElements).Run();
            default: return Leaf(whole, partial);
        }
    }

    private static Node Leaf(Node whole, Node partial) => (partial.IsAbsent ? whole : partial).DeepClone();

    private static MapNode MergeMaps(MapNode? whole, MapNode? partial, Schema schema)
    {
        var result = new MapNode((whole?.Count ?? 0) + (partial?.Count ?? 0));
        if (whole is not null)
        {
            for (var i = 0; i < whole.Count; i++)
            {
                var (key, value) = whole.EntryAt(i);
                result[key] = Merge(value, partial?[key] ?? Node.Absent, TypedSchema.FieldOf(schema, key, out _));
            }
        }

        if (partial is null) return result;
        for (var i = 0; i < partial.Count; i++)
        {
            var (key, value) = partial.EntryAt(i);
            if (whole is null || !whole.ContainsKey(key)) result[key] = Merge(Node.Absent, value, TypedSchema.FieldOf(schema, key, out _));
        }

        return result;
    }

    private sealed class ListMerge(Schema schema, ListNode? left, ListNode? right, PathElement[] leftElements, PathElement[] rightElements)
    {
        private readonly Schema _itemSchema = TypedSchema.ItemOf(schema);
        private readonly Dictionary<PathElement, Node> _left = Index(left, leftElements);
        private readonly Dictionary<PathElement, Node> _right = Index(right, rightElements);
        private readonly ListNode _result = new();

        public ListNode Run()
        {
            // Items in both, in the partial list's order: the merged list passes them in this order.
            var shared = new Queue<PathElement>(rightElements.Where(_left.ContainsKey));
            PathElement? next = shared.TryDequeue(out var first) ? first : null;
            var merged = new HashSet<PathElement>(rightElements.Length);
            int l = 0, r = 0;
            while (l < leftElements.Length || r < rightElements.Length)
            {
                if (l < leftElements.Length && r < rightElements.Length)
                {
                    var element = leftElements[l];
                    if (element.Equals(rightElements[r]))
                    {
                        merged.Add(element);
                        Take(_left.GetValueOrDefault(element), _right.GetValueOrDefault(element));
                        l++;
                        r++;
                        next = shared.TryDequeue(out var following) ? following : null;
                        continue;
                    }

                    if (_right.ContainsKey(element) && next is { } wanted && !wanted.Equals(element))
                    {
                        // In both, but its turn in the partial list comes later.
                        l++;
                        continue;
                    }
                }

                if (l < leftElements.Length)
                {
                    var element = leftElements[l];
                    if (!_right.ContainsKey(element))
                    {
                        Take(left![l], Node.Absent);
                        l++;
                        continue;
                    }

                    if (merged.Contains(element)) l++;
                }

                if (r < rightElements.Length)
                {
                    var element = rightElements[r];
                    merged.Add(element);
                    Take(_left.GetValueOrDefault(element), _right.GetValueOrDefault(element));
                    r++;
                    if (next is { } passed && passed.Equals(element)) next = shared.TryDequeue(out var following) ? following : null;
                }
            }

            return _result;
        }

        private void Take(Node leftItem, Node rightItem)
        {
            var item = Merge(leftItem, rightItem, _itemSchema);
            if (!item.IsAbsent) _result.Add(item);
        }

        // A duplicated item is not merged with anything: null stands for it.
        private static Dictionary<PathElement, Node> Index(ListNode? list, PathElement[] elements)
        {
            var index = new Dictionary<PathElement, Node>(elements.Length);
            for (var i = 0; i < elements.Length; i++)
            {
                if (!index.TryAdd(elements[i], list![i])) index[elements[i]] = Node.Null;
            }

            return index;
        }
    }
}
