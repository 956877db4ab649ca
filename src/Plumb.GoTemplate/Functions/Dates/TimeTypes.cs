using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Dates;

/// <summary>Go's types of the package <c>time</c>, with the methods that templates call.</summary>
internal static class TimeTypes
{
    public static readonly GoType Month = GoType.Named(
        "time.Month", GoType.Int, new GoFunction(
            "String", [GoType.Any], static (_, a) => GoValue.From(NameOf(TimeLayout.Months, a[0].Int - 1, "Month", a[0].Int))));

    public static readonly GoType Weekday = GoType.Named(
        "time.Weekday", GoType.Int,
            new GoFunction("String", [GoType.Any], static (_, a) => GoValue.From(NameOf(TimeLayout.Days, a[0].Int, "Weekday", a[0].Int))));

    public static readonly GoType Duration = GoType.Named(
        "time.Duration",
        GoType.Int64,
        new GoFunction("String", [GoType.Any], static (_, a) => GoValue.From(GoDuration.Format(a[0].Int))),
        new GoFunction("Hours", [GoType.Any], static (_, a) => GoValue.From(a[0].Int / (double)GoDuration.Hour)),
        new GoFunction("Minutes", [GoType.Any], static (_, a) => GoValue.From(a[0].Int / (double)GoDuration.Minute)),
        new GoFunction("Seconds", [GoType.Any], static (_, a) => GoValue.From(a[0].Int / (double)GoDuration.Second)),
        new GoFunction("Milliseconds", [GoType.Any], static (_, a) => GoValue.From(a[0].Int / 1_000_000)),
        new GoFunction("Microseconds", [GoType.Any], static (_, a) => GoValue.From(a[0].Int / 1000)),
        new GoFunction("Nanoseconds", [GoType.Any], static (_, a) => GoValue.From(a[0].Int)));

    // a type cannot name itself while it is made: parameters that are times are checked by the method
    public static readonly GoType Time = GoType.Struct(
        "time.Time",
        Method("Year", static t => GoValue.From((nint)t.Date.Year)),
        Method("Month", static t => GoValue.Signed(GoKind.Int, t.Date.Month, Month)),
        Method("Day", static t => GoValue.From(t.Date.Day)),
        Method("Hour", static t => GoValue.From(t.Hour)),
        Method("Minute", static t => GoValue.From(t.Minute)),
        Method("Second", static t => GoValue.From(t.Second)),
        Method("Nanosecond", static t => GoValue.From(t.Nanoseconds)),
        Method("YearDay", static t => GoValue.From(t.DayOfYear)),
        Method("Weekday", static t => GoValue.Signed(GoKind.Int, t.Weekday, Weekday)),
        Method("Unix", static t => GoValue.From(t.Seconds)),
        Method("UnixMilli", static t => GoValue.From((t.Seconds * 1000) + (t.Nanoseconds / 1_000_000))),
        Method("UnixMicro", static t => GoValue.From((t.Seconds * 1_000_000) + (t.Nanoseconds / 1000))),
        Method("UnixNano", static t => GoValue.From((t.Seconds * 1_000_000_000) + t.Nanoseconds)),
        Method("UTC", static t => GoValue.From(t.In(GoZone.Utc))),
        Method("Local", static t => GoValue.From(t.In(GoZone.Utc))),
        Method("IsZero", static t => GoValue.From(t.Seconds == GoTime.Zero.Seconds && t.Nanoseconds == 0)),
        Method("String", static t => GoValue.From(t.Text)),
        new GoFunction("Format", [GoType.Any, GoType.String], static (_, a) => GoValue.From(TimeLayout.Format(Of(a[0]), a[1].Text))),
        new GoFunction("Add", [GoType.Any, Duration], static (_, a) => GoValue.From(Of(a[0]).Add(a[1].Int))),
        new GoFunction("AddDate", [GoType.Any, GoType.Int, GoType.Int, GoType.Int], static (_, a) =>
            GoValue.From(AddDate(Of(a[0]), a[1].Int, a[2].Int, a[3].Int))),
        new GoFunction("Sub", [GoType.Any, GoType.Any], static (_, a) => GoValue.Signed(GoKind.Int64, Of(a[0]).Since(Of(a[1])), Duration)),
        new GoFunction("Before", [GoType.Any, GoType.Any], static (_, a) => GoValue.From(Of(a[0]).Since(Of(a[1])) < 0)),
        new GoFunction("After", [GoType.Any, GoType.Any], static (_, a) => GoValue.From(Of(a[0]).Since(Of(a[1])) > 0)),
        new GoFunction("Equal", [GoType.Any, GoType.Any], static (_, a) => GoValue.From(Of(a[0]).Since(Of(a[1])) == 0)),
        new GoFunction("Compare", [GoType.Any, GoType.Any], static (_, a) => GoValue.From(Math.Sign(Of(a[0]).Since(Of(a[1]))))));

    public static GoTime Of(in GoValue value) =>
        value.Kind == GoKind.Struct && value.Object is GoTime time
            ? time
            : throw new GoError($"wrong type for value; expected time.Time; got {(value.IsNil ? "interface {}" : value.Type!.Name)}");

    private static GoFunction Method(string name, Func<GoTime, GoValue> read) => new(name, [GoType.Any], (_, a) => read(Of(a[0])));

    private static GoTime AddDate(GoTime time, long years, long months, long days)
    {
        var (year, month, day) = time.Date;
        return GoTime.Of(year + years, month + months, day + days, time.Hour, time.Minute, time.Second, time.Nanoseconds, time.Zone);
    }

    private static string NameOf(string[] names, long index, string type, long number) =>
        index >= 0 && index < names.Length ? names[index] : $"%!{type}({GoFormat.Sprint(GoValue.From(number))})";
}
