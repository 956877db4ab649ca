namespace Plumb.GoTemplate.Functions.Dates;

/// <summary>The rule for years after a zone file's last entry, such as <c>CET-1CEST,M3.5.0,M10.5.0/3</c> (POSIX TZ).</summary>
internal sealed class PosixRule
{
    private readonly (int Offset, string Name) _standard;
    private readonly (int Offset, string Name)? _summer;
    private readonly string _begin = "";
    private readonly string _end = "";

    private PosixRule((int Offset, string Name) standard, (int Offset, string Name)? summer, string begin, string end)
    {
        _standard = standard;
        _summer = summer;
        _begin = begin;
        _end = end;
    }

    public static PosixRule? Read(string text)
    {
        if (text.Length == 0) return null;
        var parts = text.Split(',');
        var at = 0;
        var name = Name(parts[0], ref at);
        var offset = -Offset(parts[0], ref at);
        if (at == parts[0].Length || parts.Length < 3) return new PosixRule((offset, name), null, "", "");
        var summerName = Name(parts[0], ref at);
        var summer = at < parts[0].Length ? -Offset(parts[0], ref at) : offset + 3600;
        return new PosixRule((offset, name), (summer, summerName), parts[1], parts[2]);
    }

    public (int Offset, string Name) At(long seconds)
    {
        if (_summer is not { } summer) return _standard;
        var local = seconds + _standard.Offset;
        var year = Calendar.FromDays((local - (((local % 86400) + 86400) % 86400)) / 86400).Year;
        var begin = Moment(_begin, year) - _standard.Offset;
        var end = Moment(_end, year) - summer.Offset;
        var isSummer = begin < end ? seconds >= begin && seconds < end : seconds >= begin || seconds < end;
        return isSummer ? summer : _standard;
    }

    private static string Name(string text, ref int at)
    {
        var from = at;
        if (at < text.Length && text[at] == '<')
        {
            at = text.IndexOf('>', at) + 1;
            return text[(from + 1)..(at - 1)];
        }

        while (at < text.Length && char.IsAsciiLetter(text[at])) at++;
        return text[from..at];
    }

    private static int Offset(string text, ref int at)
    {
        var sign = 1;
        if (at < text.Length && text[at] is '+' or '-') sign = text[at++] == '-' ? -1 : 1;
        var total = 0;
        foreach (var unit in (int[])[3600, 60, 1])
        {
            var number = 0;
            while (at < text.Length && char.IsAsciiDigit(text[at])) number = (number * 10) + text[at++] - '0';
            total += number * unit;
            if (at >= text.Length || text[at] != ':') break;
            at++;
        }

        return sign * total;
    }

    /// <summary>Seconds of the zone's own count at which a rule such as <c>M3.5.0/2</c> holds in a year.</summary>
    private static long Moment(string rule, long year)
    {
        var parts = rule.Split('/');
        var at = 0;
        var time = parts.Length > 1 ? Offset(parts[1], ref at) : 7200;
        var day = parts[0];
        if (day[0] != 'M')
        {
            var number = int.Parse(day.TrimStart('J'), System.Globalization.CultureInfo.InvariantCulture);
            var leap = Calendar.DaysIn(year, 2) == 29;
            var offset = day[0] == 'J' ? number - 1 + (leap && number > 59 ? 1 : 0) : number;
            return ((Calendar.ToDays(year, 1, 1) + offset) * 86400) + time;
        }

        var numbers = day[1..].Split('.').Select(n => int.Parse(n, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        var first = Calendar.ToDays(year, numbers[0], 1);
        var weekday = (int)((((first + 4) % 7) + 7) % 7);
        var date = 1 + ((numbers[2] - weekday + 7) % 7) + (7 * (numbers[1] - 1));
        while (date > Calendar.DaysIn(year, numbers[0])) date -= 7;
        return ((first + date - 1) * 86400) + time;
    }
}
