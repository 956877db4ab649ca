namespace Plumb.GoTemplate.Values;

/// <summary>A Go slice or array. Nothing in a template changes an element, so that views may share storage.</summary>
public abstract class GoList
{
    /// <summary>Makes the list's base.</summary>
    protected GoList(GoType type) => Type = type;

    /// <summary>The list's type, <c>[]interface {}</c> for one from YAML.</summary>
    public GoType Type { get; }

    /// <summary>How many elements there are.</summary>
    public abstract int Count { get; }

    /// <summary>Whether this is a nil slice.</summary>
    public virtual bool IsNil => false;

    /// <summary>An element, without saying that it is in an interface.</summary>
    public abstract GoValue this[int index] { get; }

    /// <summary>An <c>[]interface {}</c> of these values. The array is taken over.</summary>
    public static GoList Of(params GoValue[] values) => new GoValueList(GoType.AnySlice, values, 0, values.Length);

    /// <summary>A list of the given type. The array is taken over.</summary>
    public static GoList Of(GoType type, GoValue[] values) => new GoValueList(type, values, 0, values.Length);

    /// <summary>An <c>[]interface {}</c> of the first values of an array, which is taken over.</summary>
    public static GoList Of(GoValue[] values, int count) => new GoValueList(GoType.AnySlice, values, 0, count);

    /// <summary>A <c>[]string</c>. The array is taken over.</summary>
    public static GoList Of(params string[] values) => new GoStringList(values, 0, values.Length);

    /// <summary>A <c>[]byte</c>. The memory is taken over.</summary>
    public static GoList Of(ReadOnlyMemory<byte> bytes) => new GoByteList(bytes);

    /// <summary>The nil slice of a type.</summary>
    public static GoList Nil(GoType type) => new GoValueList(type, null, 0, 0);

    /// <summary>Elements from one index up to another, sharing storage.</summary>
    public abstract GoList Slice(int from, int to);

    /// <summary>How far a slice expression may reach past the end.</summary>
    public virtual int Capacity => Count;

    /// <summary>The element as <c>reflect</c> gives it: in an interface when the list holds interfaces.</summary>
    internal GoValue Element(int index) => Type.HoldsInterfaces ? this[index].InInterface() : this[index];

    /// <summary>The elements in an array of their own.</summary>
    public GoValue[] ToArray()
    {
        var values = new GoValue[Count];
        for (var i = 0; i < values.Length; i++) values[i] = this[i];
        return values;
    }

    /// <summary>The elements of a list of bytes.</summary>
    public virtual byte[] ToBytes()
    {
        var bytes = new byte[Count];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)this[i].Uint;
        return bytes;
    }

    /// <summary>The elements of a list of bytes as text, those that are not UTF-8 kept (<see cref="GoText"/>).</summary>
    public virtual string ToText() => GoText.FromBytes(ToBytes());
}

/// <summary>A list of values.</summary>
internal sealed class GoValueList(GoType type, GoValue[]? values, int offset, int count) : GoList(type)
{
    public override int Count => count;

    public override bool IsNil => values is null;

    public override GoValue this[int index] => values![offset + index];

    public override int Capacity => values is null ? 0 : values.Length - offset;

    public override GoList Slice(int from, int to) => new GoValueList(Type, values, offset + from, to - from);
}

/// <summary>A <c>[]string</c>.</summary>
internal sealed class GoStringList(string[] values, int offset, int count) : GoList(GoType.StringSlice)
{
    public override int Count => count;

    public override GoValue this[int index] => GoValue.From(values[offset + index]);

    public override int Capacity => values.Length - offset;

    public override GoList Slice(int from, int to) => new GoStringList(values, offset + from, to - from);
}

/// <summary>A <c>[]byte</c>.</summary>
internal sealed class GoByteList(ReadOnlyMemory<byte> bytes) : GoList(GoType.ByteSlice)
{
    private string? _text;

    public override int Count => bytes.Length;

    public ReadOnlySpan<byte> Span => bytes.Span;

    public override GoValue this[int index] => GoValue.Unsigned(GoKind.Uint8, bytes.Span[index]);

    public override GoList Slice(int from, int to) => new GoByteList(bytes[from..to]);

    public override byte[] ToBytes() => bytes.ToArray();

    // a chart's file is asked for again and again
    public override string ToText() => _text ??= GoText.FromBytes(Span);
}

/// <summary>The <c>[]int</c> that <c>until</c> and <c>untilStep</c> give, without storing it.</summary>
internal sealed class GoIntRange(long first, long step, int count) : GoList(GoType.IntSlice)
{
    public override int Count => count;

    public override GoValue this[int index] => GoValue.From((nint)(first + (step * index)));

    public override GoList Slice(int from, int to) => new GoIntRange(first + (step * from), step, to - from);
}
