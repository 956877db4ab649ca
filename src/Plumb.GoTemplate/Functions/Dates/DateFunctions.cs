using System.Globalization;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;
using static Plumb.GoTemplate.Values.GoType;

namespace Plumb.GoTemplate.Functions.Dates;

/// <summary>Sprig's functions over dates (<c>date.go</c>). The clock is the run's; "Local" is UTC.</summary>
internal static class DateFunctions
{
    public static IEnumerable<GoFunction> All =>
    [
        new("now", [], static (run, _) => GoValue.From(Now(run, monotonic: true))),
        new("ago", [Any], static (run, a) =>
            GoValue.From(GoDuration.Format(GoDuration.Round(Now(run).Since(ToTime(run, a[0], int32: false)), GoDuration.Second)))),
        new("date", [GoType.String, Any], static (run, a) => InZone(run, a[0].Text, a[1], "Local")),
        .. Both("date_in_zone", "dateInZone", [GoType.String, Any, GoType.String], static (run, a) =>
            InZone(run, a[0].Text, a[1], a[2].Text)),
        .. Both("date_modify", "dateModify", [GoType.String, TimeTypes.Time], static (_, a) => Modify(a, must: false)),
        .. Both("must_date_modify", "mustDateModify", [GoType.String, TimeTypes.Time], static (_, a) => Modify(a, must: true)),
        new("htmlDate", [Any], static (run, a) => InZone(run, "2006-01-02", a[0], "Local")),
        new("htmlDateInZone", [Any, GoType.String], static (run, a) => InZone(run, "2006-01-02", a[0], a[1].Text)),
        new("toDate", [GoType.String, GoType.String], static (_, a) =>
        {
            try
            {
                return GoValue.From(TimeParser.Parse(a[0].Text, a[1].Text, GoZone.Utc));
            }
            catch (GoError)
            {
                return GoValue.From(GoTime.Zero);
            }
        }),
        new("mustToDate", [GoType.String, GoType.String], static (_, a) =>
            GoValue.From(TimeParser.Parse(a[0].Text, a[1].Text, GoZone.Utc))),
        new("unixEpoch", [TimeTypes.Time], static (_, a) =>
            GoValue.From(TimeTypes.Of(a[0]).Seconds.ToString(CultureInfo.InvariantCulture))),
        new("duration", [Any], static (_, a) => GoValue.From(GoDuration.Format(unchecked(Seconds(a[0]) * GoDuration.Second)))),
        new("durationRound", [Any], DurationRound),
    ];

    private static GoFunction[] Both(string name, string other, GoType[] parameters, GoCall call) =>
        [new(name, parameters, call), new(other, parameters, call)];

    private static GoTime Now(Execution run, bool monotonic = false)
    {
        var ticks = run.Clock.GetUtcNow().Ticks - DateTime.UnixEpoch.Ticks;
        var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
        return new GoTime(seconds, (int)rest * 100, GoZone.Utc, monotonic);
    }

    private static GoTime ToTime(Execution run, in GoValue value, bool int32) => value.Kind switch
    {
        GoKind.Struct when value.Object is GoTime time => time,
        GoKind.Int or GoKind.Int64 when ReferenceEquals(value.Type!.Underlying, value.Type) => new GoTime(value.Int, 0, GoZone.Utc),
        GoKind.Int32 when int32 => new GoTime(value.Int, 0, GoZone.Utc),
        _ => Now(run),
    };

    private static GoValue InZone(Execution run, string layout, in GoValue date, string zone) =>
        GoValue.From(TimeLayout.Format(ToTime(run, date, int32: true).In(GoZone.Load(zone)), layout));

    private static GoValue Modify(ReadOnlySpan<GoValue> arguments, bool must)
    {
        try
        {
            return GoValue.From(TimeTypes.Of(arguments[1]).Add(GoDuration.Parse(arguments[0].Text)));
        }
        catch (GoError) when (!must)
        {
            return arguments[1];
        }
    }

    private static long Seconds(in GoValue value)
    {
        if (value.Kind == GoKind.Int64 && ReferenceEquals(value.Type, GoType.Int64)) return value.Int;
        if (!value.IsString) return 0;
        return GoNumber.ParseInt(value.Text, 10, 64, out var fault) ?? (fault == NumberFault.Range ? GoNumber.Nearest(value.Text, 64) : 0);
    }

    private static GoValue DurationRound(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        long duration;
        try
        {
            duration = arguments[0].Kind switch
            {
                GoKind.String => GoDuration.Parse(arguments[0].Text),
                GoKind.Int64 when ReferenceEquals(arguments[0].Type, GoType.Int64) => arguments[0].Int,
                GoKind.Struct when arguments[0].Object is GoTime time => Now(run).Since(time),
                _ => 0,
            };
        }
        catch (GoError)
        {
            duration = 0;
        }

        var size = duration < 0 ? (ulong)-(Int128)duration : (ulong)duration;
        const ulong Hour = (ulong)GoDuration.Hour;
        (ulong Unit, string Name)[] units =
        [
            (Hour * 24 * 365, "y"), (Hour * 24 * 30, "mo"), (Hour * 24, "d"), (Hour, "h"), (Hour / 60, "m"), (Hour / 3600, "s"),
        ];
        foreach (var (unit, name) in units)
        {
            if (size > unit) return GoValue.From((size / unit).ToString(CultureInfo.InvariantCulture) + name);
        }

        return GoValue.From("0s");
    }
}
