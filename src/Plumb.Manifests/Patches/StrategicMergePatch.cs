using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Patches;

/// <summary>
/// Kubernetes' strategic merge patch: maps merge, null deletes, lists replace unless the schema says that they merge
/// (<see cref="Schema.PatchMerge"/>), and directives say the rest.
/// </summary>
/// <remarks>
/// Directives: <c>$patch: replace|delete</c> in maps and list items, <c>$retainKeys</c>, <c>$setElementOrder/FIELD</c>,
/// <c>$deleteFromPrimitiveList/FIELD</c>. Merged lists keep the server's order for items that the patch does not name; named ones come in
/// the patch's order. Fields that the schema does not know merge as maps or replace as lists.
/// </remarks>
public static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string SetElementOrder = "$setElementOrder/";
    private const string DeleteFromList = "$deleteFromPrimitiveList/";

    /// <summary>Applies the patch, with its directives, to a copy.</summary>
    /// <exception cref="PatchException">A merge key is missing, a directive is unknown or has the wrong form.</exception>
    public static MapNode Apply(MapNode document, MapNode patch, Schema schema) =>
        MergeMap(document.DeepClone(), patch.DeepClone(), schema);

    // Both maps are ours to change.
    private static MapNode MergeMap(MapNode original, MapNode patch, Schema schema)
    {
        if (patch[Directive] is { IsAbsent: false } directive)
        {
            switch (directive.AsString())
            {
                case "replace":
                    patch.Remove(Directive);
                    return patch;
                case "delete": return new MapNode();
                default: throw UnknownDirective(directive, patch);
            }
        }

        KeepOnlyRetained(original, patch);
        foreach (var (key, order) in patch.Where(e => e.Key.StartsWith(SetElementOrder, StringComparison.Ordinal)).ToArray())
        {
            patch.Remove(key);
            MergeOrdered(original, patch, FieldOf(key, "invalid patch format of setElementOrder list"), order, schema);
        }

        foreach (var (key, value) in patch.Where(e => e.Key.StartsWith(DeleteFromList, StringComparison.Ordinal)).ToArray())
        {
            patch.Remove(key);
            var field = FieldOf(key, "invalid patch format of primitive list");
            if (original[field].AsList() is { } current && value.AsList() is { } gone) original[field] = Without(current, gone);
        }

        foreach (var (key, value) in patch) MergeField(original, key, value, schema.Field(key));
        return original;
    }

    private static void MergeField(MapNode original, string key, Node value, Schema schema)
    {
        if (value.IsNullOrAbsent)
        {
            original.Remove(key);
            return;
        }

        var current = original[key];
        if (current.AsMap() is { } currentMap && value.AsMap() is { } patchMap)
        {
            original[key] = MergeMap(currentMap, patchMap, schema);
        }
        else if (current.AsList() is { } currentList && value.AsList() is { } patchList)
        {
            original[key] = schema.PatchMerge ? MergeList(currentList, patchList, schema) : patchList;
        }
        else
        {
            DropNulls(value);
            original[key] = TryStripDirectives(value, out var stripped) ? stripped : Node.Absent;
        }
    }

    private static void KeepOnlyRetained(MapNode original, MapNode patch)
    {
        var retained = patch[RetainKeys];
        if (retained.IsAbsent) return;
        patch.Remove(RetainKeys);
        if (retained.AsList() is not { } list) throw Malformed("invalid patch format of retainKeys");
        var keys = list.Select(k => k.AsString()).ToHashSet();
        foreach (var (key, value) in patch)
        {
            var isDirective = key.StartsWith(SetElementOrder, StringComparison.Ordinal) || key.StartsWith(DeleteFromList, StringComparison.Ordinal);
            if (!value.IsNullOrAbsent && !isDirective && !keys.Contains(key)) throw Malformed("invalid patch format of retainKeys");
        }

        foreach (var key in original.Keys.Where(k => !keys.Contains(k)).ToArray()) original.Remove(key);
    }

    private static void MergeOrdered(MapNode original, MapNode patch, string field, Node orderNode, Schema parent)
    {
        if (orderNode.AsList() is not { } order) throw Malformed("invalid patch format of setElementOrder list");
        var schema = parent.Field(field);
        var (current, change) = (original[field], patch[field]);
        if (!current.IsAbsent && current.AsList() is null) throw Malformed($"invalid type: {field} is no list, but has an element order");
        if (!change.IsAbsent && change.AsList() is null) throw Malformed($"invalid type: {field} is no list, but has an element order");
        var (currentList, changeList) = (current.AsList(), change.AsList());
        if (currentList is null && changeList is null) return;
        var keyed = new Items(schema.PatchMergeKey);
        keyed.CheckOrder(changeList, order);

        // Merging changes the lists in place: remember where the server had its items.
        var serverOrder = new ListNode(currentList ?? []);
        ListNode merged;
        if (changeList is null) merged = currentList!;
        else if (currentList is not null) merged = schema.PatchMerge ? MergeList(currentList, changeList, schema) : changeList;
        else if (TryStripDirectives(changeList, out var stripped)) merged = stripped.AsList()!;
        else return;

        original[field] = keyed.Arrange(merged, order, serverOrder);
        patch.Remove(field);
    }

    private static ListNode MergeList(ListNode original, ListNode patch, Schema schema)
    {
        if (original.Count == 0 && patch.Count == 0) return original;
        if (!IsListOfMaps(original, patch))
        {
            var both = new ListNode();
            var seen = new HashSet<Node>();
            foreach (var item in original.Concat(patch))
            {
                if (seen.Add(item)) both.Add(item);
            }

            return new Items(null).Arrange(both, patch, original);
        }

        if (schema.PatchMergeKey is not { Length: > 0 } mergeKey) throw Internal("cannot merge lists without merge key");
        var items = new Items(mergeKey);
        var (kept, changes) = TakeDirectives(original, patch, items);
        var serverOrder = new ListNode(kept);
        var merged = new ListNode(kept);
        foreach (var change in changes)
        {
            var index = items.IndexIn(merged, items.KeyOf(change));
            if (index < 0) merged.Add(change);
            else merged[index] = MergeMap(merged[index].AsMap()!, change.AsMap()!, schema.Items ?? Schema.Unknown);
        }

        return items.Arrange(merged, changes, serverOrder);
    }

    /// <summary>Carries out the <c>$patch</c> items of a list; gives what is left of the original and the plain changes.</summary>
    private static (ListNode Kept, ListNode Changes) TakeDirectives(ListNode original, ListNode patch, Items items)
    {
        var changes = new ListNode();
        var kept = original;
        var replace = false;
        foreach (var item in patch)
        {
            var directive = item[Directive];
            if (directive.IsAbsent)
            {
                changes.Add(item);
                continue;
            }

            switch (directive.AsString())
            {
                case "delete":
                    var gone = items.KeyOf(item);
                    kept = new ListNode(kept.Where(k => items.KeyOf(k) != gone));
                    break;
                case "replace": replace = true; break;
                case "merge": throw Internal("merging lists cannot yet be specified in the patch");
                default: throw UnknownDirective(directive, item);
            }
        }

        return replace ? (changes, new ListNode()) : (kept, changes);
    }

    private static bool IsListOfMaps(ListNode original, ListNode patch)
    {
        var maps = 0;
        var others = 0;
        foreach (var item in original.Concat(patch))
        {
            if (item.AsList() is not null) throw Internal("lists of lists are not supported");
            if (item.AsMap() is not null) maps++;
            else others++;
        }

        if (maps > 0 && others > 0) throw Internal("list element types are not identical");
        return maps > 0;
    }

    private static ListNode Without(ListNode current, ListNode gone)
    {
        var set = gone.ToHashSet();
        return new ListNode(current.Where(item => !set.Contains(item)));
    }

    /// <summary>The value without directives; false when the value is itself nothing but a directive.</summary>
    private static bool TryStripDirectives(Node value, out Node stripped)
    {
        stripped = value;
        if (value.AsMap() is { } map)
        {
            if (map.ContainsKey(Directive)) return false;
            foreach (var (key, inner) in map.ToArray()) map[key] = TryStripDirectives(inner, out var kept) ? kept : Node.Absent;
        }
        else if (value.AsList() is { } list)
        {
            var result = new ListNode();
            foreach (var item in list)
            {
                if (TryStripDirectives(item, out var kept)) result.Add(kept);
            }

            stripped = result;
        }

        return true;
    }

    private static void DropNulls(Node value)
    {
        if (value.AsMap() is { } map)
        {
            foreach (var (key, inner) in map.ToArray())
            {
                if (inner.IsNullOrAbsent) map.Remove(key);
                else DropNulls(inner);
            }
        }

        foreach (var item in value.AsList() ?? []) DropNulls(item);
    }

    private static string FieldOf(string directive, string fault)
    {
        var field = directive[(directive.IndexOf('/') + 1)..];
        return field.Length > 0 ? field : throw Malformed(fault);
    }

    private static PatchException UnknownDirective(Node directive, Node map) =>
        Internal($"unknown patch type: {GoText.Of(directive)} in map: {GoText.Of(map)}");

    private static PatchException Malformed(string message) => new(message) { Fault = PatchFault.Malformed };

    private static PatchException Internal(string message) => new(message) { Fault = PatchFault.Internal };

    /// <summary>Items of a merging list, told apart by a key, or by themselves when there is none.</summary>
    private readonly struct Items(string? mergeKey)
    {
        private bool HasKey => !string.IsNullOrEmpty(mergeKey);

        public Node KeyOf(Node item)
        {
            if (!HasKey) return item;
            if (item.AsMap() is not { } map) throw Malformed($"invalid type: expected an object with the merge key {mergeKey}, got {item}");
            return map[mergeKey!] is { IsAbsent: false } key ? key : throw Internal($"map: {GoText.Of(item)} does not contain declared merge key: {mergeKey}");
        }

        public int IndexIn(ListNode list, Node key)
        {
            for (var i = 0; i < list.Count; i++)
            {
                if (KeyOf(list[i]) == key) return i;
            }

            return -1;
        }

        /// <summary>The patch's items must stand in the order that the patch asks for.</summary>
        public void CheckOrder(ListNode? patch, ListNode order)
        {
            if (patch is null || patch.Count == 0 || order.Count == 0) return;
            var position = 0;
            foreach (var item in patch)
            {
                if (HasKey && item[Directive].AsString() is "delete" or "replace") continue;
                var key = KeyOf(item);
                while (position < order.Count && KeyOf(order[position]) != key) position++;
                if (position == order.Count)
                {
                    throw Internal(
                        $"The order in patch list:\n{GoText.Of(patch)}\n doesn't match $setElementOrder list:\n{GoText.Of(order)}\n");
                }

                position++;
            }
        }

        /// <summary>
        /// Puts the merged items in order: those that the patch names by the patch, the others by the server, and the two runs woven
        /// together by where the server had them; a named item new to the server comes before the server's next one.
        /// </summary>
        public ListNode Arrange(ListNode merged, ListNode patchOrder, ListNode serverOrder)
        {
            var byPatch = Positions(patchOrder);
            var byServer = Positions(serverOrder);
            var named = new List<(Node Item, Node Key, int Position)>();
            var others = new List<(Node Item, Node Key, int Position)>();
            foreach (var item in merged)
            {
                var key = KeyOf(item);
                if (byPatch.TryGetValue(key, out var position)) named.Add((item, key, position));
                else others.Add((item, key, byServer.GetValueOrDefault(key, int.MaxValue)));
            }

            var left = others.OrderBy(o => o.Position).ToArray();
            var right = named.OrderBy(n => n.Position).ToArray();
            var result = new ListNode();
            int l = 0, r = 0;
            while (l < left.Length || r < right.Length)
            {
                var takeLeft = r >= right.Length
                    || (l < left.Length
                        && byServer.TryGetValue(left[l].Key, out var leftAt)
                        && byServer.TryGetValue(right[r].Key, out var rightAt)
                        && leftAt < rightAt);
                result.Add(takeLeft ? left[l++].Item : right[r++].Item);
            }

            return result;
        }

        private Dictionary<Node, int> Positions(ListNode list)
        {
            var positions = new Dictionary<Node, int>(list.Count);
            for (var i = 0; i < list.Count; i++) positions.TryAdd(KeyOf(list[i]), i);
            return positions;
        }
    }
}
