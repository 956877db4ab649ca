using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Fields;

/// <summary>What changed from one object to another. No path is in more than one of the sets.</summary>
internal sealed record TypedDifference(FieldSet Removed, FieldSet Modified, FieldSet Added)
{
    public TypedDifference Without(FieldSet ignored) =>
        ignored.IsEmpty ? this : new(Removed.ExceptBelow(ignored), Modified.ExceptBelow(ignored), Added.ExceptBelow(ignored));
}

/// <summary>Finds the fields that differ between two values of a schema.</summary>
internal static class TypedCompare
{
    private enum Mark : byte
    {
        None,
        Removed,
        Modified,
        Added,
    }

    /// <summary>One level's changes.</summary>
    private sealed class Level
    {
        public FieldSetBuilder Removed;
        public FieldSetBuilder Modified;
        public FieldSetBuilder Added;

        public TypedDifference Build() => new(Removed.Build(), Modified.Build(), Added.Build());
    }

    /// <summary>Compares. Absent stands for no object at all.</summary>
    public static TypedDifference Compare(Node before, Node after, Schema schema)
    {
        var root = new Level();
        Walk(root, before, after, schema);
        return root.Build();
    }

    // Adds to the level below; gives what became of the value itself.
    private static Mark Walk(Level below, Node before, Node after, Schema schema)
    {
        if (before.IsAbsent && after.IsAbsent) return Mark.None;
        if (!before.IsAbsent && !after.IsAbsent && TypedSchema.IsDeduced(schema))
        {
            var (was, now) = (TypedSchema.ShapeOf(schema, before), TypedSchema.ShapeOf(schema, after));
            if (was != now)
            {
                // The value changed its kind: what was below is gone, what is below is new, the value itself is modified.
                var first = WalkShape(below, was, before, after, schema, out _);
                var second = WalkShape(below, now, before, after, schema, out _);
                return second != Mark.None ? second : first;
            }
        }

        var mark = WalkShape(below, TypedSchema.ShapeOf(schema, after.IsAbsent ? before : after), before, after, schema, out var isLeaf);
        if (isLeaf) return mark;
        return before.IsAbsent ? Mark.Added : after.IsAbsent ? Mark.Removed : Mark.None;
    }

    private static Mark WalkShape(Level below, TypedShape shape, Node before, Node after, Schema schema, out bool isLeaf)
    {
        isLeaf = true;
        switch (shape)
        {
            case TypedShape.Map:
                var (oldMap, newMap) = (before.AsMap(), after.AsMap());
                if (TypedSchema.IsAtomicMap(schema) || ((oldMap?.Count ?? 0) == 0 && (newMap?.Count ?? 0) == 0)) return Leaf(before, after);
                isLeaf = false;
                WalkMaps(below, oldMap, newMap, schema);
                return Mark.None;
            case TypedShape.List:
                var (oldList, newList) = (before.AsList(), after.AsList());
                if ((oldList?.Count ?? 0) == 0 && (newList?.Count ?? 0) == 0) return Leaf(before, after);
                if (TypedSchema.ElementsOf(schema, oldList) is not { } oldElements) return Leaf(before, after);
                if (TypedSchema.ElementsOf(schema, newList) is not { } newElements) return Leaf(before, after);
                isLeaf = false;
                WalkLists(below, Group(oldList, oldElements), Group(newList, newElements), TypedSchema.ItemOf(schema));
                return Mark.None;
            default: return Leaf(before, after);
        }
    }

    private static Mark Leaf(Node before, Node after) =>
        before.IsAbsent ? Mark.Added : after.IsAbsent ? Mark.Removed : before == after ? Mark.None : Mark.Modified;

    private static void WalkMaps(Level level, MapNode? before, MapNode? after, Schema schema)
    {
        if (before is not null)
        {
            for (var i = 0; i < before.Count; i++)
            {
                var (key, value) = before.EntryAt(i);
                WalkField(level, key, value, after?[key] ?? Node.Absent, schema);
            }
        }

        if (after is null) return;
        for (var i = 0; i < after.Count; i++)
        {
            var (key, value) = after.EntryAt(i);
            if (before is null || !before.ContainsKey(key)) WalkField(level, key, Node.Absent, value, schema);
        }
    }

    private static void WalkField(Level level, string key, Node before, Node after, Schema schema) =>
        Descend(level, PathElement.OfName(FieldNames.Share(key)), before, after, TypedSchema.FieldOf(schema, key, out _));

    private static void WalkLists(
        Level level, Dictionary<PathElement, List<Node>> before, Dictionary<PathElement, List<Node>> after, Schema itemSchema)
    {
        foreach (var element in before.Keys.Concat(after.Keys.Where(e => !before.ContainsKey(e))))
        {
            var old = before.GetValueOrDefault(element) ?? [];
            var current = after.GetValueOrDefault(element) ?? [];
            switch (old.Count, current.Count)
            {
                case ( <= 1, <= 1):
                    Descend(level, element, old.Count == 0 ? Node.Absent : old[0], current.Count == 0 ? Node.Absent : current[0], itemSchema);
                    break;
                case ( >= 2, >= 2):
                    if (!old.SequenceEqual(current)) level.Modified.Add(element, true, null);
                    break;
                case ( >= 2, _):
                    // Duplicates are owned as one; now each has its fields again.
                    if (current.Count > 0) Descend(level, element, Node.Absent, current[0], itemSchema);
                    level.Removed.Add(element, true, null);
                    break;
                default:
                    if (old.Count > 0) Descend(level, element, old[0], Node.Absent, itemSchema);
                    level.Added.Add(element, true, null);
                    break;
            }
        }
    }

    private static void Descend(Level level, PathElement element, Node before, Node after, Schema schema)
    {
        var below = new Level();
        var mark = Walk(below, before, after, schema);
        level.Removed.Add(element, mark == Mark.Removed, below.Removed.Build());
        level.Modified.Add(element, mark == Mark.Modified, below.Modified.Build());
        level.Added.Add(element, mark == Mark.Added, below.Added.Build());
    }

    private static Dictionary<PathElement, List<Node>> Group(ListNode? list, PathElement[] elements)
    {
        var groups = new Dictionary<PathElement, List<Node>>(elements.Length);
        for (var i = 0; i < elements.Length; i++)
        {
            if (groups.TryGetValue(elements[i], out var group)) group.Add(list![i]);
            else groups[elements[i]] = [list![i]];
        }

        return groups;
    }
}
