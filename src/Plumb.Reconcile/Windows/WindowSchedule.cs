using Cronos;

namespace Plumb.Reconcile.Windows;

/// <summary>
/// When a sync window opens, by the rules of the cron library that Argo CD uses: five fields; when both the day of the month and the day of
/// the week are restricted, either is enough.
/// </summary>
public sealed class WindowSchedule
{
    private readonly CronExpression[] _any;
    private readonly TimeZoneInfo _zone;

    private WindowSchedule(CronExpression[] any, TimeZoneInfo zone) => (_any, _zone) = (any, zone);

    /// <summary>Reads a schedule; null with the fault in words when it means nothing.</summary>
    public static WindowSchedule? Parse(string schedule, string timeZone, out string fault)
    {
        fault = "";
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone))
        {
            fault = $"the time zone \"{timeZone}\" is not known; write an IANA name such as Europe/Berlin";
            return null;
        }

        var fields = schedule.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5)
        {
            fault = $"the schedule \"{schedule}\" must have five fields: minute, hour, day of the month, month, day of the week";
            return null;
        }

        try
        {
            return new WindowSchedule([.. Alternatives(fields).Select(f => CronExpression.Parse(string.Join(' ', f)))], zone);
        }
        catch (CronFormatException e)
        {
            fault = $"the schedule \"{schedule}\" cannot be read: {e.Message}";
            return null;
        }
    }

    /// <summary>The first opening after a time; null when there is none.</summary>
    public DateTimeOffset? Next(DateTimeOffset after) =>
        _any.Select(e => e.GetNextOccurrence(after, _zone)).Where(o => o is not null).Min();

    private static IEnumerable<string[]> Alternatives(string[] fields)
    {
        if (IsOpen(fields[2]) || IsOpen(fields[4])) return [fields];
        return [[fields[0], fields[1], fields[2], fields[3], "*"], [fields[0], fields[1], "*", fields[3], fields[4]]];
    }

    private static bool IsOpen(string field) => field[0] is '*' or '?';
}
