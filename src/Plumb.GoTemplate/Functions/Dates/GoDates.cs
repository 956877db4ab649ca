using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Dates;

/// <summary>Dates for hosts.</summary>
public static class GoDates
{
    /// <summary>A <c>time.Time</c>, in UTC when the offset is zero and else in a zone without a name.</summary>
    public static GoValue Of(DateTimeOffset time)
    {
        var ticks = time.UtcTicks - DateTime.UnixEpoch.Ticks;
        var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
        if (rest < 0)
        {
            seconds--;
            rest += TimeSpan.TicksPerSecond;
        }

        var offset = (int)time.Offset.TotalSeconds;
        return GoValue.From(new GoTime(seconds, (int)rest * 100, offset == 0 ? GoZone.Utc : GoZone.Fixed(offset, "")));
    }
}
