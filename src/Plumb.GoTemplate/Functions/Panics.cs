using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions;

/// <summary>The words of Go's run-time panics, which reach a template as the error of the call.</summary>
internal static class Panics
{
    public static GoError NilDereference() => new("runtime error: invalid memory address or nil pointer dereference");

    public static GoError NegativeLength() => new("runtime error: makeslice: len out of range");

    public static GoError DivideByZero() => new("runtime error: integer divide by zero");

    public static GoError NotConverted(in GoValue value, string target) =>
        new($"interface conversion: interface {{}} is {(value.IsNil ? "nil" : value.Type!.Name)}, not {target}");

    /// <summary>What <c>text[from:to]</c> gives, by bytes.</summary>
    public static string SliceBytes(string text, long? from, long? to)
    {
        var length = GoText.ByteLength(text);
        if (to is { } end)
        {
            if (end < 0) throw new GoError($"runtime error: slice bounds out of range [:{end}]");
            if (end > length) throw new GoError($"runtime error: slice bounds out of range [:{end}] with length {length}");
        }

        var last = to ?? length;
        if (from is { } start)
        {
            if (start < 0) throw new GoError($"runtime error: slice bounds out of range [{start}:]");
            if (start > last) throw new GoError($"runtime error: slice bounds out of range [{start}:{last}]");
        }

        return GoText.SliceBytes(text, (int)(from ?? 0), (int)last);
    }
}
