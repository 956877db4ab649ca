using System.Collections;

namespace Plumb.Manifests.Documents;

/// <summary>A list of values. Not for concurrent change; frozen ones may be read by anyone.</summary>
public sealed class ListNode : IEnumerable<Node>
{
    private readonly List<Node> _items;

    /// <summary>An empty list.</summary>
    public ListNode() => _items = [];

    /// <summary>A list of the given values.</summary>
    public ListNode(IEnumerable<Node> items) => _items = [.. items];

    /// <summary>Number of items.</summary>
    public int Count => _items.Count;

    /// <summary>Whether changes throw.</summary>
    public bool IsFrozen { get; private set; }

    /// <summary>The item at an index.</summary>
    public Node this[int index]
    {
        get => _items[index];
        set
        {
            ThrowIfFrozen();
            _items[index] = value;
        }
    }

    /// <summary>Adds at the end.</summary>
    public void Add(Node item)
    {
        ThrowIfFrozen();
        _items.Add(item);
    }

    /// <summary>Inserts before an index.</summary>
    public void Insert(int index, Node item)
    {
        ThrowIfFrozen();
        _items.Insert(index, item);
    }

    /// <summary>Removes at an index.</summary>
    public void RemoveAt(int index)
    {
        ThrowIfFrozen();
        _items.RemoveAt(index);
    }

    /// <summary>A copy that shares no map or list; not frozen.</summary>
    public ListNode DeepClone() => new(_items.Select(i => i.DeepClone()));

    /// <summary>Makes this and all below immutable.</summary>
    public void Freeze()
    {
        if (IsFrozen) return;
        IsFrozen = true;
        foreach (var item in _items) item.Freeze();
    }

    internal bool DeepEquals(ListNode other) => ReferenceEquals(this, other) || _items.SequenceEqual(other._items);

    /// <inheritdoc/>
    public IEnumerator<Node> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void ThrowIfFrozen()
    {
        if (IsFrozen) throw new InvalidOperationException("This document is frozen; change a DeepClone() of it.");
    }
}
