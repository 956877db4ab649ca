using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Patches;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Fields;

/// <summary>What an apply gave: an object, or conflicts.</summary>
/// <param name="Object">The merged object with managedFields; null when there are conflicts.</param>
/// <param name="Conflicts">Empty unless refused. Sorted by manager, then in the server's order of fields.</param>
public sealed record ApplyResult(KubeObject? Object, IReadOnlyList<FieldConflict> Conflicts);

/// <summary>Who writes, how and when.</summary>
/// <param name="Manager">Field manager; empty counts as <c>unknown</c>.</param>
/// <param name="Subresource">Subresource written; empty for the object itself.</param>
/// <param name="Time">For <c>managedFields[].time</c>, to whole seconds.</param>
public sealed record FieldWriter(string Manager, string Subresource, DateTimeOffset Time)
{
    /// <summary>
    /// Fields that this endpoint never changes, with all below them, and so never makes anyone own: <c>.status</c> for objects with a
    /// status subresource, all but <c>.status</c> for that subresource. Default: none.
    /// </summary>
    public FieldSet Ignored { get; init; } = FieldSet.Empty;
}

/// <summary>
/// Server-side apply and field ownership, as in the API server (structured-merge-diff): both the merge of an applied configuration and
/// the bookkeeping for plain updates. Managers of other API versions are taken to use the same paths.
/// </summary>
public static class ServerSideApply
{
    private const string BeforeFirstApply = "before-first-apply";

    // While an update runs it holds what it changed under this name; it is no valid operation, so nobody else can have it.
    private static readonly ManagerId CurrentOperation = new("current-operation", false, "", "\0");

    // Fields that every writer sends or the server sets: nobody owns them.
    private static readonly FieldSet Unowned = FieldSet.Parse(new MapNode
    {
        ["f:apiVersion"] = new MapNode(),
        ["f:kind"] = new MapNode(),
        ["f:metadata"] = new MapNode
        {
            ["."] = new MapNode(),
            ["f:clusterName"] = new MapNode(),
            ["f:creationTimestamp"] = new MapNode(),
            ["f:generation"] = new MapNode(),
            ["f:managedFields"] = new MapNode(),
            ["f:name"] = new MapNode(),
            ["f:namespace"] = new MapNode(),
            ["f:resourceVersion"] = new MapNode(),
            ["f:selfLink"] = new MapNode(),
            ["f:uid"] = new MapNode(),
        },
    });

    /// <summary>Merges an applied configuration into the live object (null: creates).</summary>
    /// <remarks>
    /// Fields that this manager applied last time and now left out are removed unless someone else owns them. When nothing changes the
    /// live object comes back as it was, times included. Nulls of the applied configuration stay in the result, as in the server before
    /// its typed decoding. Defaults, validation and server-set metadata are the caller's.
    /// </remarks>
    /// <exception cref="PatchException">
    /// The applied configuration sets managedFields (malformed), does not fit the schema, or the live managedFields cannot be read (the
    /// server's internal errors).
    /// </exception>
    public static ApplyResult Apply(KubeObject? live, KubeObject applied, Schema schema, FieldWriter writer, bool force)
    {
        if (!applied.Root["metadata"]["managedFields"].IsNullOrAbsent)
        {
            throw new PatchException("metadata.managedFields must be nil") { Fault = PatchFault.Malformed };
        }

        var config = WithoutEmptyMetadata(applied.Root);
        if (TypedValidate.Check(config, schema) is { Count: > 0 } faults) throw Untyped(applied, faults);

        var before = WithoutManagedFields(live?.Root);
        var managers = ReadLive(live);
        if (managers.Count == 0 && live is not null)
        {
            // What is there before anyone applied belongs to a manager of its own, so that applying other values is a conflict.
            managers = Track(new MapNode(), before, managers, schema, writer with { Manager = BeforeFirstApply }, applied.ApiVersion);
        }

        Reconcile(managers, schema);
        var id = ManagerId.Of(writer.Manager, true, "", writer.Subresource);
        var last = managers[id];
        var set = FieldSet.Of(config, schema).ExceptBelow(writer.Ignored);
        var merged = TypedMerge.Merge(before, config, schema).AsMap() ?? new MapNode();
        managers[id] = new(set, applied.ApiVersion, last?.Time ?? "");
        merged = Prune(merged, managers, last, schema);

        // An applied empty map loses its keys to the pruning and goes with them; it was applied, so it comes back. The server needs a
        // second apply for that.
        merged = TypedMerge.Merge(merged, config, schema).AsMap() ?? merged;

        var difference = TypedCompare.Compare(before, merged, schema).Without(writer.Ignored);
        var changed = difference.Modified.Union(difference.Added);
        var conflicts = ConflictsOf(managers, id, changed);
        if (conflicts.Count > 0 && !force) return new(null, conflicts);

        TakeFromOthers(managers, id, changed, difference.Removed);
        var own = set.Except(Unowned);
        var isSame = SameData(before, merged);
        managers[id] = new(own, applied.ApiVersion, isSame ? last?.Time ?? "" : ManagedFields.TimeText(writer.Time));
        var result = isSame ? before : merged;
        WriteManagers(result, managers);
        return new(new KubeObject(result), []);
    }

