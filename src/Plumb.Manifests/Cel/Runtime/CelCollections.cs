using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Cel.Runtime;

/// <summary>A list; immutable.</summary>
internal abstract class CelList
{
    public abstract int Count { get; }

    public abstract CelValue this[int index] { get; }

    public IEnumerable<CelValue> Items
    {
        get
        {
            for (var i = 0; i < Count; i++) yield return this[i];
        }
    }
}

internal sealed class ValueList(IReadOnlyList<CelValue> items) : CelList
{
    public override int Count => items.Count;

    public override CelValue this[int index] => items[index];
}

/// <summary>A list of a document, read as it is used.</summary>
internal sealed class NodeList(ListNode list) : CelList
{
    public override int Count => list.Count;

    public override CelValue this[int index] => CelValue.From(list[index]);
}

/// <summary>A map; immutable, in a fixed order.</summary>
internal abstract class CelMap
{
    public abstract int Count { get; }

    public abstract IEnumerable<CelValue> Keys { get; }

    public abstract bool TryGet(CelValue key, out CelValue value);
}

/// <summary>A map that an expression made. Numbers of equal value are one key.</summary>
internal sealed class ValueMap : CelMap
{
    private readonly List<CelValue> _keys = [];
    private readonly Dictionary<CelValue, CelValue> _values = new(CelKeys.Instance);

    public override int Count => _keys.Count;

    public override IEnumerable<CelValue> Keys => _keys;

    /// <summary>False when the key is there already.</summary>
    public bool TryAdd(CelValue key, CelValue value)
    {
        if (!_values.TryAdd(key, value)) return false;
        _keys.Add(key);
        return true;
    }

    public override bool TryGet(CelValue key, out CelValue value) => _values.TryGetValue(key, out value);
}

/// <summary>A map of a document, read as it is used.</summary>
internal sealed class NodeMap(MapNode map) : CelMap
{
    public override int Count => map.Count;

    public override IEnumerable<CelValue> Keys => map.Keys.Select(CelValue.Of);

    public override bool TryGet(CelValue key, out CelValue value)
    {
        value = default;
        if (key.AsString() is not { } text || map[text] is not { IsAbsent: false } node) return false;
        value = CelValue.From(node);
        return true;
    }
}

/// <summary>Map keys by CEL's equality.</summary>
internal sealed class CelKeys : IEqualityComparer<CelValue>
{
    public static CelKeys Instance { get; } = new();

    public bool Equals(CelValue x, CelValue y) => CelEquality.AreEqual(x, y);

    public int GetHashCode(CelValue key) => key.Type switch
    {
        CelType.Int => ((double)key.Bits).GetHashCode(),
        CelType.Uint => ((double)key.Unsigned).GetHashCode(),
        CelType.Double => key.Number.GetHashCode(),
        CelType.String => string.GetHashCode(key.Text, StringComparison.Ordinal),
        _ => HashCode.Combine(key.Type, key.Bits),
    };
}

/// <summary>The name of a type, as <c>type(x)</c> gives it.</summary>
internal sealed record CelTypeName(string Name)
{
    public static CelTypeName? Find(string name) => name switch
    {
        "null_type" or "bool" or "int" or "uint" or "double" or "string" or "bytes" or "list" or "map" or "type" or "optional_type"
            or "google.protobuf.Timestamp" or "google.protobuf.Duration" or "net.IP" or "net.CIDR" or "kubernetes.Quantity"
            or "kubernetes.URL" => new(name),
        _ => null,
    };

    public static CelTypeName Of(CelType type) => new(NameOf(type));

    public static string NameOf(CelType type) => type switch
    {
        CelType.Null => "null_type",
        CelType.Timestamp => "google.protobuf.Timestamp",
        CelType.Duration => "google.protobuf.Duration",
        CelType.Optional => "optional_type",
        CelType.Ip => "net.IP",
        CelType.Cidr => "net.CIDR",
        CelType.Quantity => "kubernetes.Quantity",
        CelType.Url => "kubernetes.URL",
        _ => type.ToString().ToLowerInvariant(),
    };
}
