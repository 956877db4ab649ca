using System.Numerics;
using System.Runtime.CompilerServices;

namespace Plumb.GoTemplate.Values;

/// <summary>
/// A Go value as a template holds it: Go's <c>reflect.Value</c>. Numbers and booleans are stored without boxing. It knows whether it was
/// read
/// out of an interface (an element of a <c>map[string]interface {}</c>, say), since Go's messages differ then.
/// </summary>
public readonly struct GoValue
{
    private readonly object? _object;
    private readonly long _bits;
    private readonly GoKind _kind;
    private readonly bool _inInterface;

    private GoValue(GoKind kind, object? value, long bits, bool inInterface = false)
    {
        _kind = kind;
        _object = value;
        _bits = bits;
        _inInterface = inInterface;
    }

    /// <summary>No value: Go's zero <c>reflect.Value</c>, also how nil is passed to functions.</summary>
    public static GoValue Invalid => default;

    /// <summary>A nil interface, as an element of a map or list that YAML's <c>null</c> made.</summary>
    internal static GoValue NilInterface => new(GoKind.Invalid, null, 0, true);

    /// <summary>True.</summary>
    public static GoValue True => new(GoKind.Bool, null, 1);

    /// <summary>False.</summary>
    public static GoValue False => new(GoKind.Bool, null, 0);

    /// <summary>What kind of value it is; a nil interface is <see cref="GoKind.Interface"/>.</summary>
    public GoKind Kind => _kind == GoKind.Invalid && _inInterface ? GoKind.Interface : _kind;

    /// <summary>Whether there is a value, be it a nil interface.</summary>
    public bool IsValid => _kind != GoKind.Invalid || _inInterface;

    /// <summary>Whether it is nil or no value: what Go functions see as <c>== nil</c>.</summary>
    public bool IsNil => _kind == GoKind.Invalid;

    /// <summary>Whether it was read out of an interface.</summary>
    internal bool IsInInterface => _inInterface;

    /// <summary>The type of what it holds; null for no value.</summary>
    public GoType? Type => _kind switch
    {
        GoKind.Invalid => _inInterface ? GoType.Any : null,
        GoKind.String => GoType.String,
        _ when _object is null => GoType.OfKind(_kind),
        GoKind.Map => ((GoMap)_object).Type,
        GoKind.Slice or GoKind.Array => ((GoList)_object).Type,
        _ when _object is GoType named => named,
        GoKind.Struct or GoKind.Ptr => ((GoObject)_object).Type,
        _ => GoType.OfKind(_kind),
    };

    /// <summary>The type that <c>reflect</c> reports: <c>interface {}</c> when it was read out of one.</summary>
    internal GoType? StaticType => _inInterface ? GoType.Any : Type;

    /// <summary>A string; null is the empty one.</summary>
    public static GoValue From(string? text) => new(GoKind.String, text ?? "", 0);

    /// <summary>A boolean.</summary>
    public static GoValue From(bool value) => value ? True : False;

    /// <summary>An <c>int</c>.</summary>
    public static GoValue From(nint value) => new(GoKind.Int, null, value);

    /// <summary>An <c>int64</c>.</summary>
    public static GoValue From(long value) => new(GoKind.Int64, null, value);

    /// <summary>An <c>int</c>.</summary>
    public static GoValue From(int value) => new(GoKind.Int, null, value);

    /// <summary>A <c>float64</c>.</summary>
    public static GoValue From(double value) => new(GoKind.Float64, null, BitConverter.DoubleToInt64Bits(value));

    /// <summary>A complex number.</summary>
    public static GoValue From(Complex value) => new(GoKind.Complex128, value, 0);

    /// <summary>A map.</summary>
    public static GoValue From(GoMap map) => new(GoKind.Map, map, 0);

    /// <summary>A slice, or an array when its type says so.</summary>
    public static GoValue From(GoList list) => new(list.Type.Kind, list, 0);

    /// <summary>A struct or pointer.</summary>
    public static GoValue From(GoObject value) => new(value.Type.Kind, value, 0);

    /// <summary>A function as a value, for <c>call</c>.</summary>
    public static GoValue From(GoFunction function) => new(GoKind.Func, function, 0);

    /// <summary>A signed integer of the given kind, of a named type when one is given.</summary>
    public static GoValue Signed(GoKind kind, long value, GoType? named = null) => new(kind, named, value);

    /// <summary>An unsigned integer of the given kind.</summary>
    public static GoValue Unsigned(GoKind kind, ulong value) => new(kind, null, (long)value);

    /// <summary>A nil pointer of a type.</summary>
    public static GoValue NilPointer(GoType pointer) => new(GoKind.Ptr, pointer, 0);

    /// <summary>The same value, read out of an interface.</summary>
    internal GoValue InInterface() => new(_kind, _object, _bits, true);

    /// <summary>
    /// The same value, having forgotten that it was read out of an interface: what <c>reflect.ValueOf(v.Interface())</c> gives.
    /// </summary>
    internal GoValue WithoutInterface() => _inInterface ? new(_kind, _object, _bits) : this;

    /// <summary>Whether it is a string.</summary>
    public bool IsString => _kind == GoKind.String;

    /// <summary>Whether it is a signed integer.</summary>
    public bool IsSigned => _kind is >= GoKind.Int and <= GoKind.Int64;

    /// <summary>Whether it is an unsigned integer.</summary>
    public bool IsUnsigned => _kind is >= GoKind.Uint and <= GoKind.Uint64;

    /// <summary>Whether it is a floating-point number.</summary>
    public bool IsFloat => _kind is GoKind.Float32 or GoKind.Float64;

    /// <summary>Whether it is a nil pointer.</summary>
    public bool IsNilPointer => _kind == GoKind.Ptr && _object is GoType;

    /// <summary>Whether it is a slice or array.</summary>
    public bool IsList => _kind is GoKind.Slice or GoKind.Array;

    /// <summary>The string. Only for kind <see cref="GoKind.String"/>.</summary>
    public string Text => Unsafe.As<string>(_object!);

    /// <summary>The boolean. Only for kind <see cref="GoKind.Bool"/>.</summary>
    public bool Bool => _bits != 0;

    /// <summary>The signed integer. Only for signed kinds.</summary>
    public long Int => _bits;

    /// <summary>The unsigned integer. Only for unsigned kinds.</summary>
    public ulong Uint => (ulong)_bits;

    /// <summary>The number. Only for floating-point kinds.</summary>
    public double Float => BitConverter.Int64BitsToDouble(_bits);

    /// <summary>The complex number. Only for kind <see cref="GoKind.Complex128"/>.</summary>
    public Complex Complex => (Complex)_object!;

    /// <summary>The map. Only for kind <see cref="GoKind.Map"/>.</summary>
    public GoMap Map => (GoMap)_object!;

    /// <summary>The list. Only for slices and arrays.</summary>
    public GoList List => (GoList)_object!;

    /// <summary>The object. Only for structs and pointers that are not nil.</summary>
    public GoObject Object => (GoObject)_object!;

    /// <summary>The function. Only for kind <see cref="GoKind.Func"/>.</summary>
    public GoFunction Function => (GoFunction)_object!;

    /// <summary>
    /// Go's truth (<c>text/template.IsTrue</c>): false for nil, false, zero, and whatever is empty; structs are always true.
    /// </summary>
    public bool IsTrue => _kind switch
    {
        GoKind.Invalid => false,
        GoKind.Bool => _bits != 0,
        GoKind.String => Text.Length > 0,
        GoKind.Map => !Map.IsEmpty,
        GoKind.Slice or GoKind.Array => List.Count > 0,
        GoKind.Struct or GoKind.Func => true,
        GoKind.Ptr => _object is not GoType,
        GoKind.Float32 or GoKind.Float64 => Float != 0,
        GoKind.Complex128 => Complex != Complex.Zero,
        _ => _bits != 0,
    };

    /// <summary>The zero value of a type, as <c>reflect.Zero</c> gives it.</summary>
    internal static GoValue Zero(GoType type) => type.Kind switch
    {
        GoKind.Interface => NilInterface,
        GoKind.String => From(""),
        GoKind.Map => From(GoMap.Nil(type)),
        GoKind.Slice or GoKind.Array => From(GoList.Nil(type)),
        GoKind.Ptr => NilPointer(type),
        GoKind.Struct => default,
        GoKind.Complex128 => From(Complex.Zero),
        var kind => new(kind, ReferenceEquals(type.Underlying, type) ? null : type, 0),
    };

    /// <summary>The value as Go's <c>%v</c> prints it.</summary>
    public override string ToString() => Formatting.GoFormat.Sprint(this);
}