    /// <summary>
    /// Sets <c>metadata.managedFields</c> on <paramref name="updated"/> after a create, update or patch by a manager: changed fields
    /// become its own and leave the others' sets.
    /// </summary>
    /// <remarks>
    /// <c>managedFields</c> that <paramref name="updated"/> brings replace the live ones when they can be read; an empty list, or one
    /// empty entry, forgets all ownership, and then nothing is tracked until the next apply. Subresources cannot change them.
    /// </remarks>
    public static void TrackUpdate(KubeObject? live, KubeObject updated, Schema schema, FieldWriter writer)
    {
        var managers = ReadLiveOrNew(live, updated, writer.Subresource.Length > 0);
        var before = WithoutManagedFields(live?.Root);
        var after = WithoutManagedFields(updated.Root);
        if (managers.Count > 0 || live is null || live.Uid.Length == 0)
        {
            managers = Track(before, after, managers, schema, writer, updated.ApiVersion);
        }

        WriteManagers(updated.Root, managers);
    }

    /// <summary>The server's message and causes for conflicts.</summary>
    public static ConflictDescription DescribeConflicts(IReadOnlyList<FieldConflict> conflicts)
    {
        var causes = conflicts.Select(c => new ConflictCause("conflict with " + c.ManagerText, c.Field)).ToArray();
        if (conflicts.Count == 1)
        {
            return new($"Apply failed with 1 conflict: conflict with {conflicts[0].ManagerText}: {conflicts[0].Field}", causes);
        }

        var lines = new List<string>();
        foreach (var group in conflicts.GroupBy(c => c.ManagerText).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            lines.Add($"conflicts with {group.Key}:");
            lines.AddRange(group.Select(c => "- " + c.Field));
        }

        return new($"Apply failed with {conflicts.Count} conflicts: {string.Join('\n', lines)}", causes);
    }

    private static ManagedFields Track(
        MapNode before, MapNode after, ManagedFields managers, Schema schema, FieldWriter writer, string apiVersion)
    {
        Reconcile(managers, schema);
        var difference = TypedCompare.Compare(Zeroed(before, schema), Zeroed(after, schema), schema).Without(writer.Ignored);
        var changed = difference.Modified.Union(difference.Added);
        TakeFromOthers(managers, CurrentOperation, changed, difference.Removed);

        // Removed fields have no owner left, so only changed ones make an entry; it joins what the manager had before.
        var own = changed.Except(Unowned);
        if (!own.IsEmpty)
        {
            var id = ManagerId.Of(writer.Manager, false, apiVersion, writer.Subresource);
            managers[id] = new(own.Union(managers[id]?.Set ?? FieldSet.Empty), apiVersion, ManagedFields.TimeText(writer.Time));
        }

        managers.CapUpdaters();
        return managers;
    }

    private static MapNode Zeroed(MapNode root, Schema schema)
    {
        var copy = root.DeepClone();
        TypedZeros.Fill(copy, schema);
        return copy;
    }

    private static void TakeFromOthers(ManagedFields managers, ManagerId self, FieldSet changed, FieldSet removed)
    {
        foreach (var manager in managers.Managers)
        {
            if (manager == self) continue;
            var held = managers[manager]!;
            managers[manager] = held with { Set = held.Set.Except(held.Set.Intersect(changed)).Except(removed) };
        }
    }

    private static List<FieldConflict> ConflictsOf(ManagedFields managers, ManagerId self, FieldSet changed)
    {
        var conflicts = new List<FieldConflict>();
        foreach (var manager in managers.Managers)
        {
            if (manager == self) continue;
            managers[manager]!.Set.Intersect(changed).Visit(path => conflicts.Add(new(manager.Manager, path)
            {
                ApiVersion = manager.ApiVersion,
                Subresource = manager.Subresource,
            }));
        }

        return conflicts;
    }

