using System.Globalization;
using System.Text;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Builtin;

/// <summary>Go's <c>html</c>, <c>js</c> and <c>urlquery</c>.</summary>
internal static class Escaping
{
    /// <summary>The arguments as one text. Unlike <c>print</c> an absent value is <c>&lt;no value&gt;</c>.</summary>
    public static string Text(ReadOnlySpan<GoValue> arguments, Execution run)
    {
        var values = arguments.ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i].IsNil) values[i] = GoValue.From("<no value>");
        }

        return GoFormat.Sprint(values, run);
    }

    public static string Html(string text)
    {
        if (text.AsSpan().IndexOfAny("'\"&<>\0") < 0) return text;
        var to = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\0' => to.Append('\uFFFD'),
                '"' => to.Append("&#34;"),
                '\'' => to.Append("&#39;"),
                '&' => to.Append("&amp;"),
                '<' => to.Append("&lt;"),
                '>' => to.Append("&gt;"),
                _ => to.Append(c),
            };
        }

        return to.ToString();
    }

    public static string Js(string text)
    {
        var to = new StringBuilder(text.Length + 16);
        foreach (var rune in GoText.Runes(text))
        {
            _ = rune switch
            {
                '\\' => to.Append("\\\\"),
                '\'' => to.Append("\\'"),
                '"' => to.Append("\\\""),
                '<' => to.Append("\\u003C"),
                '>' => to.Append("\\u003E"),
                '&' => to.Append("\\u0026"),
                '=' => to.Append("\\u003D"),
                < ' ' => to.Append(CultureInfo.InvariantCulture, $"\\u00{rune:X2}"),
                >= 0x80 when !GoQuote.IsPrint(rune) => to.Append(CultureInfo.InvariantCulture, $"\\u{rune:X4}"),
                _ => to.Append(GoText.OfRune(rune)),
            };
        }

        return to.ToString();
    }

    public static string Query(string text) => Escape(text, plus: true, "-_.~");

    /// <summary>Percent-encodes all but letters, digits and the characters given.</summary>
    public static string Escape(string text, bool plus, string keep)
    {
        var to = new StringBuilder(text.Length + 16);
        foreach (var b in GoText.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || keep.Contains((char)b)) to.Append((char)b);
            else if (b == ' ' && plus) to.Append('+');
            else to.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return to.ToString();
    }
}
