namespace Plumb.Git.Objects;

/// <summary>
/// Parsed trees and small blobs by object id, least recently used out first, bounded by memory. Objects never change, so it needs no
/// invalidation and outlives a mirror that is cloned again.
/// </summary>
internal sealed class ObjectCache(long maxBytes)
{
    private readonly Lock _gate = new(); // guards all below
    private readonly Dictionary<string, LinkedListNode<(string Id, object Value, long Bytes)>> _byId = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Id, object Value, long Bytes)> _recent = new();
    private long _bytes;

    public T? Get<T>(string id)
        where T : class
    {
        lock (_gate)
        {
            if (!_byId.TryGetValue(id, out var node)) return null;
            if (node != _recent.First)
            {
                _recent.Remove(node);
                _recent.AddFirst(node);
            }
            return node.Value.Value as T;
        }
    }

    public void Put(string id, object value, long bytes)
    {
        if (bytes > maxBytes / 4) return; // one giant must not push out everything else
        lock (_gate)
        {
            if (_byId.ContainsKey(id)) return;
            _byId[id] = _recent.AddFirst((id, value, bytes));
            _bytes += bytes;
            while (_bytes > maxBytes && _recent.Last is { } last)
            {
                _recent.RemoveLast();
                _byId.Remove(last.Value.Id);
                _bytes -= last.Value.Bytes;
            }
        }
    }
}
