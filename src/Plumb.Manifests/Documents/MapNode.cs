using System.Collections;
using System.Runtime.InteropServices;

namespace Plumb.Manifests.Documents;

/// <summary>
/// A map with text keys that keeps insertion order. Small maps are searched linearly, large ones get an index. Not for concurrent
/// change; frozen ones may be read by anyone.
/// </summary>
public sealed class MapNode : IEnumerable<KeyValuePair<string, Node>>
{
    private const int IndexFrom = 12;

    private readonly List<KeyValuePair<string, Node>> _entries;
    private Dictionary<string, int>? _index;

    /// <summary>An empty map.</summary>
    public MapNode() => _entries = [];

    /// <summary>An empty map with room.</summary>
    public MapNode(int capacity) => _entries = new List<KeyValuePair<string, Node>>(capacity);

    /// <summary>Number of keys.</summary>
    public int Count => _entries.Count;

    /// <summary>Whether changes throw.</summary>
    public bool IsFrozen { get; private set; }

    /// <summary>
    /// Reads: the value, absent when there is no such key. Writes: adds at the end or replaces in place; writing absent removes.
    /// </summary>
    public Node this[string key]
    {
        get => IndexOf(key) is var i && i >= 0 ? _entries[i].Value : default;
        set
        {
            if (value.IsAbsent)
            {
                Remove(key);
                return;
            }

            ThrowIfFrozen();
            var i = IndexOf(key);
            if (i >= 0)
            {
                _entries[i] = new(key, value);
                return;
            }

            _index?.Add(key, _entries.Count);
            _entries.Add(new(key, value));
        }
    }

    /// <summary>Entry by position.</summary>
    public KeyValuePair<string, Node> EntryAt(int index) => _entries[index];

    /// <summary>Keys in order.</summary>
    public IEnumerable<string> Keys => _entries.Select(e => e.Key);

    /// <summary>Whether the key is there (its value may be null).</summary>
    public bool ContainsKey(string key) => IndexOf(key) >= 0;

    /// <summary>Adds for collection initialisers; an existing key is replaced.</summary>
    public void Add(string key, Node value) => this[key] = value;

    /// <summary>Adds at the end; false, and nothing done, when the key is there.</summary>
    internal bool TryAdd(string key, Node value)
    {
        ThrowIfFrozen();
        if (IndexOf(key) >= 0) return false;
        _index?.Add(key, _entries.Count);
        _entries.Add(new(key, value));
        return true;
    }

    /// <summary>Removes a key; false when it was not there.</summary>
    public bool Remove(string key)
    {
        var i = IndexOf(key);
        if (i < 0) return false;
        ThrowIfFrozen();
        _entries.RemoveAt(i);
        _index = null;
        return true;
    }

    /// <summary>The map at a key, made when it is not there or is no map.</summary>
    public MapNode GetOrAddMap(string key)
    {
        if (this[key].AsMap() is { } found) return found;
        var made = new MapNode();
        this[key] = made;
        return made;
    }

    /// <summary>A copy that shares no map or list; not frozen.</summary>
    public MapNode DeepClone()
    {
        var copy = new MapNode(Count);
        foreach (var (key, value) in CollectionsMarshal.AsSpan(_entries)) copy._entries.Add(new(key, value.DeepClone()));
        return copy;
    }

    /// <summary>Makes this and all below immutable.</summary>
    public void Freeze()
    {
        if (IsFrozen) return;
        if (Count >= IndexFrom) BuildIndex();
        IsFrozen = true;
        foreach (var entry in CollectionsMarshal.AsSpan(_entries)) entry.Value.Freeze();
    }

    internal bool DeepEquals(MapNode other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (Count != other.Count) return false;
        foreach (var (key, value) in CollectionsMarshal.AsSpan(_entries))
        {
            var i = other.IndexOf(key);
            if (i < 0 || !value.Equals(other._entries[i].Value)) return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, Node>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int IndexOf(string key)
    {
        if (_index is null && (Count < IndexFrom || IsFrozen))
        {
            var span = CollectionsMarshal.AsSpan(_entries);
            for (var i = 0; i < span.Length; i++)
            {
                if (string.Equals(span[i].Key, key, StringComparison.Ordinal)) return i;
            }

            return -1;
        }

        if (_index is null) BuildIndex();
        return _index!.TryGetValue(key, out var found) ? found : -1;
    }

    private void BuildIndex()
    {
        var index = new Dictionary<string, int>(Count, StringComparer.Ordinal);
        for (var i = 0; i < _entries.Count; i++) index[_entries[i].Key] = i;
        _index = index;
    }

    private void ThrowIfFrozen()
    {
        if (IsFrozen) throw new InvalidOperationException("This document is frozen; change a DeepClone() of it.");
    }
}
