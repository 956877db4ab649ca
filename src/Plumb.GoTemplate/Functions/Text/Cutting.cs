using System.Text;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Text;

/// <summary>Parts of strings, by bytes where Sprig goes by bytes.</summary>
internal static class Cutting
{
    /// <summary><c>trunc</c>: the first bytes, or for a negative count the last ones.</summary>
    public static string Truncate(long count, string text)
    {
        var length = GoText.ByteLength(text);
        if (count < 0 && length + count > 0) return GoText.SliceBytes(text, (int)(length + count), length);
        return count >= 0 && length > count ? GoText.SliceBytes(text, 0, (int)count) : text;
    }

    /// <summary><c>substr</c>: a negative start or end means all to that side.</summary>
    public static string Substring(long start, long end, string text)
    {
        if (start < 0) return Panics.SliceBytes(text, null, end);
        if (end < 0 || end > GoText.ByteLength(text)) return Panics.SliceBytes(text, start, null);
        return Panics.SliceBytes(text, start, end);
    }

    public static string Repeat(Execution run, long count, string text)
    {
        if (count < 0) throw new GoError("strings: negative Repeat count");
        if (text.Length == 0) return "";
        if (count > long.MaxValue / text.Length) throw new GoError("strings: Repeat output length overflow");
        run.CheckString(count * text.Length);
        return text.Length == 1 ? new string(text[0], (int)count)
            : new StringBuilder(text.Length * (int)count).Insert(0, text, (int)count).ToString();
    }

    /// <summary>Takes characters of a set off both ends.</summary>
    public static string Trim(string text, string set)
    {
        if (set.Length == 0) return text;
        if (!set.Any(char.IsSurrogate)) return text.Trim(set.ToCharArray());
        var runes = GoText.Runes(set);
        var all = GoText.Runes(text);
        var from = 0;
        var to = all.Count;
        while (from < to && runes.Contains(all[from])) from++;
        while (to > from && runes.Contains(all[to - 1])) to--;
        return string.Concat(all.GetRange(from, to - from).Select(r => GoText.OfRune(r)));
    }

    /// <summary>
    /// <c>nospace</c>. The library looks at bytes, not characters: those of a character that is not ASCII come out as Latin-1 characters,
    /// and
    /// some are taken for space, whenever there is a space to remove.
    /// </summary>
    public static string WithoutSpace(string text)
    {
        var bytes = GoText.GetBytes(text);
        if (!bytes.Any(IsSpace)) return text;
        var to = new StringBuilder(bytes.Length);
        foreach (var b in bytes)
        {
            if (!IsSpace(b)) to.Append((char)b);
        }

        return to.ToString();
    }

    internal static bool IsSpace(byte b) => b is >= 9 and <= 13 or 32 or 0x85 or 0xA0;
}
