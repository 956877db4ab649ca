using Plumb.Kubernetes.Discovery;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Resources;

namespace Plumb.Kubernetes.Cache;

/// <summary>One object before and after; null where it was not there.</summary>
internal readonly record struct CacheChange(LiveObject? Before, LiveObject? After)
{
    public ResourceId Id => (After ?? Before)!.Id;
}

/// <summary>
/// What is live, with the indices that planning and owner trees need. No I/O; changes are handed to <paramref name="changed"/> after
/// the lock is left, together with the applications that care.
/// </summary>
internal sealed class ObjectCache(KubernetesMetrics metrics, Action<CacheChange, IReadOnlyCollection<string>> changed)
{
    private const int MaxDead = 8192;

    private readonly Lock _lock = new(); // guards all below
    private readonly Dictionary<GroupKind, Dictionary<ResourceId, LiveObject>> _kinds = [];
    private readonly Dictionary<string, HashSet<ResourceId>> _inventories = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<ResourceId>> _children = new(StringComparer.Ordinal); // by owner uid
    private readonly Dictionary<ResourceId, HashSet<string>> _interested = [];
    private readonly Dictionary<string, HashSet<ResourceId>> _interests = new(StringComparer.Ordinal);
    private readonly Dictionary<ResourceId, HashSet<string>> _generated = []; // hooks with names made by the server
    private readonly Dictionary<(string Application, ResourceId Nameless), ResourceId> _latestGenerated = [];
    // Uids of what went last. A watch may still report older things about what we deleted, and the answer to our own delete may come
    // after the watch has reported the end; either would bring the dead back for good.
    private readonly HashSet<string> _dead = new(StringComparer.Ordinal);
    private readonly Queue<string> _deadInOrder = [];
    private readonly Dictionary<ResourceId, HealthState> _ends = []; // of hooks that are gone
    private readonly Dictionary<ResourceId, List<Waiter>> _waiters = [];
    private readonly HashSet<string> _namespaces = new(StringComparer.Ordinal); // one string per namespace, not one per object

    private sealed record Waiter(Func<LiveObject?, bool> Until, TaskCompletionSource<LiveObject?> Done);

