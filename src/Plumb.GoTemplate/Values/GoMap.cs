using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

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
    private LateKeys? _late;

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
    public int Count => All.Count;

    /// <summary>Whether there are entries.</summary>
    internal bool IsEmpty => _items.Count == 0 && _late is null;

    /// <summary>Whether keys of it wait to be printed.</summary>
    internal bool HasLateKeys => _late is not null;

    private Dictionary<string, GoValue> All
    {
        get
        {
            if (_late is not null) PrintLateKeys();
            return _items;
        }
    }

    /// <summary>The keys in no order.</summary>
    public IReadOnlyCollection<string> Keys => All.Keys;

    /// <summary>The entries in no order.</summary>
    public IEnumerable<KeyValuePair<string, GoValue>> Entries => All;

    /// <summary>The value of a key, <see cref="GoValue.Invalid"/> when there is none.</summary>
    public GoValue this[string key]
    {
        get => With(key).TryGetValue(key, out var value) ? value : default;
        set => Set(key, value);
    }

    /// <summary>The nil map of a type.</summary>
    public static GoMap Nil(GoType type) => new(type, None);

    /// <summary>Reads an entry. A nil interface is found and is <see cref="GoValue.Invalid"/>.</summary>
    public bool TryGet(string key, [MaybeNullWhen(false)] out GoValue value) => With(key).TryGetValue(key, out value);

    /// <summary>Whether there is such a key.</summary>
    public bool Contains(string key) => With(key).ContainsKey(key);

    /// <summary>Writes an entry.</summary>
    /// <exception cref="GoError">The map is nil: Go's words for it.</exception>
    public void Set(string key, in GoValue value)
    {
        if (IsNil) throw new GoError("assignment to entry in nil map");
        var items = With(key);
        var before = items.Count;
        items[key] = value.WithoutInterface();
        if (items.Count != before) _sorted = null;
    }

    /// <summary>Takes an entry out, if it is there.</summary>
    public bool Remove(string key)
    {
        if (!With(key).Remove(key)) return false;
        _sorted = null;
        return true;
    }

    /// <summary>The keys in the order of their UTF-8 bytes. The array belongs to the map.</summary>
    public ReadOnlySpan<string> SortedKeys
    {
        get
        {
            if (_sorted is not null && _late is null) return _sorted;
            var items = All;
            if (items.Count == 0) return [];
            var keys = new string[items.Count];
            items.Keys.CopyTo(keys, 0);
            Array.Sort(keys, GoText.Order);
            return _sorted = keys;
        }
    }

    /// <summary>The same entries under another type with the same elements, sharing this map's storage.</summary>
    public GoMap As(GoType type) => new(type, All);

    /// <summary>A plain map with copies of the entries that shares no map or list of interfaces with this one.</summary>
    public GoMap DeepClone()
    {
        // The entries are copied as they lie, without hashing a key again; only what is itself copied is written anew.
        var items = new Dictionary<string, GoValue>(All, StringComparer.Ordinal);
        foreach (var (key, value) in All)
        {
            if (IsShared(value)) CollectionsMarshal.GetValueRefOrNullRef(items, key) = DeepClone(value);
        }

        return new GoMap(GoType.AnyMap, items);
    }

    private static bool IsShared(in GoValue value) =>
        value.Kind == GoKind.Map || (value.Kind == GoKind.Slice && value.List.Type.Element?.Kind == GoKind.Interface);

    private static GoValue DeepClone(in GoValue value)
    {
        if (value.Kind == GoKind.Map) return GoValue.From(value.Map.DeepClone());
        var items = value.List.ToArray();
        for (var i = 0; i < items.Length; i++)
        {
            if (IsShared(items[i])) items[i] = DeepClone(items[i]);
        }

        return GoValue.From(GoList.Of(items));
    }

    /// <summary>The element as <c>reflect</c> gives it: in an interface when the map holds interfaces.</summary>
    internal bool TryGetElement(string key, out GoValue value)
    {
        if (!With(key).TryGetValue(key, out value)) return false;
        if (Type.HoldsInterfaces) value = value.InInterface();
        return true;
    }

    /// <summary>The values of all entries, without printing a key.</summary>
    internal IEnumerable<GoValue> Held => _late is null ? _items.Values : _items.Values.Concat(_late.Values(this));

    /// <summary>Whether this is a map, or another type's view of the map, that a change of the other changes.</summary>
    internal bool SharesEntriesWith(GoMap other) => ReferenceEquals(_items, other._items);

    /// <summary>Writes an entry whose key is to be printed when somebody asks for it: see <see cref="LateKeys"/>.</summary>
    internal void SetLate(LateKeys keys, in GoValue key, in GoValue value) => (_late ??= keys).Add(this, key, value);

    /// <summary>Prints the keys that wait for it.</summary>
    internal void PrintLateKeys()
    {
        var late = _late!;
        _late = null;
        late.Print(this);
    }

    /// <summary>The entries, those with keys like this one among them: a late key begins as every printed map does.</summary>
    private Dictionary<string, GoValue> With(string key) =>
        _late is not null && key.StartsWith(LateKeys.Start, StringComparison.Ordinal) ? All : _items;
}
