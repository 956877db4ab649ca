namespace Plumb.GoTemplate.Functions.Text;

/// <summary>Go's <c>base64.StdEncoding</c>: line breaks are skipped, and where it stops is said.</summary>
internal static class Base64
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /// <summary>The bytes, or null with Go's message.</summary>
    public static byte[]? Decode(string text, out string error)
    {
        error = "";
        var bytes = new List<byte>(text.Length * 3 / 4);
        Span<int> digits = stackalloc int[4];
        var count = 0;
        var offsets = Offsets(text);
        var at = 0;
        while (true)
        {
            while (at < text.Length && text[at] is '\n' or '\r') at++;
            if (at == text.Length) break;
            var c = text[at++];
            if (c == '=')
            {
                if (count < 2) return Corrupt(offsets(at - 1), out error);
                while (at < text.Length && text[at] is '\n' or '\r') at++;
                if (count == 2)
                {
                    if (at == text.Length) return Corrupt(offsets(text.Length), out error);
                    if (text[at] != '=') return Corrupt(offsets(at), out error);
                    at++;
                    while (at < text.Length && text[at] is '\n' or '\r') at++;
                }

                if (at < text.Length) return Corrupt(offsets(at), out error);
                Flush(bytes, digits, count);
                return [.. bytes];
            }

            var digit = c < 0x80 ? Alphabet.IndexOf(c) : -1;
            if (digit < 0) return Corrupt(offsets(at - 1), out error);
            digits[count++] = digit;
            if (count < 4) continue;
            Flush(bytes, digits, 4);
            count = 0;
        }

        return count == 0 ? [.. bytes] : Corrupt(offsets(text.Length) - count, out error);
    }

    private static Func<int, int> Offsets(string text) => at => Values.GoText.ByteLength(text[..at]);

    private static byte[]? Corrupt(int at, out string error)
    {
        error = $"illegal base64 data at input byte {at}";
        return null;
    }

    private static void Flush(List<byte> bytes, Span<int> digits, int count)
    {
        var value = 0;
        for (var i = 0; i < 4; i++) value = (value << 6) | (i < count ? digits[i] : 0);
        for (var i = 0; i < count - 1; i++) bytes.Add((byte)(value >> (16 - (8 * i))));
    }
}
