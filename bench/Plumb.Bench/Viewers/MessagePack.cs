using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Plumb.Bench.Viewers;

/// <summary>As much of MessagePack as Blazor's connection uses: nil, booleans, integers, texts, bytes, arrays and empty maps.</summary>
internal static class MessagePack
{
    /// <summary>Writes an array of such values, with its length before it as SignalR frames it.</summary>
    public static byte[] Frame(params object?[] values)
    {
        var body = new ArrayBufferWriter<byte>();
        Write(body, values);
        var frame = new ArrayBufferWriter<byte>();
        for (var rest = (uint)body.WrittenCount; ; rest >>= 7)
        {
            frame.Write<byte>([(byte)(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest)]);
            if (rest <= 0x7f) break;
        }

        frame.Write(body.WrittenSpan);
        return frame.WrittenSpan.ToArray();
    }

    /// <summary>The frames of a message, each an array of values; bytes stay slices of the message.</summary>
    public static IEnumerable<object?[]> ReadFrames(ReadOnlyMemory<byte> message)
    {
        var at = 0;
        while (at < message.Length)
        {
            var (length, shift) = (0, 0);
            byte part;
            do
            {
                part = message.Span[at++];
                length |= (part & 0x7f) << shift;
                shift += 7;
            }
            while (part > 0x7f);
            var reader = new Reader(message.Slice(at, length));
            yield return (object?[])reader.Read()!;
            at += length;
        }
    }

    private static void Write(ArrayBufferWriter<byte> to, object? value)
    {
        switch (value)
        {
            case null: to.Write<byte>([0xc0]); break;
            case bool truth: to.Write<byte>([(byte)(truth ? 0xc3 : 0xc2)]); break;
            case int number: Number(to, 0xd2, number, 4); break;
            case long number: Number(to, 0xd3, number, 8); break;
            case string text:
                Number(to, 0xdb, Encoding.UTF8.GetByteCount(text), 4);
                Encoding.UTF8.GetBytes(text, to);
                break;
            case IDictionary<string, string>: to.Write<byte>([0x80]); break;
            case object?[] values:
                Number(to, 0xdc, values.Length, 2);
                foreach (var one in values) Write(to, one);
                break;
            default: throw new ArgumentException($"{value.GetType()} is not written");
        }
    }

    private static void Number(ArrayBufferWriter<byte> to, byte kind, long value, int bytes)
    {
        Span<byte> all = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(all, value);
        to.Write<byte>([kind]);
        to.Write<byte>(all[^bytes..]);
    }

    private sealed class Reader(ReadOnlyMemory<byte> from)
    {
        private int _at;

        public object? Read()
        {
            var kind = from.Span[_at++];
            return kind switch
            {
                <= 0x7f => (long)kind,
                >= 0xe0 => (long)(sbyte)kind,
                <= 0x8f => Map(kind & 0x0f),
                <= 0x9f => Array(kind & 0x0f),
                <= 0xbf => Text(kind & 0x1f),
                0xc0 => null,
                0xc2 => false,
                0xc3 => true,
                0xc4 or 0xc5 or 0xc6 => Take((int)Unsigned(1 << (kind - 0xc4))),
                0xcc or 0xcd or 0xce or 0xcf => Unsigned(1 << (kind - 0xcc)),
                0xd0 => (long)(sbyte)Unsigned(1),
                0xd1 => (long)(short)Unsigned(2),
                0xd2 => (long)(int)Unsigned(4),
                0xd3 => Unsigned(8),
                0xd9 or 0xda or 0xdb => Text((int)Unsigned(1 << (kind - 0xd9))),
                0xdc or 0xdd => Array((int)Unsigned(2 << (kind - 0xdc))),
                0xde or 0xdf => Map((int)Unsigned(2 << (kind - 0xde))),
                _ => throw new InvalidDataException($"0x{kind:x2} is not read"),
            };
        }

        private ReadOnlyMemory<byte> Take(int count) => from.Slice((_at += count) - count, count);

        private string Text(int bytes) => Encoding.UTF8.GetString(Take(bytes).Span);

        private long Unsigned(int bytes)
        {
            long value = 0;
            foreach (var part in Take(bytes).Span) value = (value << 8) | part;
            return value;
        }

        private object?[] Array(int count)
        {
            var values = new object?[count];
            for (var i = 0; i < count; i++) values[i] = Read();
            return values;
        }

        private object? Map(int count)
        {
            for (var i = 0; i < 2 * count; i++) Read();
            return null;
        }
    }
}
