using System.Text;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Text;

/// <summary>Go's <c>base32.StdEncoding</c>.</summary>
internal static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static string Encode(byte[] bytes)
    {
        var to = new StringBuilder(((bytes.Length + 4) / 5) * 8);
        for (var at = 0; at < bytes.Length; at += 5)
        {
            var count = Math.Min(5, bytes.Length - at);
            ulong value = 0;
            for (var i = 0; i < 5; i++) value = (value << 8) | (i < count ? bytes[at + i] : 0UL);
            var used = ((count * 8) + 4) / 5;
            for (var i = 0; i < 8; i++) to.Append(i < used ? Alphabet[(int)(value >> (35 - (5 * i))) & 31] : '=');
        }

        return to.ToString();
    }

    /// <summary>The text, or Go's message when it is not encoded so.</summary>
    public static string Decode(string encoded)
    {
        var text = encoded.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
        var bytes = new List<byte>(text.Length * 5 / 8);
        Span<int> digits = stackalloc int[8];
        var at = 0;
        var ended = false;
        while (at < text.Length && !ended)
        {
            digits.Clear();
            var count = 8;
            for (var i = 0; i < 8; i++)
            {
                if (at == text.Length) return Corrupt(text.Length - i);
                var c = text[at++];
                if (c == '=' && i >= 2 && text.Length - at < 8)
                {
                    if (text.Length - at + i < 7) return Corrupt(text.Length);
                    for (var k = 0; k < 7 - i; k++)
                    {
                        if (text[at + k] != '=') return Corrupt(at + k - 1);
                    }

                    count = i;
                    ended = true;
                    if (count is 1 or 3 or 6) return Corrupt(at - 1);
                    break;
                }

                digits[i] = Alphabet.IndexOf(c);
                if (digits[i] < 0) return Corrupt(at - 1);
            }

            ulong value = 0;
            for (var i = 0; i < 8; i++) value = (value << 5) | (i < count ? (uint)digits[i] : 0UL);
            for (var i = 0; i < count * 5 / 8; i++) bytes.Add((byte)(value >> (32 - (8 * i))));
        }

        return GoText.FromBytes(bytes.ToArray());

        static string Corrupt(int at) => $"illegal base32 data at input byte {at}";
    }
}
