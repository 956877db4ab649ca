using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Plumb.Sandbox.Http.Protobuf;

/// <summary>
/// Writes one message (https://protobuf.dev/programming-guides/encoding). As proto3 has it, false, zero and empty text are not written.
/// </summary>
internal sealed class ProtobufWriter
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Counted = 2;

    private readonly ArrayBufferWriter<byte> _buffer = new();

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public void Text(int field, string? text)
    {
        if (!string.IsNullOrEmpty(text)) Item(field, text);
    }

    /// <summary>One item of a repeated field, which is there even when it is empty.</summary>
    public void Item(int field, string text)
    {
        Tag(field, Counted);
        var length = Encoding.UTF8.GetByteCount(text);
        Number((ulong)length);
        _buffer.Advance(Encoding.UTF8.GetBytes(text, _buffer.GetSpan(length)));
    }

    public void Flag(int field, bool? value)
    {
        if (value != true) return;
        Tag(field, Varint);
        Number(1);
    }

    public void Whole(int field, long? value)
    {
        if (value is null or 0) return;
        Tag(field, Varint);
        Number(unchecked((ulong)value));
    }

    public void Real(int field, double? value)
    {
        if (value is null or 0) return;
        Tag(field, Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(_buffer.GetSpan(8), value.Value);
        _buffer.Advance(8);
    }

    /// <summary>A message, which is there even when nothing is in it.</summary>
    public void Message(int field, Action<ProtobufWriter> write)
    {
        var inner = new ProtobufWriter(); // its length comes before it
        write(inner);
        Tag(field, Counted);
        Number((ulong)inner.Written.Length);
        _buffer.Write(inner.Written);
    }

    private void Tag(int field, int type) => Number((ulong)((field << 3) | type));

    private void Number(ulong value)
    {
        var span = _buffer.GetSpan(10);
        var length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[length++] = (byte)value;
        _buffer.Advance(length);
    }
}
