using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Plumb.GoTemplate.Formatting;

/// <summary>The decimal digits of each byte and the blank behind them, four characters to be written at once.</summary>
internal static class DigitsOfByte
{
    /// <summary>How many characters behind its own a write may touch.</summary>
    public const int Slack = 2;

    private static readonly ulong[] Characters = [.. Enumerable.Range(0, 256).Select(Packed)];

    /// <summary>Writes the digits and a blank; how many characters these are. What stands behind them in the room is undefined.</summary>
    public static int Write(byte value, Span<char> to)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(MemoryMarshal.AsBytes(to), Characters[value]);
        return 2 + (value >= 10 ? 1 : 0) + (value >= 100 ? 1 : 0);
    }

    private static ulong Packed(int value)
    {
        Span<char> text = stackalloc char[4];
        value.TryFormat(text, out var length);
        text[length] = ' ';
        return MemoryMarshal.Read<ulong>(MemoryMarshal.AsBytes(text));
    }
}
