using System.Diagnostics.CodeAnalysis;

namespace Plumb.GoTemplate.Values;

/// <summary>
/// A Go map with string keys. It has no order of its own; <see cref="SortedKeys"/> is the order in which Go's <c>fmt</c> and <c>range</c>
/// show
/// it. Like Go's maps it is a reference that <c>set</c> changes in place: not for use by two threads at once while one of them writes.
/// </summary>
public sealed class GoMap
{
    private static readonly Dictionary<string, GoValue> None = [];

    private readonly Dictionary<string, GoValue> _items;
    private string[]? _sorted;

    /// <summary>An empty <c>map[string]interface {}</c>, with room for some entries.</summary>
    public GoMap(int capacity = 0)
        : this(GoType.AnyMap, capacity)
    {
    }

    /// <summary>An empty map of the given type.</summary>
    public GoMap(GoType type, int capacity = 0)
    {
        Type = type;
        _items = new Dictionary<string, GoValue>(capacity, StringComparer.Ordinal);
    }

    private GoMap(GoType type, Dictionary<string, GoValue> items)
    {
        Type = type;
        _items = items;
        IsNil = ReferenceEquals(items, None);
    }

    /// <summary>The map's type.</summary>
    public GoType Type { get; }

    /// <summary>Whether this is a nil map: empty, and not to be written to.</summary>
    public bool IsNil { get; }

    /// <summary>How many entries there are.</summary>
    public int Count => _items.Count;

    /// <summary>The keys in no order.</summary>
    public IReadOnlyCollection<string> Keys => _items.Keys;

    /// <summary>The entries in no order.</summary>
    public IEnumerable<KeyValuePair<string, GoValue>> Entries => _items;

    /// <summary>The value of a key, <see cref="GoValue.Invalid"/> when there is none.</summary>
    public GoValue this[string key]
    {
        get => _items.TryGetValue(key, out var value) ? value : default;
        set => Set(key, value);
    }

    /// <summary>The nil map of a type.</summary>
    public static GoMap Nil(GoType type) => new(type, None);

    /// <summary>Reads an entry. A nil interface is found and is <see cref="GoValue.Invalid"/>.</summary>
    public bool TryGet(string key, [MaybeNullWhen(false)] out GoValue value) => _items.TryGetValue(key, out value);

    /// <summary>Whether there is such a key.</summary>
    public bool Contains(string key) => _items.ContainsKey(key);

    /// <summary>Writes an entry.</summary>
    /// <exception cref="GoError">The map is nil: Go's words for it.</exception>
    public void Set(string key, in GoValue value)
    {
        if (IsNil) throw new GoError("assignment to entry in nil map");
        var before = _items.Count;
        _items[key] = value.WithoutInterface();
        if (_items.Count != before) _sorted = null;
    }

    /// <summary>Takes an entry out, if it is there.</summary>
    public bool Remove(string key)
    {
        if (!_items.Remove(key)) return false;
        _sorted = null;
        return true;
    }

    /// <summary>The keys in the order of their UTF-8 bytes. The array belongs to the map.</summary>
    public ReadOnlySpan<string> SortedKeys
    {
        get
        {
            if (_sorted is not null) return _sorted;
            if (_items.Count == 0) return [];
            var keys = new string[_items.Count];
            _items.Keys.CopyTo(keys, 0);
            Array.Sort(keys, GoText.Order);
            return _sorted = keys;
        }
    }

    /// <summary>The same entries under another type with the same elements, sharing this map's storage.</summary>
    public GoMap As(GoType type) => new(type, _items);

    /// <summary>The element as <c>reflect</c> gives it: in an interface when the map holds interfaces.</summary>
    internal bool TryGetElement(string key, out GoValue value)
    {
        if (!_items.TryGetValue(key, out value)) return false;
        if (Type.HoldsInterfaces) value = value.InInterface();
        return true;
    }
}
