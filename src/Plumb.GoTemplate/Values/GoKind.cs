namespace Plumb.GoTemplate.Values;

/// <summary>The kinds of Go's <c>reflect</c> that a template can meet. <see cref="Invalid"/> is Go's zero <c>reflect.Value</c>.</summary>
public enum GoKind : byte
{
    /// <summary>No value at all: prints <c>&lt;no value&gt;</c>.</summary>
    Invalid,

    /// <summary><c>bool</c>.</summary>
    Bool,

    /// <summary><c>int</c>, 64 bits wide as on every platform that Helm ships for.</summary>
    Int,

    /// <summary><c>int8</c>.</summary>
    Int8,

    /// <summary><c>int16</c>.</summary>
    Int16,

    /// <summary><c>int32</c>, also <c>rune</c>.</summary>
    Int32,

    /// <summary><c>int64</c>.</summary>
    Int64,

    /// <summary><c>uint</c>.</summary>
    Uint,

    /// <summary><c>uint8</c>, also <c>byte</c>.</summary>
    Uint8,

    /// <summary><c>uint16</c>.</summary>
    Uint16,

    /// <summary><c>uint32</c>.</summary>
    Uint32,

    /// <summary><c>uint64</c>.</summary>
    Uint64,

    /// <summary><c>float32</c>.</summary>
    Float32,

    /// <summary><c>float64</c>.</summary>
    Float64,

    /// <summary><c>complex128</c>.</summary>
    Complex128,

    /// <summary><c>string</c>.</summary>
    String,

    /// <summary>A map with string keys.</summary>
    Map,

    /// <summary>A slice.</summary>
    Slice,

    /// <summary>An array.</summary>
    Array,

    /// <summary>A struct.</summary>
    Struct,

    /// <summary>A pointer.</summary>
    Ptr,

    /// <summary>A function.</summary>
    Func,

    /// <summary>An interface. Of values only the nil interface has this kind: others show what they hold.</summary>
    Interface,
}