    /// <summary>Removes what the manager applied last time, not this time, and nobody else owns.</summary>
    private static MapNode Prune(MapNode merged, ManagedFields managers, ManagedSet? last, Schema schema)
    {
        if (last is null || last.Set.IsEmpty) return merged;
        FieldSet Named(FieldSet set) => TypedMembers.WithNamedFields(set, schema);

        var lastNamed = Named(last.Set);
        var mergedNamed = Named(FieldSet.Of(merged, schema));
        var pruned = lastNamed.RemoveFrom(merged, schema);

        // Give back what was inside the removed, but is owned by anyone, this apply included.
        var prunedNamed = Named(FieldSet.Of(pruned, schema));
        pruned = mergedNamed.Except(prunedNamed.Union(Named(managers.All))).RemoveFrom(merged, schema);

        // Give back what nobody owns, but was not applied by this manager either.
        prunedNamed = Named(FieldSet.Of(pruned, schema));
        return mergedNamed.Except(prunedNamed).Intersect(lastNamed).RemoveFrom(merged, schema);
    }

    private static void Reconcile(ManagedFields managers, Schema schema)
    {
        foreach (var manager in managers.Managers)
        {
            var held = managers[manager]!;
            var set = TypedMembers.Reconcile(held.Set, schema);
            if (!ReferenceEquals(set, held.Set)) managers[manager] = held with { Set = set };
        }
    }

    private static ManagedFields ReadLive(KubeObject? live)
    {
        try
        {
            return live is null ? new ManagedFields() : ManagedFields.Read(live.Root["metadata"]["managedFields"]);
        }
        catch (FormatException e)
        {
            throw new PatchException($"failed to decode managed fields: {e.Message}") { Fault = PatchFault.Internal };
        }
    }

    private static ManagedFields ReadLiveOrNew(KubeObject? live, KubeObject updated, bool onlyLive)
    {
        if (!onlyLive)
        {
            var given = updated.Root["metadata"]["managedFields"];
            if (ManagedFields.IsReset(given)) return new ManagedFields();
            if (ReadOrEmpty(given) is { Count: > 0 } read) return read;
        }

        return live is null ? new ManagedFields() : ReadOrEmpty(live.Root["metadata"]["managedFields"]);
    }

    private static ManagedFields ReadOrEmpty(Node entries)
    {
        try
        {
            return ManagedFields.Read(entries);
        }
        catch (FormatException)
        {
            // As the server: ownership that cannot be read is dropped rather than making the object read-only.
            return new ManagedFields();
        }
    }

    private static void WriteManagers(MapNode root, ManagedFields managers)
    {
        var entries = managers.Write();
        if (entries.IsAbsent && root["metadata"].AsMap() is null) return;
        var metadata = root.GetOrAddMap("metadata");
        metadata.Remove("managedFields");
        metadata["managedFields"] = entries;
    }

    private static MapNode WithoutManagedFields(MapNode? root)
    {
        if (root is null) return new MapNode();
        var copy = root.DeepClone();
        copy["metadata"].AsMap()?.Remove("managedFields");
        return copy;
    }

    // Generated manifests carry "creationTimestamp: null"; it must not wipe the live one.
    private static MapNode WithoutEmptyMetadata(MapNode root)
    {
        var copy = root.DeepClone();
        if (copy["metadata"].AsMap() is not { } metadata) return copy;
        foreach (var key in metadata.Keys.ToArray())
        {
            if (metadata[key].IsNullOrAbsent) metadata.Remove(key);
        }

        return copy;
    }

    /// <summary>Equal as data, where a null is as good as nothing: typed objects do not keep nulls.</summary>
    private static bool SameData(Node a, Node b)
    {
        if (a.IsNullOrAbsent || b.IsNullOrAbsent) return a.IsNullOrAbsent && b.IsNullOrAbsent;
        if (a.AsMap() is { } left && b.AsMap() is { } right)
        {
            foreach (var (key, value) in left)
            {
                if (!SameData(value, right[key])) return false;
            }

            foreach (var (key, value) in right)
            {
                if (!value.IsNullOrAbsent && !left.ContainsKey(key)) return false;
            }

            return true;
        }

        if (a.AsList() is not { } leftItems || b.AsList() is not { } rightItems) return a == b;
        if (leftItems.Count != rightItems.Count) return false;
        for (var i = 0; i < leftItems.Count; i++)
        {
            if (!SameData(leftItems[i], rightItems[i])) return false;
        }

        return true;
    }

    private static PatchException Untyped(KubeObject applied, List<string> faults)
    {
        var kind = applied.GroupVersionKind;
        var text = faults.Count == 1 ? faults[0] : "errors:\n  " + string.Join("\n  ", faults);
        return new($"failed to create typed patch object ({applied.Namespace}/{applied.Name}; {kind.ApiVersion}, Kind={kind.Kind}): {text}")
        {
            Fault = PatchFault.Internal,
        };
    }
}
