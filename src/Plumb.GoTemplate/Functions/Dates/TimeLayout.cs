using System.Globalization;
using System.Text;

namespace Plumb.GoTemplate.Functions.Dates;

/// <summary>Go's date layouts: the reference time Mon Jan 2 15:04:05 MST 2006 written as dates are to be written.</summary>
internal static class TimeLayout
{
    internal static readonly string[] Months =
    [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ];

    internal static readonly string[] Days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    private static readonly string[] Zones =
    [
        "-070000", "-07:00:00", "-0700", "-07:00", "-07", "Z070000", "Z07:00:00", "Z0700", "Z07:00", "Z07",
    ];

    public static string Format(GoTime time, string layout)
    {
        var to = new StringBuilder(layout.Length + 16);
        while (layout.Length > 0)
        {
            var (prefix, element, rest) = Next(layout);
            to.Append(prefix);
            if (element.Length == 0) break;
            Element(to, time, element);
            layout = rest;
        }

        return to.ToString();
    }

    /// <summary>
    /// Cuts a layout at its first element: what stands before it, the element itself (empty when there is none), what follows.
    /// </summary>
    public static (string Prefix, string Element, string After) Next(string layout)
    {
        for (var i = 0; i < layout.Length; i++)
        {
            var length = ElementAt(layout, i);
            if (length == 0) continue;

            // "_2006" is an underscore and a year
            if (length == -1) return (layout[..(i + 1)], layout.Substring(i + 1, 4), layout[(i + 5)..]);
            return (layout[..i], layout.Substring(i, length), layout[(i + length)..]);
        }

        return (layout, "", "");
    }

    private static int ElementAt(string layout, int at)
    {
        var text = layout.AsSpan(at);
        switch (text[0])
        {
            case 'J':
                if (text.StartsWith("January")) return 7;
                return text.StartsWith("Jan") && !LowerFollows(text, 3) ? 3 : 0;
            case 'M':
                if (text.StartsWith("Monday")) return 6;
                if (text.StartsWith("Mon")) return LowerFollows(text, 3) ? 0 : 3;
                return text.StartsWith("MST") ? 3 : 0;
            case '0':
                if (text.Length >= 2 && text[1] is >= '1' and <= '6') return 2;
                return text.StartsWith("002") ? 3 : 0;
            case '1':
                return text.StartsWith("15") ? 2 : 1;
            case '2':
                return text.StartsWith("2006") ? 4 : 1;
            case '_':
                if (text.StartsWith("_2006")) return -1;
                return text.StartsWith("_2") ? 2 : text.StartsWith("__2") ? 3 : 0;
            case '3' or '4' or '5':
                return 1;
            case 'P':
                return text.StartsWith("PM") ? 2 : 0;
            case 'p':
                return text.StartsWith("pm") ? 2 : 0;
            case '-' or 'Z':
                foreach (var zone in Zones)
                {
                    if (text.StartsWith(zone)) return zone.Length;
                }

                return 0;
            case '.' or ',':
                if (text.Length < 2 || text[1] is not ('0' or '9')) return 0;
                var end = 1;
                while (end < text.Length && text[end] == text[1]) end++;
                return end < text.Length && char.IsAsciiDigit(text[end]) ? 0 : end;
            default:
                return 0;
        }
    }

    private static bool LowerFollows(ReadOnlySpan<char> text, int at) => at < text.Length && char.IsAsciiLetterLower(text[at]);

    private static void Element(StringBuilder to, GoTime time, string element)
    {
        var (year, month, day) = time.Date;
        _ = element switch
        {
            "2006" => Number(to, year, 4),
            "06" => Number(to, Math.Abs(year) % 100, 2),
            "January" => to.Append(Months[month - 1]),
            "Jan" => to.Append(Months[month - 1].AsSpan(0, 3)),
            "1" => Number(to, month, 0),
            "01" => Number(to, month, 2),
            "Monday" => to.Append(Days[time.Weekday]),
            "Mon" => to.Append(Days[time.Weekday].AsSpan(0, 3)),
            "2" => Number(to, day, 0),
            "_2" => to.Append(CultureInfo.InvariantCulture, $"{day,2}"),
            "02" => Number(to, day, 2),
            "__2" => to.Append(CultureInfo.InvariantCulture, $"{time.DayOfYear,3}"),
            "002" => Number(to, time.DayOfYear, 3),
            "15" => Number(to, time.Hour, 2),
            "3" => Number(to, ((time.Hour + 11) % 12) + 1, 0),
            "03" => Number(to, ((time.Hour + 11) % 12) + 1, 2),
            "4" => Number(to, time.Minute, 0),
            "04" => Number(to, time.Minute, 2),
            "5" => Number(to, time.Second, 0),
            "05" => Number(to, time.Second, 2),
            "PM" => to.Append(time.Hour >= 12 ? "PM" : "AM"),
            "pm" => to.Append(time.Hour >= 12 ? "pm" : "am"),
            "MST" => time.ZoneName.Length > 0 ? to.Append(time.ZoneName) : Offset(to, time.Offset, "-0700"),
            ['.' or ',', ..] => Fraction(to, time.Nanoseconds, element),
            _ => Offset(to, time.Offset, element),
        };
    }

    private static StringBuilder Number(StringBuilder to, long number, int width)
    {
        if (number < 0) to.Append('-');
        return to.Append(Math.Abs(number).ToString(CultureInfo.InvariantCulture).PadLeft(width, '0'));
    }

    private static StringBuilder Fraction(StringBuilder to, int nanoseconds, string element)
    {
        var digits =
            nanoseconds.ToString("D9", CultureInfo.InvariantCulture)[..Math.Min(9, element.Length - 1)].PadRight(element.Length - 1, '0');
        if (element[1] == '9')
        {
            digits = digits.TrimEnd('0');
            if (digits.Length == 0) return to;
        }

        return to.Append(element[0]).Append(digits);
    }

    private static StringBuilder Offset(StringBuilder to, int offset, string element)
    {
        if (offset == 0 && element[0] == 'Z') return to.Append('Z');
        var minutes = Math.Abs(offset / 60);
        to.Append(offset / 60 < 0 ? '-' : '+');
        Number(to, minutes / 60, 2);
        var colon = element.Contains(':');
        if (element.Length == 3) return to;
        if (colon) to.Append(':');
        Number(to, minutes % 60, 2);
        if (element.Length < 7) return to;
        if (colon) to.Append(':');
        return Number(to, Math.Abs(offset) % 60, 2);
    }
}
