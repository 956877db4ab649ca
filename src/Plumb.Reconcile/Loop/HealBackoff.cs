namespace Plumb.Reconcile.Loop;

/// <summary>
/// When drift may be undone. A person's edit is undone at once; a fight with another controller, which shows as heal after heal, is
/// slowed down as in Argo CD: 2 s, then three times as long each time, up to 300 s. Quiet time ends it.
/// </summary>
internal sealed class HealBackoff(TimeProvider time)
{
    private const int FreeHeals = 5;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan First = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(300);

    private int _heals;
    private long _last; // of the clock that nobody can set

    /// <summary>The earliest time of the next heal; not after now when it may begin.</summary>
    public DateTimeOffset NextAt
    {
        get
        {
            var now = time.GetUtcNow();
            var delay = Delay();
            var since = time.GetElapsedTime(_last);
            if (_heals > 0 && since > delay + Window) _heals = 0;
            return _heals < FreeHeals ? now : now + delay - since;
        }
    }

    /// <summary>Notes a heal.</summary>
    public void Healed()
    {
        _ = NextAt;
        _heals++;
        _last = time.GetTimestamp();
    }

    private TimeSpan Delay()
    {
        if (_heals < FreeHeals) return TimeSpan.Zero;
        var seconds = First.TotalSeconds * Math.Pow(3, Math.Min(_heals - FreeHeals, 10));
        return seconds >= Longest.TotalSeconds ? Longest : TimeSpan.FromSeconds(seconds);
    }
}
