using System.Globalization;

namespace Plumb.Web.Words;

/// <summary>Times and durations in few words.</summary>
internal static class Ago
{
    /// <summary><c>just now</c>, <c>5 min ago</c>, <c>in 3 h</c>; days up to four weeks, then the date.</summary>
    public static string Of(DateTimeOffset at, DateTimeOffset now)
    {
        var span = now - at;
        var size = span.Duration();
        if (size < TimeSpan.FromSeconds(10))
        {
            return "just now";
        }

        if (size >= TimeSpan.FromDays(28))
        {
            return at.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
        }

        var words = Largest(size);
        return span < TimeSpan.Zero ? $"in {words}" : $"{words} ago";
    }

    /// <summary>The exact time, with its zone.</summary>
    public static string Exactly(DateTimeOffset at) => at.UtcDateTime.ToString("ddd d MMM yyyy, HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary><c>0.4 s</c>, <c>12 s</c>, <c>3 min 5 s</c>, <c>2 h 10 min</c>.</summary>
    public static string Long(TimeSpan span) => span switch
    {
        { TotalSeconds: < 0 } => "0 s",
        { TotalSeconds: < 10 } => span.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        { TotalSeconds: < 60 } => $"{(int)span.TotalSeconds} s",
        { TotalMinutes: < 60 } => span.Seconds == 0 ? $"{(int)span.TotalMinutes} min" : $"{(int)span.TotalMinutes} min {span.Seconds} s",
        { TotalHours: < 48 } => span.Minutes == 0 ? $"{(int)span.TotalHours} h" : $"{(int)span.TotalHours} h {span.Minutes} min",
        _ => $"{(int)span.TotalDays} days",
    };

    private static string Largest(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => $"{(int)span.TotalSeconds} s",
        { TotalMinutes: < 60 } => $"{(int)span.TotalMinutes} min",
        { TotalHours: < 24 } => $"{(int)span.TotalHours} h",
        { TotalDays: < 2 } => "1 day",
        _ => $"{(int)span.TotalDays} days",
    };
}
