using System.Globalization;

namespace Plumb.Manifests.Documents;

/// <summary>What a <see cref="Node"/> holds.</summary>
public enum NodeKind : byte
{
    /// <summary>Nothing there: a missing key. Never inside a document.</summary>
    Absent,

    /// <summary>Null.</summary>
    Null,

    /// <summary>Boolean.</summary>
    Bool,

    /// <summary>64-bit signed integer.</summary>
    Int,

    /// <summary>Integer beyond 64 bits, kept as its decimal text.</summary>
    BigInt,

    /// <summary>Double.</summary>
    Float,

    /// <summary>Text.</summary>
    String,

    /// <summary>List.</summary>
    List,

    /// <summary>Map with text keys.</summary>
    Map,
}

/// <summary>
/// One value of a document: 16 bytes, no allocation for scalars other than text. Maps and lists are shared by reference; they may be
/// changed until frozen.
/// </summary>
public readonly struct Node : IEquatable<Node>
{
    private sealed class Tag(NodeKind kind)
    {
        public NodeKind Kind { get; } = kind;
    }

    private sealed class BigInteger(string digits)
    {
        public string Digits { get; } = digits;
    }

    private static readonly Tag NullTag = new(NodeKind.Null);
    private static readonly Tag BoolTag = new(NodeKind.Bool);
    private static readonly Tag IntTag = new(NodeKind.Int);
    private static readonly Tag FloatTag = new(NodeKind.Float);

    private readonly object? _ref;
    private readonly long _bits;

    private Node(object? reference, long bits)
    {
        _ref = reference;
        _bits = bits;
    }

    /// <summary>Nothing there.</summary>
    public static Node Absent => default;

    /// <summary>Null.</summary>
    public static Node Null => new(NullTag, 0);

    /// <summary>A boolean.</summary>
    public static implicit operator Node(bool value) => new(BoolTag, value ? 1 : 0);

    /// <summary>An integer.</summary>
    public static implicit operator Node(long value) => new(IntTag, value);

    /// <summary>An integer.</summary>
    public static implicit operator Node(int value) => new(IntTag, value);

    /// <summary>A double.</summary>
    public static implicit operator Node(double value) => new(FloatTag, BitConverter.DoubleToInt64Bits(value));

    /// <summary>Text; a null reference gives <see cref="Null"/>.</summary>
    public static implicit operator Node(string? value) => value is null ? Null : new(value, 0);

    /// <summary>A map; a null reference gives <see cref="Null"/>.</summary>
    public static implicit operator Node(MapNode? value) => value is null ? Null : new(value, 0);

    /// <summary>A list; a null reference gives <see cref="Null"/>.</summary>
    public static implicit operator Node(ListNode? value) => value is null ? Null : new(value, 0);

    /// <summary>An integer beyond 64 bits, by its decimal digits with an optional leading minus.</summary>
    public static Node BigInt(string digits) => new(new BigInteger(digits), 0);

    /// <summary>What it holds.</summary>
    public NodeKind Kind => _ref switch
    {
        null => NodeKind.Absent,
        string => NodeKind.String,
        MapNode => NodeKind.Map,
        ListNode => NodeKind.List,
        Tag tag => tag.Kind,
        _ => NodeKind.BigInt,
    };

    /// <summary>Missing key.</summary>
    public bool IsAbsent => _ref is null;

    /// <summary>Null or missing.</summary>
    public bool IsNullOrAbsent => _ref is null || ReferenceEquals(_ref, NullTag);

    /// <summary>The text; null when it is no text.</summary>
    public string? AsString() => _ref as string;

    /// <summary>The map; null when it is none.</summary>
    public MapNode? AsMap() => _ref as MapNode;

    /// <summary>The list; null when it is none.</summary>
    public ListNode? AsList() => _ref as ListNode;

    /// <summary>The boolean; null when it is none.</summary>
    public bool? AsBool() => ReferenceEquals(_ref, BoolTag) ? _bits != 0 : null;

    /// <summary>The integer; null when it is none. A double without fraction counts, as numbers from JSON may be either.</summary>
    public long? AsInt() =>
        ReferenceEquals(_ref, IntTag) ? _bits
        : ReferenceEquals(_ref, FloatTag) && BitConverter.Int64BitsToDouble(_bits) is var d && Math.Abs(d) < 9e15 && d == Math.Truncate(d) ? (long)d
        : null;

    /// <summary>The number as a double; null when it is none.</summary>
    public double? AsDouble() =>
        ReferenceEquals(_ref, IntTag) ? _bits
        : ReferenceEquals(_ref, FloatTag) ? BitConverter.Int64BitsToDouble(_bits)
        : _ref is BigInteger big ? double.Parse(big.Digits, CultureInfo.InvariantCulture)
        : null;

    /// <summary>The decimal digits of an integer beyond 64 bits; null when it is none.</summary>
    public string? AsBigInt() => (_ref as BigInteger)?.Digits;

    /// <summary>The value of a key; absent when this is no map or has no such key.</summary>
    public Node this[string key] => _ref is MapNode map ? map[key] : default;

    /// <summary>The item at an index; absent when this is no list or is shorter.</summary>
    public Node this[int index] => _ref is ListNode list && (uint)index < (uint)list.Count ? list[index] : default;

    /// <summary>The value below a path of keys; absent when any is missing.</summary>
    public Node At(params ReadOnlySpan<string> path)
    {
        var node = this;
        foreach (var key in path) node = node[key];
        return node;
    }

    /// <summary>A copy that shares no map or list with this one; the copy is not frozen.</summary>
    public Node DeepClone() => _ref switch
    {
        MapNode map => map.DeepClone(),
        ListNode list => list.DeepClone(),
        _ => this,
    };

    /// <summary>Makes all maps and lists below immutable; changing one then throws.</summary>
    public void Freeze()
    {
        switch (_ref)
        {
            case MapNode map: map.Freeze(); break;
            case ListNode list: list.Freeze(); break;
            default: break;
        }
    }

    /// <summary>
    /// Deep equality as data: key order does not matter, an integer equals a double of the same value (as in JSON), text compares ordinally.
    /// </summary>
    public bool Equals(Node other)
    {
        switch (_ref)
        {
            case null: return other._ref is null;
            case string text: return other._ref is string otherText && string.Equals(text, otherText, StringComparison.Ordinal);
            case MapNode map: return other._ref is MapNode otherMap && map.DeepEquals(otherMap);
            case ListNode list: return other._ref is ListNode otherList && list.DeepEquals(otherList);
            case BigInteger big: return other._ref is BigInteger otherBig && big.Digits == otherBig.Digits;
            default:
                if (ReferenceEquals(_ref, other._ref) && !ReferenceEquals(_ref, FloatTag)) return _bits == other._bits;
                return AsDouble() is { } a && other.AsDouble() is { } b && other._ref is not BigInteger && a.Equals(b);
        }
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Node other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _ref switch
    {
        null => 0,
        string text => string.GetHashCode(text, StringComparison.Ordinal),
        MapNode map => HashCode.Combine(NodeKind.Map, map.Count),
        ListNode list => HashCode.Combine(NodeKind.List, list.Count),
        BigInteger big => big.Digits.GetHashCode(StringComparison.Ordinal),
        _ => AsDouble() is { } number ? number.GetHashCode() : HashCode.Combine(Kind, _bits),
    };

    /// <summary>Deep equality.</summary>
    public static bool operator ==(Node left, Node right) => left.Equals(right);

    /// <summary>Deep inequality.</summary>
    public static bool operator !=(Node left, Node right) => !left.Equals(right);

    /// <summary>The value as compact JSON, for messages and debugging.</summary>
    public override string ToString() => IsAbsent ? "<absent>" : Json.WriteText(this);
}
