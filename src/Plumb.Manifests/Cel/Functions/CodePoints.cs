using System.Text;

namespace Plumb.Manifests.Cel.Functions;

/// <summary>Text by code points, as CEL counts. Text without surrogates takes a shortcut.</summary>
internal static class CodePoints
{
    public static long Count(string text)
    {
        long count = text.Length;
        foreach (var c in text) count -= char.IsLowSurrogate(c) ? 1 : 0;
        return count;
    }

    /// <summary>The UTF-16 index of a code point; the length for the end; -1 beyond.</summary>
    public static int IndexOf(string text, long codePoint)
    {
        if (codePoint < 0) return -1;
        if (codePoint <= text.Length && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')) return (int)codePoint;
        var at = 0;
        while (codePoint > 0 && at < text.Length)
        {
            at += Rune.TryGetRuneAt(text, at, out var rune) ? rune.Utf16SequenceLength : 1;
            codePoint--;
        }

        return codePoint == 0 ? at : -1;
    }

    /// <summary>The code point that begins at a UTF-16 index.</summary>
    public static long At(string text, int index) => Count(text[..index]);
}
