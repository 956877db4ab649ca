using System.Globalization;
using System.Text;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Text;

/// <summary>Strings to lists and back.</summary>
internal static class Splitting
{
    /// <summary>Go's <c>strings.SplitN</c>: all pieces for a negative count, none for 0; an empty separator parts characters.</summary>
    public static string[] Split(Execution run, string text, string separator, long count)
    {
        if (count == 0) return [];
        if (separator.Length == 0) return Explode(run, text, count);
        run.CheckElements(1 + (text.Length / separator.Length));
        return count < 0
            ? text.Split(separator)
            : text.Split(separator, (int)Math.Min(count, int.MaxValue), StringSplitOptions.None);
    }

    /// <summary>Pieces as the map that <c>split</c> gives: <c>_0</c>, <c>_1</c> and so on.</summary>
    public static GoMap Numbered(string[] pieces)
    {
        var map = new GoMap(GoType.StringMap, pieces.Length);
        for (var i = 0; i < pieces.Length; i++) map.Set("_" + i.ToString(CultureInfo.InvariantCulture), GoValue.From(pieces[i]));
        return map;
    }

    /// <summary>Go's <c>strings.ReplaceAll</c>; an empty text to replace stands between all characters.</summary>
    public static string Replace(Execution run, string text, string old, string with)
    {
        if (old.Length > 0)
        {
            if (with.Length > old.Length && text.Length > 1024) run.CheckString((long)text.Length / old.Length * with.Length);
            return text.Replace(old, with, StringComparison.Ordinal);
        }

        run.CheckString(text.Length + ((text.Length + 1L) * with.Length));
        var to = new StringBuilder(with);
        foreach (var piece in Explode(run, text, -1)) to.Append(piece).Append(with);
        return to.ToString();
    }

    /// <summary>Sprig's <c>toStrings</c>: elements as text without nil ones; what is no list is a list of one.</summary>
    public static string[] Strings(Execution run, in GoValue value)
    {
        if (value.IsNil) return [];
        if (!value.IsList) return [Casting.ToText(value, run)];
        var list = value.List;
        run.CheckElements(list.Count);
        var strings = new List<string>(list.Count);
        for (var i = 0; i < list.Count; i++)
        {
            var element = list[i];
            if (!element.IsNil) strings.Add(Casting.ToText(element, run));
        }

        return [.. strings];
    }

    public static string Join(Execution run, string separator, in GoValue value)
    {
        var strings = Strings(run, value);
        run.CheckString(strings.Sum(s => (long)s.Length) + ((long)separator.Length * strings.Length));
        return string.Join(separator, strings);
    }

    public static string[] Sorted(Execution run, in GoValue value)
    {
        if (!value.IsList) return [Casting.ToText(value, run)];
        var strings = Strings(run, value);
        Array.Sort(strings, GoText.Order);
        return strings;
    }

    private static string[] Explode(Execution run, string text, long count)
    {
        run.CheckElements(text.Length);
        var pieces = new List<string>(text.Length);
        for (var at = 0; at < text.Length;)
        {
            if (count > 0 && pieces.Count == count - 1)
            {
                pieces.Add(text[at..]);
                break;
            }

            var length = char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
            pieces.Add(text.Substring(at, length));
            at += length;
        }

        return [.. pieces];
    }
}
