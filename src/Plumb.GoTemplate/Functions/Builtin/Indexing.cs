using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Builtin;

/// <summary>Go's <c>index</c>, <c>slice</c> and <c>len</c>.</summary>
internal static class Indexing
{
    public static GoValue Index(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var item = arguments[0];
        if (item.IsNil) throw new GoError("index of untyped nil");
        foreach (var index in arguments[1..])
        {
            if (item.IsNil || item.IsNilPointer) throw new GoError("index of nil pointer");
            item = item.Kind switch
            {
                GoKind.Slice or GoKind.Array => Element(item.List, index),
                GoKind.String => Byte(item.Text, index),
                GoKind.Map => Entry(item.Map, index),
                _ => throw new GoError($"can't index item of type {Pointed(item)}"),
            };
        }

        return item;
    }

    public static GoValue Slice(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var item = arguments[0];
        if (item.IsNil) throw new GoError("slice of untyped nil");
        var indexes = arguments[1..];
        if (indexes.Length > 3) throw new GoError($"too many slice indexes: {indexes.Length}");
        int length;
        int capacity;
        if (item.IsString)
        {
            if (indexes.Length == 3) throw new GoError("cannot 3-index slice a string");
            length = capacity = GoText.ByteLength(item.Text);
        }
        else if (item.IsList)
        {
            (length, capacity) = (item.List.Count, item.List.Capacity);
        }
        else
        {
            throw new GoError($"can't slice item of type {item.Type}");
        }

        Span<int> at = [0, length, 0];
        for (var i = 0; i < indexes.Length; i++) at[i] = Position(indexes[i], capacity);
        if (at[0] > at[1]) throw new GoError($"invalid slice index: {at[0]} > {at[1]}");
        if (indexes.Length == 3 && at[1] > at[2]) throw new GoError($"invalid slice index: {at[1]} > {at[2]}");
        return item.IsString ? GoValue.From(GoText.SliceBytes(item.Text, at[0], at[1])) : GoValue.From(item.List.Slice(at[0], at[1]));
    }

    public static GoValue Length(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var item = arguments[0];
        if (item.IsNilPointer || item.Kind == GoKind.Interface) throw new GoError("len of nil pointer");
        return item.Kind switch
        {
            GoKind.String => GoValue.From(GoText.ByteLength(item.Text)),
            GoKind.Map => GoValue.From(item.Map.Count),
            GoKind.Slice or GoKind.Array => GoValue.From(item.List.Count),
            GoKind.Invalid => throw new GoError("reflect: call of reflect.Value.Type on zero Value"),
            _ => throw new GoError($"len of type {Pointed(item)}"),
        };
    }

    private static GoType? Pointed(in GoValue item) => item.Kind == GoKind.Ptr ? item.Type!.Element : item.Type;

    private static GoValue Element(GoList list, in GoValue index)
    {
        var at = Position(index, list.Count);
        return at < list.Count ? list.Element(at) : throw new GoError("reflect: slice index out of range");
    }

    private static GoValue Byte(string text, in GoValue index)
    {
        var length = GoText.ByteLength(text);
        var at = Position(index, length);
        if (at >= length) throw new GoError("reflect: string index out of range");
        return GoValue.Unsigned(GoKind.Uint8, length == text.Length ? text[at] : GoText.GetBytes(text)[at]);
    }

    private static GoValue Entry(GoMap map, in GoValue index)
    {
        if (index.IsNil) throw new GoError("value is nil; should be of type string");
        if (!index.IsString) throw new GoError($"value has type {index.Type}; should be string");
        return map.TryGetElement(index.Text, out var element) ? element : GoValue.Zero(map.Type.Element!);
    }

    private static int Position(in GoValue index, int capacity)
    {
        if (index.IsNil) throw new GoError("cannot index slice/array with nil");
        if (!index.IsSigned && !index.IsUnsigned) throw new GoError($"cannot index slice/array with type {index.Type}");
        var at = index.Int;
        return at < 0 || at > capacity ? throw new GoError($"index out of range: {at}") : (int)at;
    }
}
