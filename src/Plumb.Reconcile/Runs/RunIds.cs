namespace Plumb.Reconcile.Runs;

/// <summary>
/// Ids that sort in the order they were made, also when the clock is set back or stands still, and over a restart when the newest id of
/// the process before is given. Safe for concurrent use.
/// </summary>
public sealed class RunIds
{
    private const int TimeDigits = 12; // 48 bits of milliseconds lead a UUID of version 7 (RFC 9562)
    private static readonly long Latest = DateTimeOffset.MaxValue.AddYears(-1).ToUnixTimeMilliseconds();

    private readonly Lock _gate = new();
    private long _last;

    /// <summary>The next id; its time is this one, or just after the last id's when that is later.</summary>
    public string Next(DateTimeOffset now)
    {
        long at;
        lock (_gate) at = _last = Math.Max(now.ToUnixTimeMilliseconds(), _last + 1);
        return Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(at)).ToString("N");
    }

    /// <summary>All ids from now on sort after this one.</summary>
    public void After(string id)
    {
        if (!Guid.TryParseExact(id, "N", out _)) return;
        var at = Convert.ToInt64(id[..TimeDigits], 16);
        if (at > Latest) return; // no time of ours: a row that somebody made
        lock (_gate) _last = Math.Max(_last, at);
    }
}
