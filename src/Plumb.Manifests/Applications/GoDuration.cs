using System.Globalization;

namespace Plumb.Manifests.Applications;

/// <summary>Go's duration grammar (<c>1h15m30.5s</c>, <c>300ms</c>), and whole seconds without a unit as Argo CD allows.</summary>
internal static class GoDuration
{
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return FromSeconds(seconds, out duration);

        var rest = text.AsSpan();
        var sign = 1m;
        if (rest.Length > 0 && rest[0] is '+' or '-')
        {
            if (rest[0] == '-') sign = -1m;
            rest = rest[1..];
        }

        if (rest.Length is 0 or > 64) return false;
        if (rest is "0") return true;
        var total = 0m;
        while (rest.Length > 0)
        {
            var digits = rest.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || digits > 20) return false;
            if (!decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out var number)) return false;
            rest = rest[digits..];
            var unit = rest.IndexOfAny("0123456789.");
            var name = unit < 0 ? rest : rest[..unit];
            decimal? seconds1 = name switch
            {
                "h" => 3600,
                "m" => 60,
                "s" => 1,
                "ms" => 0.001m,
                "us" or "µs" or "μs" => 0.000_001m,
                "ns" => 0.000_000_001m,
                _ => null,
            };
            if (seconds1 is not { } scale) return false;
            rest = rest[name.Length..];
            total += number * scale;
        }

        return FromSeconds(sign * total, out duration);
    }

    private static bool FromSeconds(decimal seconds, out TimeSpan duration)
    {
        duration = default;
        if (Math.Abs(seconds) > 1_000_000_000) return false;
        duration = TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond));
        return true;
    }
}
