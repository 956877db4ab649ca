using System.Text;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Text;

/// <summary><c>abbrev</c>, <c>abbrevboth</c> and <c>initials</c> as the library goutils has them: by bytes.</summary>
internal static class Abbreviating
{
    public static string Abbrev(long width, string text) => width < 4 ? text : Full(text, 0, width);

    public static string AbbrevBoth(long left, long right, string text) =>
        right < 4 || (left > 0 && right < 7) ? text : Full(text, left, right);

    public static string Initials(string text)
    {
        var to = new StringBuilder();
        var gap = true;
        foreach (var b in GoText.GetBytes(text))
        {
            if (Cutting.IsSpace(b))
            {
                gap = true;
            }
            else if (gap)
            {
                to.Append((char)b);
                gap = false;
            }
        }

        return to.ToString();
    }

    private static string Full(string text, long offset, long width)
    {
        const string Marker = "...";
        long length = GoText.ByteLength(text);
        if (length == 0 || width < 4) return "";
        if (length <= width) return text;
        if (offset > length) offset = length;
        if (length - offset < width - 3) offset = length - (width - 3);
        if (offset <= 4) return GoText.SliceBytes(text, 0, (int)width - 3) + Marker;
        if (width < 7) return "";
        if (offset + width - 3 < length) return Marker + Full(GoText.SliceBytes(text, (int)offset, (int)length), 0, width - 3);
        return Marker + GoText.SliceBytes(text, (int)(length - (width - 3)), (int)length);
    }
}
