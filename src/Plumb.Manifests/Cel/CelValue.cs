using Plumb.Manifests.Cel.Runtime;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Cel;

/// <summary>The type of a <see cref="CelValue"/>.</summary>
public enum CelType : byte
{
    /// <summary>Null.</summary>
    Null,

    /// <summary>Boolean.</summary>
    Bool,

    /// <summary>64-bit signed integer.</summary>
    Int,

    /// <summary>64-bit unsigned integer.</summary>
    Uint,

    /// <summary>Double.</summary>
    Double,

    /// <summary>Text.</summary>
    String,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>List.</summary>
    List,

    /// <summary>Map.</summary>
    Map,

    /// <summary>A moment from year 1 to 9999, to the nanosecond.</summary>
    Timestamp,

    /// <summary>A span in nanoseconds.</summary>
    Duration,

    /// <summary>The type of a value.</summary>
    Type,

    /// <summary>A value that may be missing.</summary>
    Optional,

    /// <summary>Kubernetes' quantity.</summary>
    Quantity,

    /// <summary>Kubernetes' URL.</summary>
    Url,

    /// <summary>Kubernetes' IP address.</summary>
    Ip,

    /// <summary>Kubernetes' address range.</summary>
    Cidr,

    /// <summary>Evaluation failed; see <see cref="CelValue.Error"/>.</summary>
    Error,
}

/// <summary>A value of CEL. A failed evaluation is a value too, as CEL's logical operators may absorb it.</summary>
public readonly struct CelValue
{
    internal CelValue(CelType type, long bits, object? reference) => (Type, Bits, Reference) = (type, bits, reference);

    /// <summary>Its type.</summary>
    public CelType Type { get; }

    internal long Bits { get; }

    internal object? Reference { get; }

    /// <summary>Null.</summary>
    public static CelValue Null => default;

    /// <summary>A boolean.</summary>
    public static CelValue Of(bool value) => new(CelType.Bool, value ? 1 : 0, null);

    /// <summary>An integer.</summary>
    public static CelValue Of(long value) => new(CelType.Int, value, null);

    /// <summary>An unsigned integer.</summary>
    public static CelValue Of(ulong value) => new(CelType.Uint, unchecked((long)value), null);

    /// <summary>A double.</summary>
    public static CelValue Of(double value) => new(CelType.Double, BitConverter.DoubleToInt64Bits(value), null);

    /// <summary>Text.</summary>
    public static CelValue Of(string value) => new(CelType.String, 0, value);

    /// <summary>Bytes; they must not be changed after.</summary>
    public static CelValue Of(byte[] value) => new(CelType.Bytes, 0, value);

    /// <summary>
    /// A document as data without a schema: maps have text keys, whole numbers are integers, other numbers doubles. Nothing is copied:
    /// the document must not change while the value is used.
    /// </summary>
    public static CelValue From(Node node) => node.Kind switch
    {
        NodeKind.Bool => Of(node.AsBool()!.Value),
        NodeKind.Int => Of(node.AsInt()!.Value),
        NodeKind.Float or NodeKind.BigInt => Of(node.AsDouble()!.Value),
        NodeKind.String => Of(node.AsString()!),
        NodeKind.List => new(CelType.List, 0, new NodeList(node.AsList()!)),
        NodeKind.Map => new(CelType.Map, 0, new NodeMap(node.AsMap()!)),
        _ => Null,
    };

    /// <summary>A failed evaluation.</summary>
    public static CelValue Fault(string message) => new(CelType.Error, 0, new CelError(message));

    internal static CelValue Fault(CelError error) => new(CelType.Error, 0, error);

    internal static CelValue Of(CelList value) => new(CelType.List, 0, value);

    internal static CelValue Of(CelMap value) => new(CelType.Map, 0, value);

    internal static CelValue Of(IReadOnlyList<CelValue> items) => new(CelType.List, 0, new ValueList(items));

    internal static CelValue Of(CelTypeName value) => new(CelType.Type, 0, value);

    internal static CelValue Span(long nanoseconds) => new(CelType.Duration, nanoseconds, null);

    /// <summary>An optional value: with the value, or without one (null).</summary>
    public static CelValue Optional(CelValue? value) => new(CelType.Optional, 0, value is { } v ? new Present(v) : null);

    /// <summary>The boolean; null when it is none.</summary>
    public bool? AsBool() => Type == CelType.Bool ? Bits != 0 : null;

    /// <summary>The integer; null when it is none.</summary>
    public long? AsInt() => Type == CelType.Int ? Bits : null;

    /// <summary>The text; null when it is none.</summary>
    public string? AsString() => Type == CelType.String ? (string)Reference! : null;

    /// <summary>Why evaluation failed; null when it did not.</summary>
    public CelError? Error => Type == CelType.Error ? (CelError)Reference! : null;

    /// <summary>Whether evaluation failed.</summary>
    public bool IsError => Type == CelType.Error;

    /// <summary>The value as an expression would write it, for messages and tests.</summary>
    public override string ToString() => CelText.Write(this);

    internal bool IsTrue => Type == CelType.Bool && Bits != 0;

    internal ulong Unsigned => unchecked((ulong)Bits);

    internal double Number => BitConverter.Int64BitsToDouble(Bits);

    internal string Text => (string)Reference!;

    internal byte[] Octets => (byte[])Reference!;

    internal CelList List => (CelList)Reference!;

    internal CelMap Map => (CelMap)Reference!;

    internal CelMoment Moment => (CelMoment)Reference!;

    /// <summary>The value inside an optional; null when it is none.</summary>
    internal CelValue? Inner => Reference is Present present ? present.Value : null;

    private sealed record Present(CelValue Value);
}
