using Plumb.Kubernetes.Discovery;
using Plumb.Kubernetes.Inventory;
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
internal sealed class ObjectCache(KubernetesMetrics metrics, Action<CacheChange, IReadOnlyCollection<string>> changed, Tracking? tracking = null)
{
    private const int MaxDead = 8192;

    private readonly Tracking _tracking = tracking ?? Tracking.Default;

    private readonly Lock _lock = new(); // guards all below
    private readonly Dictionary<GroupKind, Dictionary<ObjectName, LiveObject>> _kinds = [];
    private readonly Dictionary<string, HashSet<ResourceId>> _inventories = new(StringComparer.Ordinal);
    private readonly OwnerIndex _children = new();
    private readonly Dictionary<ResourceId, HashSet<string>> _interested = [];
    private readonly Dictionary<string, HashSet<ResourceId>> _interests = new(StringComparer.Ordinal);
    private readonly Dictionary<ResourceId, HashSet<string>> _generated = []; // hooks with names made by the server
    private readonly Dictionary<(string Application, ResourceId Nameless), ResourceId> _latestGenerated = [];
    // Uids of what went last. A watch may still report older things about what we deleted, and the answer to our own delete may come
    // after the watch has reported the end; either would bring the dead back for good.
    private readonly HashSet<ObjectUid> _dead = [];
    private readonly Queue<ObjectUid> _deadInOrder = [];
    private readonly Dictionary<string, HashSet<string>> _orphanWatchers = new(StringComparer.Ordinal); // applications by namespace
    private readonly Dictionary<ResourceId, HealthState> _ends = []; // of hooks that are gone
    private readonly Dictionary<ResourceId, List<Waiter>> _waiters = [];
    private readonly HashSet<string> _shared = new(StringComparer.Ordinal); // one string per namespace and application, not one per object

    private sealed record Waiter(Func<LiveObject?, bool> Until, TaskCompletionSource<LiveObject?> Done);

