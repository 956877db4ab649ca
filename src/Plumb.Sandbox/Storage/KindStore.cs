using System.Collections.Immutable;

namespace Plumb.Sandbox.Storage;

/// <summary>One change of one object, shared by all watches of its kind.</summary>
internal sealed class StoredEvent(WatchKind kind, StoredObject current, StoredObject? previous)
{
    private byte[]? _line;

    public WatchKind Kind { get; } = kind;

    /// <summary>The object after the change; its last state, at the revision of the delete, when it is gone.</summary>
    public StoredObject Current { get; } = current;

    /// <summary>The object before the change; null when it is new.</summary>
    public StoredObject? Previous { get; } = previous;

    public long Revision => Current.Revision;

    /// <summary>The event as a line of a watch in the stored version.</summary>
    public byte[] Line(string apiVersion) =>
        apiVersion == Current.ApiVersion ? _line ??= LineOf(Kind, Current.Json) : LineOf(Kind, Current.JsonAs(apiVersion));

    public static byte[] LineOf(WatchKind kind, ReadOnlySpan<byte> json)
    {
        var head = kind switch
        {
            WatchKind.Added => "{\"type\":\"ADDED\",\"object\":"u8,
            WatchKind.Modified => "{\"type\":\"MODIFIED\",\"object\":"u8,
            _ => "{\"type\":\"DELETED\",\"object\":"u8,
        };
        var line = new byte[head.Length + json.Length + 2];
        head.CopyTo(line);
        json.CopyTo(line.AsSpan(head.Length));
        "}\n"u8.CopyTo(line.AsSpan(head.Length + json.Length));
        return line;
    }
}

/// <summary>All objects of a kind at one moment.</summary>
/// <param name="Items">Sorted by namespace and name.</param>
/// <param name="Revision">Revision of the last change.</param>
internal sealed record KindState(ImmutableSortedSet<StoredObject> Items, long Revision)
{
    public StoredObject? Find(string @namespace, string name) =>
        Items.TryGetValue(StoredObject.Probe(StoredObject.KeyOf(@namespace, name)), out var found) ? found : null;

    /// <summary>Objects of a namespace (all: null), after a key (null: from the start).</summary>
    public IEnumerable<StoredObject> Range(string? @namespace, string? afterKey)
    {
        if (@namespace is null && afterKey is null) return Items;
        return Slice(@namespace is null ? "" : @namespace + "/", afterKey);
    }

    private IEnumerable<StoredObject> Slice(string prefix, string? afterKey)
    {
        var from = afterKey is not null && string.CompareOrdinal(afterKey, prefix) > 0 ? afterKey + "\0" : prefix;
        var index = Items.IndexOf(StoredObject.Probe(from));
        if (index < 0) index = ~index;
        for (; index < Items.Count; index++)
        {
            var item = Items[index];
            if (!item.Key.StartsWith(prefix, StringComparison.Ordinal)) yield break;
            yield return item;
        }
    }
}

/// <summary>
/// The objects of one kind and the recent past of their changes. Written by <see cref="ObjectStore"/> under its lock only; read by anyone.
/// </summary>
internal sealed class KindStore(ResourceType type, int historySize, long startRevision)
{
    private static readonly ImmutableSortedSet<StoredObject> NoObjects =
        ImmutableSortedSet.Create<StoredObject>(Comparer<StoredObject>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key)));

    private readonly Lock _gate = new(); // guards the ring
    private readonly StoredEvent?[] _ring = new StoredEvent?[historySize];
    private readonly List<(long Revision, KindState State)> _pages = [];
    private long _next; // sequence number of the next event
    private long _dropped = startRevision; // revision of the newest event that is no longer in the ring
    private volatile KindState _state = new(NoObjects, startRevision);
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ResourceType _type = type;

    /// <summary>The type as it is served now; CRDs change.</summary>
    public ResourceType Type
    {
        get => _type;
        set => _type = value;
    }

    public KindState State => _state;

    /// <summary>Set when the kind is no longer served: watches end.</summary>
    public CancellationTokenSource Removed { get; } = new();

    public void Publish(StoredEvent e, KindState state)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            ref var slot = ref _ring[_next % _ring.Length];
            if (slot is not null) _dropped = slot.Revision;
            slot = e;
            _next++;
            _state = state;
            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
    }

    /// <summary>Objects from before this process; what happened to them is history that nobody has.</summary>
    public void Load(IReadOnlyList<StoredObject> items, long revision)
    {
        lock (_gate)
        {
            _state = new(NoObjects.Union(items), revision);
            _dropped = revision;
        }
    }

    /// <summary>Completes at the next change after it is asked for.</summary>
    public Task Changed => _changed.Task;

    /// <summary>The place in history right after a revision; false when that is too long ago.</summary>
    public bool TrySeek(long revision, out long sequence, out long oldest)
    {
        lock (_gate)
        {
            oldest = _dropped;
            sequence = _next;
            if (revision < _dropped) return false;
            while (sequence > 0 && sequence > _next - _ring.Length && _ring[(sequence - 1) % _ring.Length]!.Revision > revision) sequence--;
            return true;
        }
    }

    /// <summary>Adds the events from a place on and moves it; false when they are no longer there.</summary>
    public bool TryRead(ref long sequence, List<StoredEvent> events)
    {
        lock (_gate)
        {
            if (sequence < _next - _ring.Length) return false;
            for (; sequence < _next; sequence++) events.Add(_ring[sequence % _ring.Length]!);
            return true;
        }
    }

    /// <summary>Keeps a state for the next page of a list; the oldest go first.</summary>
    public void KeepForPaging(long revision, KindState state)
    {
        lock (_pages)
        {
            foreach (var (kept, _) in _pages)
            {
                if (kept == revision) return;
            }

            if (_pages.Count >= 64) _pages.RemoveAt(0);
            _pages.Add((revision, state));
        }
    }

    public KindState? StateForPaging(long revision)
    {
        lock (_pages)
        {
            foreach (var (kept, state) in _pages)
            {
                if (kept == revision) return state;
            }
        }

        return null;
    }
}
