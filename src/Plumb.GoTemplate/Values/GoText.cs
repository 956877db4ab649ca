using System.Buffers;
using System.Text;

namespace Plumb.GoTemplate.Values;

/// <summary>
/// Go's strings are bytes, .NET's are UTF-16. Text is kept as a .NET string; a byte that is no valid UTF-8 is kept as a lone surrogate
/// U+DC80 to U+DCFF, so that no byte is lost when a string is cut in the middle of a character.
/// </summary>
public static class GoText
{
    /// <summary>Orders strings by their UTF-8 bytes, as Go does.</summary>
    public static readonly IComparer<string> Order = Comparer<string>.Create(Compare);

    private const char FirstRaw = '\uDC80';

    /// <summary>Compares by UTF-8 bytes.</summary>
    public static int Compare(string? left, string? right)
    {
        var at = left.AsSpan().CommonPrefixLength(right);
        var a = left is not null && at < left.Length ? left[at] : -1;
        var b = right is not null && at < right.Length ? right[at] : -1;
        if (a == b) return 0;
        if (a >= 0xD800 && b >= 0xD800) return string.CompareOrdinal(Fixed(left!, at), Fixed(right!, at));
        return a < b ? -1 : 1;

        // surrogate pairs stand for code points above all of U+E000 to U+FFFF
        static string Fixed(string text, int at)
        {
            if (char.IsLowSurrogate(text[at]) && at > 0 && char.IsHighSurrogate(text[at - 1])) return "\uFFFF" + text[at];
            return char.IsSurrogate(text[at]) ? "\uFFFF" + text[at..] : text[at..];
        }
    }

    /// <summary>How many bytes the string has in Go.</summary>
    public static int ByteLength(string text)
    {
        if (Ascii.IsValid(text)) return text.Length;
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c < 0x80 || IsRaw(text, i)) length++;
            else if (c < 0x800) length += 2;
            else if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                length += 4;
                i++;
            }
            else length += 3;
        }

        return length;
    }

    /// <summary>The string's bytes.</summary>
    public static byte[] GetBytes(string text)
    {
        if (Ascii.IsValid(text)) return Encoding.ASCII.GetBytes(text);
        var bytes = new byte[ByteLength(text)];
        var at = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (IsRaw(text, i))
            {
                bytes[at++] = (byte)(text[i] - 0xDC00);
                continue;
            }

            Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var used);
            at += rune.EncodeToUtf8(bytes.AsSpan(at));
            i += used - 1;
        }

        return bytes;
    }

    /// <summary>A string of these bytes, invalid ones kept.</summary>
    public static string FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (Ascii.IsValid(bytes)) return Encoding.ASCII.GetString(bytes);
        var text = new StringBuilder(bytes.Length);
        while (bytes.Length > 0)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var used) == OperationStatus.Done)
            {
                if (rune.IsBmp) text.Append((char)rune.Value);
                else text.Append(rune.ToString());
                bytes = bytes[used..];
                continue;
            }

            text.Append((char)(0xDC00 + bytes[0]));
            bytes = bytes[1..];
        }

        return text.ToString();
    }

    /// <summary>The bytes from one index up to another.</summary>
    public static string SliceBytes(string text, int from, int to) =>
        Ascii.IsValid(text) ? text[from..to] : FromBytes(GetBytes(text).AsSpan(from, to - from));

    /// <summary>The code points, an invalid byte being U+FFFD as in Go's <c>range</c> over a string.</summary>
    public static List<int> Runes(string text)
    {
        var runes = new List<int>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var used);
            runes.Add(rune.Value);
            i += used - 1;
        }

        return runes;
    }

    /// <summary>How many code points the string has.</summary>
    public static int RuneCount(ReadOnlySpan<char> text)
    {
        var count = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsLowSurrogate(text[i]) && char.IsHighSurrogate(text[i - 1])) count--;
        }

        return count;
    }

    /// <summary>Whether the character at an index stands for an invalid byte.</summary>
    internal static bool IsRaw(string text, int index) =>
        text[index] is >= FirstRaw and <= '\uDCFF' && (index == 0 || !char.IsHighSurrogate(text[index - 1]));

    /// <summary>A code point as text; what is no code point is U+FFFD.</summary>
    internal static string OfRune(long rune) =>
        rune is >= 0 and <= int.MaxValue && Rune.IsValid((int)rune) ? new Rune((int)rune).ToString() : "\uFFFD";
}
