using System.Collections.Frozen;

namespace Plumb.GoTemplate.Values;

/// <summary>
/// A Go type as far as templates see it: its name in messages and <c>%T</c>, its kind, its element, its methods. Two types are the same
/// when
/// their names are.
/// </summary>
public sealed class GoType
{
    /// <summary><c>interface {}</c>.</summary>
    public static readonly GoType Any = new(GoKind.Interface, "interface {}");

    /// <summary><c>reflect.Value</c>: a parameter of this type takes every value as it is, nil included.</summary>
    public static readonly GoType ReflectValue = new(GoKind.Struct, "reflect.Value");

    /// <summary><c>bool</c>.</summary>
    public static readonly GoType Bool = new(GoKind.Bool, "bool");

    /// <summary><c>int</c>.</summary>
    public static readonly GoType Int = new(GoKind.Int, "int");

    /// <summary><c>int8</c>.</summary>
    public static readonly GoType Int8 = new(GoKind.Int8, "int8");

    /// <summary><c>int16</c>.</summary>
    public static readonly GoType Int16 = new(GoKind.Int16, "int16");

    /// <summary><c>int32</c>.</summary>
    public static readonly GoType Int32 = new(GoKind.Int32, "int32");

    /// <summary><c>int64</c>.</summary>
    public static readonly GoType Int64 = new(GoKind.Int64, "int64");

    /// <summary><c>uint</c>.</summary>
    public static readonly GoType Uint = new(GoKind.Uint, "uint");

    /// <summary><c>uint8</c>.</summary>
    public static readonly GoType Uint8 = new(GoKind.Uint8, "uint8");

    /// <summary><c>uint16</c>.</summary>
    public static readonly GoType Uint16 = new(GoKind.Uint16, "uint16");

    /// <summary><c>uint32</c>.</summary>
    public static readonly GoType Uint32 = new(GoKind.Uint32, "uint32");

    /// <summary><c>uint64</c>.</summary>
    public static readonly GoType Uint64 = new(GoKind.Uint64, "uint64");

    /// <summary><c>float32</c>.</summary>
    public static readonly GoType Float32 = new(GoKind.Float32, "float32");

    /// <summary><c>float64</c>.</summary>
    public static readonly GoType Float64 = new(GoKind.Float64, "float64");

    /// <summary><c>complex128</c>.</summary>
    public static readonly GoType Complex128 = new(GoKind.Complex128, "complex128");

    /// <summary><c>string</c>.</summary>
    public static readonly GoType String = new(GoKind.String, "string");

    /// <summary><c>map[string]interface {}</c>: what a YAML or JSON mapping becomes.</summary>
    public static readonly GoType AnyMap = Map(Any);

    /// <summary><c>map[string]string</c>.</summary>
    public static readonly GoType StringMap = Map(String);

    /// <summary><c>[]interface {}</c>: what a YAML or JSON sequence becomes.</summary>
    public static readonly GoType AnySlice = Slice(Any);

    /// <summary><c>[]string</c>.</summary>
    public static readonly GoType StringSlice = Slice(String);

    /// <summary><c>[]int</c>.</summary>
    public static readonly GoType IntSlice = Slice(Int);

    /// <summary><c>[]uint8</c>, also <c>[]byte</c>.</summary>
    public static readonly GoType ByteSlice = Slice(Uint8);

    /// <summary><c>func()</c>, when nothing more is known.</summary>
    public static readonly GoType Func = new(GoKind.Func, "func()");

    private readonly FrozenDictionary<string, GoFunction> _methods;

    private GoType(GoKind kind, string name, GoType? element = null, GoType? underlying = null, IEnumerable<GoFunction>? methods = null)
    {
        Kind = kind;
        Name = name;
        Element = element;
        Underlying = underlying ?? this;
        _methods = methods is null ? FrozenDictionary<string, GoFunction>.Empty : methods.ToFrozenDictionary(m => m.Name);
    }

    /// <summary>The kind.</summary>
    public GoKind Kind { get; }

    /// <summary>The name as Go prints it, such as <c>map[string]interface {}</c> or <c>*chart.Metadata</c>.</summary>
    public string Name { get; }

    /// <summary>The type of elements of a map, slice or array, or what a pointer points to.</summary>
    public GoType? Element { get; }

    /// <summary>For a named type the type it is made of; otherwise the type itself.</summary>
    public GoType Underlying { get; }

    /// <summary>Whether elements are interfaces, so that reading one gives a value "in an interface".</summary>
    internal bool HoldsInterfaces => ReferenceEquals(Element, Any);

    /// <summary><c>map[string]ELEMENT</c>.</summary>
    public static GoType Map(GoType element) => new(GoKind.Map, $"map[string]{element.Name}", element);

    /// <summary><c>[]ELEMENT</c>.</summary>
    public static GoType Slice(GoType element) => new(GoKind.Slice, $"[]{element.Name}", element);

    /// <summary><c>*ELEMENT</c>, with the methods of both.</summary>
    public static GoType Pointer(GoType element, params GoFunction[] methods) =>
        new(GoKind.Ptr, $"*{element.Name}", element, null, element._methods.Values.Concat(methods));

    /// <summary>A struct, such as <c>chart.Metadata</c>.</summary>
    public static GoType Struct(string name, params GoFunction[] methods) => new(GoKind.Struct, name, null, null, methods);

    /// <summary>
    /// A named type with methods of its own, such as <c>common.Values</c> over <see cref="AnyMap"/>. A method's first parameter is its
    /// receiver.
    /// </summary>
    public static GoType Named(string name, GoType underlying, params GoFunction[] methods) =>
        new(underlying.Kind, name, underlying.Element, underlying, methods);

    /// <summary>The method of that name, or null. Its first argument is the receiver.</summary>
    public GoFunction? Method(string name) => _methods.Count == 0 ? null : _methods.GetValueOrDefault(name);

    /// <summary>Whether a value of this type can be given where <paramref name="target"/> is asked for (Go's assignability).</summary>
    public bool IsAssignableTo(GoType target)
    {
        if (ReferenceEquals(this, target) || ReferenceEquals(target, Any)) return true;
        if (Name == target.Name) return true;
        var named = !ReferenceEquals(Underlying, this);
        var targetNamed = !ReferenceEquals(target.Underlying, target);
        return named != targetNamed && Kind is GoKind.Map or GoKind.Slice && Underlying.Name == target.Underlying.Name;
    }

    /// <summary>Whether <c>nil</c> can be given where this type is asked for.</summary>
    public bool CanBeNil => ReferenceEquals(this, ReflectValue)
        || Kind is GoKind.Func or GoKind.Interface or GoKind.Map or GoKind.Ptr or GoKind.Slice;

    /// <summary>The type that a value of a basic kind has when it has no named one.</summary>
    internal static GoType OfKind(GoKind kind) => kind switch
    {
        GoKind.Bool => Bool,
        GoKind.Int => Int,
        GoKind.Int8 => Int8,
        GoKind.Int16 => Int16,
        GoKind.Int32 => Int32,
        GoKind.Int64 => Int64,
        GoKind.Uint => Uint,
        GoKind.Uint8 => Uint8,
        GoKind.Uint16 => Uint16,
        GoKind.Uint32 => Uint32,
        GoKind.Uint64 => Uint64,
        GoKind.Float32 => Float32,
        GoKind.Float64 => Float64,
        GoKind.Complex128 => Complex128,
        GoKind.String => String,
        GoKind.Func => Func,
        _ => Any,
    };

    /// <inheritdoc/>
    public override string ToString() => Name;
}
