using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Plumb.Sandbox.Kinds;

/// <summary>
/// A schedule of five fields (minute, hour, day of month, month, day of week) as crontab has them, or one of the <c>@</c> words.
/// A day matches when day of month and day of week match, or either of them when both are restricted.
/// </summary>
internal sealed class CronSchedule
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private ulong _minutes;
    private ulong _hours;
    private ulong _daysOfMonth;
    private ulong _months;
    private ulong _daysOfWeek;
    private bool _anyDayOfMonth;
    private bool _anyDayOfWeek;
    private TimeSpan _every;

    private CronSchedule()
    {
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out CronSchedule? schedule, out string problem)
    {
        schedule = null;
        problem = "";
        try
        {
            schedule = Parse(text.Trim());
            return true;
        }
        catch (FormatException e)
        {
            problem = e.Message;
            return false;
        }
    }

    /// <summary>The first time after <paramref name="time"/>, in its offset; null when none comes within five years.</summary>
    public DateTimeOffset? Next(DateTimeOffset time)
    {
        if (_every > TimeSpan.Zero) return time + _every;
        var next = new DateTimeOffset(time.Year, time.Month, time.Day, time.Hour, time.Minute, 0, time.Offset).AddMinutes(1);
        var limit = time.AddYears(5);
        while (next <= limit)
        {
            if (!Has(_months, next.Month))
            {
                next = new DateTimeOffset(next.Year, next.Month, 1, 0, 0, 0, next.Offset).AddMonths(1);
            }
            else if (!DayMatches(next))
            {
                next = new DateTimeOffset(next.Year, next.Month, next.Day, 0, 0, 0, next.Offset).AddDays(1);
            }
            else if (!Has(_hours, next.Hour))
            {
                next = new DateTimeOffset(next.Year, next.Month, next.Day, next.Hour, 0, 0, next.Offset).AddHours(1);
            }
            else if (!Has(_minutes, next.Minute))
            {
                next = next.AddMinutes(1);
            }
            else
            {
                return next;
            }
        }

        return null;
    }

    private static CronSchedule Parse(string text)
    {
        if (text.StartsWith("@every ", StringComparison.Ordinal)) return new CronSchedule { _every = ParseDuration(text[7..].Trim()) };
        text = text switch
        {
            "@yearly" or "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" or "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            _ => text,
        };
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5)
        {
            throw new FormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"expected exactly 5 fields, found {fields.Length}: [{string.Join(' ', fields)}]"));
        }

        return new CronSchedule
        {
            _minutes = ParseField(fields[0], 0, 59, []),
            _hours = ParseField(fields[1], 0, 23, []),
            _daysOfMonth = ParseField(fields[2], 1, 31, []),
            _months = ParseField(fields[3], 1, 12, Months),
            _daysOfWeek = ParseField(fields[4], 0, 6, Days),
            _anyDayOfMonth = fields[2][0] is '*' or '?',
            _anyDayOfWeek = fields[4][0] is '*' or '?',
        };
    }

    private static ulong ParseField(string field, int min, int max, string[] names)
    {
        var bits = 0UL;
        foreach (var part in field.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var slash = part.Split('/');
            var step = slash.Length == 2 ? ParseNumber(slash[1], []) : 1;
            if (slash.Length > 2) throw new FormatException("too many slashes: " + part);
            if (step == 0) throw new FormatException("step of range should be a positive number: " + part);
            var ends = slash[0].Split('-');
            if (ends.Length > 2) throw new FormatException("too many hyphens: " + part);
            var any = ends[0] is "*" or "?";
            var from = any ? min : ParseNumber(ends[0], names) + (names.Length == 12 && !char.IsAsciiDigit(ends[0][0]) ? 1 : 0);
            var to = any || (ends.Length == 1 && slash.Length == 2) ? max
                : ends.Length == 1 ? from
                : ParseNumber(ends[1], names) + (names.Length == 12 && !char.IsAsciiDigit(ends[1][0]) ? 1 : 0);
            if (from < min) throw Range($"beginning of range ({from}) below minimum ({min}): {part}");
            // Day 7 is accepted by crontab, not by Kubernetes.
            if (to > max) throw Range($"end of range ({to}) above maximum ({max}): {part}");
            if (from > to) throw Range($"beginning of range ({from}) beyond end of range ({to}): {part}");
            for (var i = from; i <= to; i += step) bits |= 1UL << i;
        }

        return bits;
    }

    private static FormatException Range(FormattableString text) => new(FormattableString.Invariant(text));

    private static int ParseNumber(string text, string[] names)
    {
        var named = Array.FindIndex(names, n => string.Equals(n, text, StringComparison.OrdinalIgnoreCase));
        if (named >= 0) return named;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"failed to parse int from {text}: strconv.Atoi: parsing \"{text}\": invalid syntax");
    }

    private static TimeSpan ParseDuration(string text)
    {
        var total = TimeSpan.Zero;
        var digits = "";
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                digits += c;
                continue;
            }

            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) break;
            total += c switch
            {
                'h' => TimeSpan.FromHours(number),
                'm' => TimeSpan.FromMinutes(number),
                's' => TimeSpan.FromSeconds(number),
                _ => throw new FormatException("failed to parse duration @every " + text),
            };
            digits = "";
        }

        return total >= TimeSpan.FromSeconds(1) && digits.Length == 0 ? total : throw new FormatException("failed to parse duration @every " + text);
    }

    private bool DayMatches(DateTimeOffset time)
    {
        var month = Has(_daysOfMonth, time.Day);
        var week = Has(_daysOfWeek, (int)time.DayOfWeek);
        return _anyDayOfMonth || _anyDayOfWeek ? month && week : month || week;
    }

    private static bool Has(ulong bits, int value) => (bits & (1UL << value)) != 0;
}