    /// <summary>How many objects are held.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _kinds.Values.Sum(k => k.Count);
        }
    }

    /// <summary>Texts that many documents share.</summary>
    public StringPool Texts { get; } = new();

    /// <summary>The object; null when it is not live (or its kind is not watched).</summary>
    public LiveObject? Find(ResourceId id)
    {
        lock (_lock) return FindLocked(id);
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
        lock (_lock) return _children.Of(new ObjectUid(uid));
    }

    /// <summary>Whether any application's last plan holds this object.</summary>
    public bool IsCaredFor(ResourceId id)
    {
        lock (_lock) return _interested.ContainsKey(id) || _generated.ContainsKey(id);
    }

    /// <summary>Everything in one namespace, of all kinds that are watched. Looks at all objects.</summary>
    public IReadOnlyList<LiveObject> InNamespace(string @namespace)
    {
        lock (_lock) return [.. _kinds.Values.SelectMany(k => k.Values).Where(o => o.Namespace == @namespace)];
    }

    /// <summary>An application is to be told, once, of the next object of a namespace that becomes or stops being a possible orphan.</summary>
    public void TellOfOrphans(string @namespace, string application)
    {
        lock (_lock)
        {
            if (!_orphanWatchers.TryGetValue(@namespace, out var who)) _orphanWatchers[@namespace] = who = new(StringComparer.Ordinal);
            who.Add(application);
        }
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

    /// <summary>Takes a whole object as a GET or one of our own writes tells it; older news than what is known is dropped.</summary>
    public void Put(ApiResource kind, MapNode document)
    {
        var obj = new KubeObject(document);
        var application = _tracking.OwnerOf(obj, kind.Namespaced);
        ResourceId id;
        ObjectDepth depth;
        lock (_lock)
        {
            id = IdOf(kind, obj);
            application = ShareLocked(application);
            depth = DepthLocked(kind, obj, application, id);
            if (!IsNewsLocked(kind, id, obj, depth)) return;
        }

        Put(new LiveObject(kind, id, obj, application, depth));
    }

    /// <summary>
    /// Takes an object as a list or a watch tells it: reads of its text only as much as is kept of it. Older news than what is known is
    /// dropped.
    /// </summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="text">Its JSON.</param>
    /// <param name="whole">Whether the text has more than the metadata.</param>
    /// <param name="id">Which object it is.</param>
    /// <returns>Whether more is wanted of it than the text has.</returns>
    /// <exception cref="System.Text.Json.JsonException">Not JSON, or no object.</exception>
    public bool Put(ApiResource kind, ReadOnlySpan<byte> text, bool whole, out ResourceId id)
    {
        var skim = ObjectSkim.Read(text, kind, Texts);
        var application = _tracking.OwnerOf(skim, kind.Namespaced);
        ObjectDepth depth;
        bool isNews;
        LiveObject? known;
        lock (_lock)
        {
            id = IdOf(kind, skim);
            application = ShareLocked(application);
            depth = DepthLocked(kind, skim, application, id);
            isNews = IsNewsLocked(kind, id, skim, depth);
            known = FindLocked(id);
        }

        if (depth == ObjectDepth.Identity || !whole)
        {
            // The document that is known is worth more than the news that it is old, which the whole text will bring too.
            if (isNews && (depth == ObjectDepth.Identity || known?.Document is null)) Put(new LiveObject(kind, id, skim, application));
            return depth != ObjectDepth.Identity && !whole;
        }

        if (!isNews) return false;
        var document = Json.Parse(text, Texts).AsMap() ?? throw new System.Text.Json.JsonException("An object was expected.");
        Put(new LiveObject(kind, id, new KubeObject(kind.Complete(document)), application, depth));
        return false;
    }

    /// <summary>Begins to take a list of a kind in one namespace, or in all (empty).</summary>
    public CacheListing BeginList(ApiResource kind, string @namespace, bool whole) => new(this, kind, @namespace, whole);

    /// <summary>The end of an object, as a watch tells it.</summary>
    /// <exception cref="System.Text.Json.JsonException">Not JSON, or no object.</exception>
    public void Remove(ApiResource kind, ReadOnlySpan<byte> text)
    {
        var skim = ObjectSkim.Read(text, kind, Texts);
        ResourceId id;
        lock (_lock) id = IdOf(kind, skim);
        Remove(id, skim.Uid);
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
            if (FindLocked(id) is not { } before || (uid.Length > 0 && !before.Identity.Equals(new ObjectUid(uid)))) return;
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

    private void Put(LiveObject after)
    {
        CacheChange change;
        IReadOnlyCollection<string> who;
        List<Waiter>? done;
        lock (_lock)
        {
            // Looked at again: the lock was left to read the document.
            var id = after.Id;
            var before = FindLocked(id);
            if (_dead.Contains(after.Identity) || (before is not null && (before.Covers(after) || LiveObject.IsNewer(before, after)))) return;
            if (before is not null) UnindexLocked(before);
            _ends.Remove(id);
            IndexLocked(after);
            done = TakeWaitersLocked(id, after);
            if (before is null) metrics.Objects(1);
            else if (before.Version == after.Version && before.Kind.Type == after.Kind.Type)
            {
                Done(done, after); // the same, now whole: no news
                return;
            }

            change = new(before, after);
            who = WhoCaresLocked(change);
        }

        Tell(change, who, done);
    }

    private void BuryLocked(string uid)
    {
        var identity = new ObjectUid(uid);
        if (identity.IsEmpty || !_dead.Add(identity)) return;
        _deadInOrder.Enqueue(identity);
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
        _kinds.TryGetValue(new(id.Group, id.Kind), out var objects) ? objects.GetValueOrDefault(new(id.Namespace, id.Name)) : null;

    private ObjectDepth DepthLocked(ApiResource kind, KubeObject obj, string? application, ResourceId id) =>
        application is not null || _interested.ContainsKey(id) || _generated.ContainsKey(id) ? ObjectDepth.Document
        : WatchDepth.HasHealth(kind) && obj.Root["metadata"]["ownerReferences"].AsList() is { Count: > 0 } ? ObjectDepth.Health
        : ObjectDepth.Identity;

    /// <summary>
    /// Whether this tells something: a newer version, the same one better known, or the same one as another version of its kind shows it.
    /// </summary>
    private bool IsNewsLocked(ApiResource kind, ResourceId id, KubeObject obj, ObjectDepth depth)
    {
        if (_dead.Contains(new ObjectUid(obj.Uid))) return false;
        if (FindLocked(id) is not { } before) return true;
        if (before.Version != obj.ResourceVersion) return LiveObject.IsNewer(obj.ResourceVersion, before.Version);
        return before.Kind.Type != kind.Type || (depth == ObjectDepth.Document && before.Document is null);
    }

    private ResourceId IdOf(ApiResource kind, KubeObject obj) =>
        new(kind.Type.Group, kind.Type.Kind, ShareLocked(kind.Namespaced ? obj.Namespace : "") ?? "", obj.Name);

    private string? ShareLocked(string? text)
    {
        if (text is null) return null;
        if (_shared.TryGetValue(text, out var shared)) return shared;
        _shared.Add(text);
        return text;
    }

    private IReadOnlyCollection<string> WhoCaresLocked(CacheChange change)
    {
        var interested = _interested.GetValueOrDefault(change.Id);
        var generated = _generated.GetValueOrDefault(change.Id);
        var orphans = TakeOrphanWatchersLocked(change);
        if (change.Before?.Application is null && change.After?.Application is null && interested is null && generated is null) return orphans;
        var who = new HashSet<string>(StringComparer.Ordinal);
        if (change.Before?.Application is { } before) who.Add(before);
        if (change.After?.Application is { } after) who.Add(after);
        if (interested is not null) who.UnionWith(interested);
        if (generated is not null) who.UnionWith(generated);
        who.UnionWith(orphans);
        return who;
    }

    private IReadOnlyCollection<string> TakeOrphanWatchersLocked(CacheChange change)
    {
        if (_orphanWatchers.Count == 0) return [];
        var was = change.Before is { } before && OrphanSearch.IsCandidate(before);
        var isOne = change.After is { } after && OrphanSearch.IsCandidate(after);
        return was != isOne && _orphanWatchers.Remove(change.Id.Namespace, out var who) ? who : [];
    }

    private void IndexLocked(LiveObject obj)
    {
        var kind = obj.Kind.GroupKind;
        if (!_kinds.TryGetValue(kind, out var objects)) _kinds[kind] = objects = [];
        objects[new(obj.Namespace, obj.Name)] = obj;
        if (obj.Application is { } application)
        {
            if (!_inventories.TryGetValue(application, out var ids)) _inventories[application] = ids = [];
            ids.Add(obj.Id);
        }

        _children.Add(obj);
    }

    private void UnindexLocked(LiveObject obj)
    {
        if (obj.Application is { } application && _inventories.TryGetValue(application, out var ids))
        {
            ids.Remove(obj.Id);
            if (ids.Count == 0) _inventories.Remove(application);
        }

        _children.Remove(obj);
    }

    private void RemoveLocked(LiveObject obj)
    {
        UnindexLocked(obj);
        if (_kinds.TryGetValue(obj.Kind.GroupKind, out var objects) && objects.Remove(new(obj.Namespace, obj.Name))) metrics.Objects(-1);
    }

    /// <summary>What names an object within its kind.</summary>
    private readonly record struct ObjectName(string Namespace, string Name);
}
