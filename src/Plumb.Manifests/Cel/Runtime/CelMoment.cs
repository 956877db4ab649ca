using System.Globalization;

namespace Plumb.Manifests.Cel.Runtime;

/// <summary>A moment: seconds since 1970 (UTC) and nanoseconds into the second.</summary>
internal sealed record CelMoment(long Seconds, int Nanoseconds) : IComparable<CelMoment>
{
    private const long First = -62135596800;
    private const long Last = 253402300799;

    /// <summary>The moment; null when it lies outside the years 1 to 9999.</summary>
    public static CelMoment? Create(Int128 nanoseconds)
    {
        var seconds = nanoseconds / 1_000_000_000;
        var rest = (int)(nanoseconds % 1_000_000_000);
        if (rest < 0) (seconds, rest) = (seconds - 1, rest + 1_000_000_000);
        return seconds < First || seconds > Last ? null : new((long)seconds, rest);
    }

    /// <summary>RFC 3339; null when the text is not.</summary>
    public static CelMoment? Parse(string text)
    {
        if (text.Length < 20 || text[10] is not ('T' or 't')) return null;
        var zone = text.AsSpan(19);
        var nanos = 0;
        if (zone[0] == '.')
        {
            var digits = 1;
            while (digits < zone.Length && char.IsAsciiDigit(zone[digits])) digits++;
            if (digits is 1 or > 10) return null;
            nanos = int.Parse(zone[1..digits].ToString().PadRight(9, '0'), NumberStyles.None, CultureInfo.InvariantCulture);
            zone = zone[digits..];
        }

        if (!DateTime.TryParseExact(
            text.AsSpan(0, 19), "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var time))
        {
            return null;
        }

        long offset = 0;
        if (zone is not ("Z" or "z"))
        {
            if (zone.Length != 6 || zone[3] != ':' || zone[0] is not ('+' or '-')
                || !int.TryParse(zone[1..3], NumberStyles.None, CultureInfo.InvariantCulture, out var hours) || hours > 23
                || !int.TryParse(zone[4..6], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) || minutes > 59)
            {
                return null;
            }

            offset = ((hours * 60) + minutes) * (zone[0] == '-' ? -60 : 60);
        }

        return Create((((Int128)(time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond - offset) * 1_000_000_000) + nanos);
    }

    public Int128 Total => ((Int128)Seconds * 1_000_000_000) + Nanoseconds;

    public DateTime Utc => DateTime.UnixEpoch.AddSeconds(Seconds).AddTicks(Nanoseconds / 100);

    public int CompareTo(CelMoment? other) => other is null ? 1 : Total.CompareTo(other.Total);

    public override string ToString()
    {
        var text = DateTime.UnixEpoch.AddSeconds(Seconds).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        return Nanoseconds == 0 ? text + "Z"
            : $"{text}.{Nanoseconds.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0')}Z";
    }
}
