using System.Globalization;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Dates;

/// <summary>Go's <c>time.Time</c>: seconds since 1970 and nanoseconds, seen in a zone.</summary>
internal sealed class GoTime(long seconds, int nanoseconds, GoZone zone, bool monotonic = false) : GoObject, Json.IGoJson
{
    /// <summary>1 January of the year 1, what a date is that could not be read.</summary>
    public static readonly GoTime Zero = new(-62135596800, 0, GoZone.Utc);

    private (int Offset, string Name)? _rules;

    public long Seconds { get; } = seconds;

    public int Nanoseconds { get; } = nanoseconds;

    public GoZone Zone { get; } = zone;

    public int Offset => Rules.Offset;

    public string ZoneName => Rules.Name;

    public override GoType Type => TimeTypes.Time;

    public override string Text =>
        TimeLayout.Format(this, "2006-01-02 15:04:05.999999999 -0700 MST") + (monotonic ? " m=+0.000000001" : "");

    /// <summary>Seconds in the zone's own count, from which its clock and calendar are read.</summary>
    public long Local => Seconds + Offset;

    public (long Year, int Month, int Day) Date =>
        Calendar.FromDays(Math.DivRem(Local, 86400) is var (days, rest) && rest < 0 ? days - 1 : days);

    public int SecondOfDay => (int)(((Local % 86400) + 86400) % 86400);

    public int Hour => SecondOfDay / 3600;

    public int Minute => SecondOfDay / 60 % 60;

    public int Second => SecondOfDay % 60;

    public int DayOfYear => Date is var (year, _, _) ? (int)(DayNumber - Calendar.ToDays(year, 1, 1)) + 1 : 0;

    public int Weekday => (int)((((DayNumber + 4) % 7) + 7) % 7);

    private long DayNumber => (Local - SecondOfDay) / 86400;

    private (int Offset, string Name) Rules => _rules ??= Zone.At(Seconds);

    public GoTime In(GoZone other) => new(Seconds, Nanoseconds, other, monotonic);

    public GoTime Add(long duration)
    {
        var (whole, rest) = Math.DivRem(duration, 1_000_000_000);
        var nanos = Nanoseconds + rest;
        if (nanos < 0)
        {
            whole--;
            nanos += 1_000_000_000;
        }
        else if (nanos >= 1_000_000_000)
        {
            whole++;
            nanos -= 1_000_000_000;
        }

        return new GoTime(Seconds + whole, (int)nanos, Zone, monotonic);
    }

    /// <summary>The duration since another time, held to what an int64 of nanoseconds can be.</summary>
    public long Since(GoTime other)
    {
        var nanos = ((Int128)(Seconds - other.Seconds) * 1_000_000_000) + (Nanoseconds - other.Nanoseconds);
        return nanos > long.MaxValue ? long.MaxValue : nanos < long.MinValue ? long.MinValue : (long)nanos;
    }

    /// <summary>Go's <c>time.Date</c>: parts out of range carry over.</summary>
    public static GoTime Of(long year, long month, long day, long hour, long minute, long second, int nanoseconds, GoZone zone)
    {
        var months = (year * 12) + month - 1;
        var days = Calendar.ToDays(Floor(months, 12), (int)(months - (Floor(months, 12) * 12)) + 1, 1) + day - 1;
        var local = (days * 86400) + (hour * 3600) + (minute * 60) + second;
        var offset = zone.At(local - zone.At(local).Offset).Offset;
        return new GoTime(local - offset, nanoseconds, zone);

        static long Floor(long number, long by) => (number / by) - (number % by < 0 ? 1 : 0);
    }

    public override bool IsEqualTo(GoObject other) =>
        other is GoTime time && time.Seconds == Seconds && time.Nanoseconds == Nanoseconds && time.Zone == Zone;

    public GoValue ToJson() => GoValue.From(TimeLayout.Format(this, "2006-01-02T15:04:05.999999999Z07:00"));

    public override string ToString() => Text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Days since 1970 in the Gregorian calendar, extended to all years.</summary>
internal static class Calendar
{
    public static long ToDays(long year, int month, int day)
    {
        // years that begin in March, in eras of 400
        var y = month <= 2 ? year - 1 : year;
        var era = (y >= 0 ? y : y - 399) / 400;
        var yearOfEra = y - (era * 400);
        var dayOfYear = (((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5) + day - 1;
        return (era * 146097) + (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear - 719468;
    }

    public static (long Year, int Month, int Day) FromDays(long days)
    {
        days += 719468;
        var era = (days >= 0 ? days : days - 146096) / 146097;
        var dayOfEra = days - (era * 146097);
        var yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36524) - (dayOfEra / 146096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var month = (int)(((5 * dayOfYear) + 2) / 153);
        var day = (int)(dayOfYear - (((153 * month) + 2) / 5)) + 1;
        month += month < 10 ? 3 : -9;
        return (yearOfEra + (era * 400) + (month <= 2 ? 1 : 0), month, day);
    }

    public static int DaysIn(long year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };
}
