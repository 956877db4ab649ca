using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;
using Plumb.Reconcile.Applications;

namespace Plumb.Kubernetes.Compare;

/// <summary>What to send when <c>RespectIgnoreDifferences=true</c>: ignored fields stay as they are in the cluster.</summary>
public static class ApplyMask
{
    /// <summary>The sync option.</summary>
    public const string Option = "RespectIgnoreDifferences=true";

    /// <summary>
    /// A copy of <paramref name="desired"/> without the ignored fields, but for those that the server would remove if they were left out:
    /// what Plumb owns, and what lies in lists and maps that are owned as a whole, is sent as it is live. So the cluster's value stays, or
    /// its absence, and no ownership is taken from the one who set it. The same object when nothing is ignored, or when it does not exist
    /// yet, as its creation takes every field.
    /// </summary>
    /// <param name="desired">As it would be sent.</param>
    /// <param name="live">As it is; null when it is not there.</param>
    /// <param name="schema">The kind's schema.</param>
    /// <param name="ignore">The application's <c>ignoreDifferences</c>.</param>
    /// <param name="whole">The object is replaced, not applied: everything ignored is sent as it is live.</param>
    public static KubeObject Apply(
        KubeObject desired, KubeObject? live, Schema schema, IReadOnlyList<IgnoreDifferencesSpec> ignore, bool whole = false)
    {
        if (live is null || IgnoreRules.For(desired, ignore) is not { } rules) return desired;
        var wanted = rules.Without(desired.Root, live, schema);
        var compared = rules.Without(live.Root, live, schema);
        if (wanted.Equals(desired.Root) && compared.Equals(live.Root)) return desired;
        var walk = new Walk(new Ownership(live, Comparison.FieldManager), whole);
        return new KubeObject(walk.Map(wanted, live.Root, compared, schema, isRoot: true));
    }

    /// <summary>Puts back what is live and ignored, where leaving it out would remove it.</summary>
    private sealed class Walk(Ownership ownership, bool whole)
    {
        private readonly FieldPath _path = new();

        /// <summary>Inside of a value that is sent as a whole.</summary>
        private bool _isWhole = whole;

        public MapNode Map(MapNode wanted, MapNode live, MapNode compared, Schema schema, bool isRoot = false)
        {
            var made = new MapNode(wanted.Count);
            foreach (var (key, value) in wanted)
                made[key] = isRoot && key is "apiVersion" or "kind" or "status" ? value : Below(key, value, live[key], compared[key], schema);
            foreach (var (key, value) in live)
            {
                if (wanted.ContainsKey(key) || isRoot && key is "status" || IsServers(key)) continue;
                if (Ignored(key, value, compared[key], schema) is { IsAbsent: false } kept) made[key] = kept;
            }

            return made;
        }

        /// <summary>Of metadata, what only the server writes is never ours to send.</summary>
        private bool IsServers(string key) => _path.Depth == 1 && _path.FieldAt(0) == "metadata" && DesiredWalk.IsPassedOverInMetadata(key);

        private Node Below(string key, Node wanted, Node live, Node compared, Schema schema)
        {
            _path.PushField(key);
            var made = Value(wanted, live, compared, schema.Field(key));
            _path.Pop();
            return made;
        }

        /// <summary>What is live and not wanted: sent when it is ignored and would go otherwise.</summary>
        private Node Ignored(string key, Node live, Node compared, Schema schema)
        {
            _path.PushField(key);
            var kept = compared.IsAbsent ? Needed(live)
                : live.AsMap() is { } map && compared.AsMap() is { } rest && !map.Equals(rest) ? NonEmpty(Map([], map, rest, schema.Field(key)))
                : default;
            _path.Pop();
            return kept;
        }

        private static Node NonEmpty(MapNode map) => map.Count == 0 ? default(Node) : map;

        /// <summary>The part of an ignored value that the server would remove if it were left out.</summary>
        private Node Needed(Node live)
        {
            if (_isWhole || ownership.IsApplied(_path)) return live.DeepClone();
            if (!ownership.HasAppliedBelow(_path)) return default;
            if (live.AsMap() is not { } map) return live.DeepClone();
            var made = new MapNode();
            foreach (var (key, value) in map)
            {
                _path.PushField(key);
                if (Needed(value) is { IsAbsent: false } kept) made[key] = kept;
                _path.Pop();
            }

            return NonEmpty(made);
        }

        private Node Value(Node wanted, Node live, Node compared, Schema schema)
        {
            if (live.Equals(compared)) return wanted; // nothing in it is ignored
            var outer = _isWhole;
            _isWhole |= schema.Atomic;
            var made = wanted.AsMap() is { } map && live.AsMap() is { } liveMap ? Map(map, liveMap, compared.AsMap() ?? [], schema)
                : wanted.AsList() is { } list && live.AsList() is { } liveList ? List(list, liveList, compared.AsList() ?? [], schema)
                : wanted;
            _isWhole = outer;
            return made;
        }

        private ListNode List(ListNode wanted, ListNode live, ListNode compared, Schema schema)
        {
            if (schema.ListKind == ListKind.Map && schema.ListKeys.Count > 0) return Associative(wanted, live, compared, schema);
            if (schema.ListKind == ListKind.Set) return Set(wanted, live, compared);
            var outer = _isWhole;
            _isWhole = true;
            var made = Atomic(wanted, live, compared, schema.Items ?? Schema.Unknown);
            _isWhole = outer;
            return made;
        }

        private ListNode Associative(ListNode wanted, ListNode live, ListNode compared, Schema schema)
        {
            var made = new ListNode();
            foreach (var item in wanted)
            {
                var at = ListItems.Find(live, item, schema, 0);
                var rest = ListItems.Find(compared, item, schema, 0);
                _path.PushItem(at < 0 ? item : live[at], schema.ListKeys);
                made.Add(at < 0 || rest < 0 ? item : Value(item, live[at], compared[rest], schema.Items ?? Schema.Unknown));
                _path.Pop();
            }

            foreach (var item in live)
            {
                if (ListItems.Find(compared, item, schema, 0) >= 0 || ListItems.Find(wanted, item, schema, 0) >= 0) continue;
                _path.PushItem(item, schema.ListKeys);
                if (Needed(item) is { IsAbsent: false } kept) made.Add(kept);
                _path.Pop();
            }

            return made;
        }

        private ListNode Set(ListNode wanted, ListNode live, ListNode compared)
        {
            var made = new ListNode(wanted);
            foreach (var value in live)
            {
                if (ListItems.Contains(compared, value) || ListItems.Contains(wanted, value)) continue;
                _path.PushValue(value);
                if (Needed(value) is { IsAbsent: false } kept) made.Add(kept);
                _path.Pop();
            }

            return made;
        }

        /// <summary>By position where no item is ignored; ignored items are put back where they are live.</summary>
        private ListNode Atomic(ListNode wanted, ListNode live, ListNode compared, Schema items)
        {
            var made = new ListNode(wanted);
            if (live.Count == compared.Count)
            {
                for (var i = 0; i < wanted.Count && i < live.Count; i++)
                {
                    _path.PushIndex(i);
                    made[i] = Value(wanted[i], live[i], compared[i], items);
                    _path.Pop();
                }

                return made;
            }

            var next = 0;
            for (var i = 0; i < live.Count; i++)
            {
                if (next < compared.Count && live[i].Equals(compared[next])) next++;
                else made.Insert(Math.Min(i, made.Count), live[i].DeepClone());
            }

            return made;
        }
    }
}
