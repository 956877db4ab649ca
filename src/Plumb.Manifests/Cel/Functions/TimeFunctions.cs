using System.Globalization;
using Plumb.Manifests.Cel.Runtime;
using static Plumb.Manifests.Cel.Functions.CelFunctions;

namespace Plumb.Manifests.Cel.Functions;

/// <summary>Parts of timestamps, in UTC or the zone given, and durations in units.</summary>
internal static class TimeFunctions
{
    private const long Millisecond = 1_000_000;
    private const long Second = 1_000_000_000;

    public static IEnumerable<CelFunctionEntry> Entries =>
    [
        Part("getFullYear", static t => t.Year), Part("getMonth", static t => t.Month - 1), Part("getDayOfYear", static t => t.DayOfYear - 1),
        Part("getDayOfMonth", static t => t.Day - 1), Part("getDate", static t => t.Day), Part("getDayOfWeek", static t => (int)t.DayOfWeek),
        Part("getHours", static t => t.Hour, 3600 * Second), Part("getMinutes", static t => t.Minute, 60 * Second),
        Part("getSeconds", static t => t.Second, Second), Part("getMilliseconds", static t => t.Millisecond, Millisecond),
    ];

    /// <param name="name">The function.</param>
    /// <param name="part">The part of a moment.</param>
    /// <param name="unit">For durations: the whole of it in this unit; for milliseconds the part below a second. 0: no durations.</param>
    private static CelFunctionEntry Part(string name, Func<DateTime, long> part, long unit = 0) => Member(name, (a, _) =>
    {
        if (unit > 0 && a.Are(CelType.Duration)) return CelValue.Of(unit == Millisecond ? a[0].Bits % Second / Millisecond : a[0].Bits / unit);
        if (a.Are(CelType.Timestamp)) return CelValue.Of(part(a[0].Moment.Utc));
        if (!a.Are(CelType.Timestamp, CelType.String)) return null;
        return Offset(a[1].Text, a[0].Moment.Utc) is { } offset
            ? Shift(a[0].Moment.Utc, offset) is { } local ? CelValue.Of(part(local)) : CelValue.Fault("timestamp overflow")
            : CelValue.Fault($"unknown time zone {a[1].Text}");
    });

    private static DateTime? Shift(DateTime time, TimeSpan offset)
    {
        var ticks = time.Ticks + offset.Ticks;
        return ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks ? null : new DateTime(ticks);
    }

    private static TimeSpan? Offset(string zone, DateTime at)
    {
        if (zone.Contains(':'))
        {
            var negative = zone.StartsWith('-');
            var digits = zone.TrimStart('+', '-').Split(':');
            return digits.Length == 2
                && int.TryParse(digits[0], NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours < 24
                && int.TryParse(digits[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) && minutes < 60
                    ? new TimeSpan(hours, minutes, 0) * (negative ? -1 : 1)
                    : null;
        }

        if (zone is "" or "UTC") return TimeSpan.Zero;
        return TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found.GetUtcOffset(at) : null;
    }
}
