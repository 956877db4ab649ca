using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Text;

/// <summary><c>wrap</c> and <c>wrapWith</c> as the library goutils has them: by bytes, words being what stands between spaces.</summary>
internal static class Wrapping
{
    public static string Wrap(Execution run, string text, long width, string newLine, bool breakWords)
    {
        if (text.Length == 0) return "";
        if (width < 1) width = 1;
        var bytes = GoText.GetBytes(text);
        var line = GoText.GetBytes(newLine);
        run.CheckString(bytes.Length + ((long)line.Length * bytes.Length / width));
        var to = new MemoryStream(bytes.Length + 64);
        long at = 0;
        while (bytes.Length - at > width)
        {
            if (bytes[at] == ' ')
            {
                at++;
                continue;
            }

            var space = Array.LastIndexOf(bytes, (byte)' ', (int)(at + width), (int)width + 1);
            if (space >= at)
            {
                Line(space);
                at = space + 1;
            }
            else if (breakWords)
            {
                Line(at + width);
                at += width;
            }
            else
            {
                space = Array.IndexOf(bytes, (byte)' ', (int)(at + width));
                if (space < 0)
                {
                    to.Write(bytes, (int)at, (int)(bytes.Length - at));
                    at = bytes.Length;
                }
                else
                {
                    Line(space);
                    at = space + 1;
                }
            }
        }

        to.Write(bytes, (int)at, (int)(bytes.Length - at));
        return GoText.FromBytes(to.GetBuffer().AsSpan(0, (int)to.Length));

        void Line(long end)
        {
            to.Write(bytes, (int)at, (int)(end - at));
            to.Write(line);
            run.Spend(1);
        }
    }
}