    /// <summary>How many objects are held.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _kinds.Values.Sum(k => k.Count);
        }
    }

    /// <summary>The object; null when it is not live (or its kind is not watched).</summary>
    public LiveObject? Find(ResourceId id)
    {
        lock (_lock) return _kinds.TryGetValue(new(id.Group, id.Kind), out var objects) ? objects.GetValueOrDefault(id) : null;
    }

    /// <summary>
    /// The last health of a hook that is gone; null when it is there or never was. A Job with a short time to live is away before anybody has
    /// looked at its end.
    /// </summary>
    public HealthState? EndOf(ResourceId id)
    {
        lock (_lock) return _ends.TryGetValue(id, out var health) ? health : null;
    }

    /// <summary>All objects of a kind.</summary>
    public IReadOnlyList<LiveObject> OfKind(GroupKind kind)
    {
        lock (_lock) return _kinds.TryGetValue(kind, out var objects) ? [.. objects.Values] : [];
    }

    /// <summary>All objects whose tracking annotation names the application, hooks and all.</summary>
    public IReadOnlyList<LiveObject> OfApplication(string application)
    {
        lock (_lock)
        {
            if (!_inventories.TryGetValue(application, out var ids)) return [];
            return [.. ids.Select(FindLocked).OfType<LiveObject>()];
        }
    }

    /// <summary>Objects that name this one as an owner.</summary>
    public IReadOnlyList<LiveObject> ChildrenOf(string uid)
    {
        lock (_lock)
        {
            if (!_children.TryGetValue(uid, out var ids)) return [];
            return [.. ids.Select(FindLocked).OfType<LiveObject>()];
        }
    }

    /// <summary>Whether another application's last plan holds this object.</summary>
    public bool IsWantedBy(ResourceId id, string application)
    {
        lock (_lock) return _interested.TryGetValue(id, out var who) && who.Contains(application);
    }

    /// <summary>Says which objects an application cares about from now on: they are kept whole and their changes reported.</summary>
    public void SetInterest(string application, IEnumerable<ResourceId> ids)
    {
        lock (_lock)
        {
            if (_interests.Remove(application, out var before))
            {
                foreach (var id in before)
                {
                    if (_interested.TryGetValue(id, out var who) && who.Remove(application) && who.Count == 0) _interested.Remove(id);
                }
            }

            var now = new HashSet<ResourceId>(ids);
            if (now.Count == 0) return;
            _interests[application] = now;
            foreach (var id in now)
            {
                if (!_interested.TryGetValue(id, out var who)) _interested[id] = who = new(StringComparer.Ordinal);
                who.Add(application);
            }
        }
    }

    /// <summary>Notes an object whose name the server made from <paramref name="nameless"/>; forgotten when the object goes.</summary>
    public void AddGenerated(string application, ResourceId nameless, ResourceId id)
    {
        lock (_lock)
        {
            if (!_generated.TryGetValue(id, out var who)) _generated[id] = who = new(StringComparer.Ordinal);
            who.Add(application);
            _latestGenerated[(application, nameless)] = id;
            _latestGenerated[("", nameless)] = id;
        }
    }

    /// <summary>The last object made from a nameless one; null when there was none.</summary>
    /// <param name="application">By whom; empty: by anybody.</param>
    /// <param name="nameless">The id with an empty name.</param>
    public ResourceId? FindGenerated(string application, ResourceId nameless)
    {
        lock (_lock) return _latestGenerated.TryGetValue((application, nameless), out var id) ? id : null;
    }

    /// <summary>Takes an object as a watch, a GET or one of our own writes tells it; older news than what is known is dropped.</summary>
    public void Put(ApiResource kind, MapNode document, bool refresh = false)
    {
        var obj = new KubeObject(document);
        CacheChange change;
        IReadOnlyCollection<string> who;
        List<Waiter>? done = null;
        lock (_lock)
        {
            var id = IdOf(kind, obj);
            var before = FindLocked(id);
            if (_dead.Contains(obj.Uid)) return;
            if (before is not null && !refresh && !LiveObject.IsNewer(obj.ResourceVersion, before.Version)) return;
            if (before is not null && refresh && before.Version != obj.ResourceVersion && LiveObject.IsNewer(before.Version, obj.ResourceVersion)) return;
            var after = new LiveObject(id, obj, kind.Namespaced, KeepWholeLocked);
            if (before is not null) UnindexLocked(before);
            _ends.Remove(id);
            IndexLocked(kind.GroupKind, after);
            if (before is null) metrics.Objects(1);
            else if (before.Version == after.Version) return; // the same version, now whole
            change = new(before, after);
            who = WhoCaresLocked(change);
            done = TakeWaitersLocked(id, after);
        }

        Tell(change, who, done);
    }

    /// <summary>An object is gone. Another incarnation of it (by uid) is not.</summary>
    /// <param name="id">Which.</param>
    /// <param name="uid">Which incarnation; empty: whichever.</param>
    /// <param name="forGood">This incarnation is dead; false when only its kind is not served now.</param>
    public void Remove(ResourceId id, string uid, bool forGood = true)
    {
        CacheChange change;
        IReadOnlyCollection<string> who;
        List<Waiter>? done;
        lock (_lock)
        {
            if (forGood) BuryLocked(uid);
            if (FindLocked(id) is not { } before || (uid.Length > 0 && before.Uid != uid)) return;
            RemoveLocked(before);
            if (before.IsHook && forGood)
            {
                if (_ends.Count >= MaxDead) _ends.Clear();
                _ends[id] = before.Health;
            }

            change = new(before, null);
            who = WhoCaresLocked(change);
            _generated.Remove(id);
            done = TakeWaitersLocked(id, null);
        }

        Tell(change, who, done);
    }

    /// <summary>Takes a whole list of a kind: what is not on it and not newer than it is gone.</summary>
    public void Replace(ApiResource kind, IReadOnlyList<MapNode> documents, string listVersion)
    {
        var listed = new HashSet<ResourceId>(documents.Count);
        foreach (var document in documents)
        {
            var obj = new KubeObject(document);
            ResourceId id;
            lock (_lock) id = IdOf(kind, obj);
            listed.Add(id);
            Put(kind, document);
        }

        foreach (var known in OfKind(kind.GroupKind))
        {
            if (listed.Contains(known.Id)) continue;
            if (LiveObject.IsNewer(known.Version, listVersion) && known.Version != listVersion) continue; // made by us after the list
            Remove(known.Id, known.Uid);
        }
    }

    /// <summary>A kind is served no more: its objects are gone.</summary>
    public void Drop(GroupKind kind)
    {
        foreach (var known in OfKind(kind)) Remove(known.Id, known.Uid, forGood: false);
        lock (_lock) _kinds.Remove(kind);
    }

    /// <summary>Waits until an object is as wanted (null: gone). Returns it.</summary>
    public async Task<LiveObject?> WaitAsync(ResourceId id, Func<LiveObject?, bool> until, CancellationToken ct)
    {
        var waiter = new Waiter(until, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_lock)
        {
            var now = FindLocked(id);
            if (until(now)) return now;
            if (!_waiters.TryGetValue(id, out var list)) _waiters[id] = list = [];
            list.Add(waiter);
        }

        try
        {
            return await waiter.Done.Task.WaitAsync(ct);
        }
        finally
        {
            lock (_lock)
            {
                if (_waiters.TryGetValue(id, out var list) && list.Remove(waiter) && list.Count == 0) _waiters.Remove(id);
            }
        }
    }

    private void BuryLocked(string uid)
    {
        if (uid.Length == 0 || !_dead.Add(uid)) return;
        _deadInOrder.Enqueue(uid);
        if (_deadInOrder.Count > MaxDead) _dead.Remove(_deadInOrder.Dequeue());
    }

    private static void Done(List<Waiter>? waiters, LiveObject? now)
    {
        foreach (var waiter in waiters ?? []) waiter.Done.TrySetResult(now);
    }

    private void Tell(CacheChange change, IReadOnlyCollection<string> who, List<Waiter>? done)
    {
        Done(done, change.After);
        changed(change, who);
    }

    private List<Waiter>? TakeWaitersLocked(ResourceId id, LiveObject? now) =>
        _waiters.TryGetValue(id, out var list) ? [.. list.Where(w => w.Until(now))] : null;

    private LiveObject? FindLocked(ResourceId id) =>
        _kinds.TryGetValue(new(id.Group, id.Kind), out var objects) ? objects.GetValueOrDefault(id) : null;

    private bool KeepWholeLocked(string? application, ResourceId id) =>
        application is not null || _interested.ContainsKey(id) || _generated.ContainsKey(id);

    private ResourceId IdOf(ApiResource kind, KubeObject obj)
    {
        var @namespace = kind.Namespaced ? obj.Namespace : "";
        if (_namespaces.TryGetValue(@namespace, out var shared)) @namespace = shared;
        else _namespaces.Add(@namespace);
        return new ResourceId(kind.Type.Group, kind.Type.Kind, @namespace, obj.Name);
    }

    private HashSet<string> WhoCaresLocked(CacheChange change)
    {
        var who = new HashSet<string>(StringComparer.Ordinal);
        if (change.Before?.Application is { } before) who.Add(before);
        if (change.After?.Application is { } after) who.Add(after);
        if (_interested.TryGetValue(change.Id, out var interested)) who.UnionWith(interested);
        if (_generated.TryGetValue(change.Id, out var generated)) who.UnionWith(generated);
        return who;
    }

    private void IndexLocked(GroupKind kind, LiveObject obj)
    {
        if (!_kinds.TryGetValue(kind, out var objects)) _kinds[kind] = objects = [];
        objects[obj.Id] = obj;
        if (obj.Application is { } application)
        {
            if (!_inventories.TryGetValue(application, out var ids)) _inventories[application] = ids = [];
            ids.Add(obj.Id);
        }

        foreach (var owner in obj.Owners)
        {
            if (!_children.TryGetValue(owner.Uid, out var children)) _children[owner.Uid] = children = [];
            children.Add(obj.Id);
        }
    }

    private void UnindexLocked(LiveObject obj)
    {
        if (obj.Application is { } application && _inventories.TryGetValue(application, out var ids))
        {
            ids.Remove(obj.Id);
            if (ids.Count == 0) _inventories.Remove(application);
        }

        foreach (var owner in obj.Owners)
        {
            if (_children.TryGetValue(owner.Uid, out var children) && children.Remove(obj.Id) && children.Count == 0) _children.Remove(owner.Uid);
        }
    }

    private void RemoveLocked(LiveObject obj)
    {
        UnindexLocked(obj);
        if (_kinds.TryGetValue(new(obj.Id.Group, obj.Id.Kind), out var objects) && objects.Remove(obj.Id)) metrics.Objects(-1);
    }
}
