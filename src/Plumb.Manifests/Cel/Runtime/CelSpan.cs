using System.Globalization;
using System.Text;

namespace Plumb.Manifests.Cel.Runtime;

/// <summary>Durations as text: Go's notation in, seconds out.</summary>
internal static class CelSpan
{
    /// <summary>Nanoseconds of text such as <c>1h30m</c>, <c>-1.5s</c>, <c>0</c>; null when it is none or too long.</summary>
    public static long? Parse(string text)
    {
        var at = 0;
        var negative = false;
        if (text.Length > 0 && text[0] is '+' or '-') negative = text[at++] == '-';
        if (text[at..] == "0") return 0;
        if (at == text.Length || text.Length > 200) return null;
        Int128 total = 0;
        while (at < text.Length)
        {
            var start = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.')) at++;
            if (!decimal.TryParse(text.AsSpan(start, at - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            var unitStart = at;
            while (at < text.Length && !char.IsAsciiDigit(text[at]) && text[at] != '.') at++;
            decimal unit = text[unitStart..at] switch
            {
                "ns" => 1, "us" or "µs" or "μs" => 1_000, "ms" => 1_000_000, "s" => 1_000_000_000, "m" => 60_000_000_000,
                "h" => 3_600_000_000_000, _ => 0,
            };
            if (unit == 0 || number > 9_300_000_000_000_000_000m / unit) return null;
            total += (Int128)(number * unit);
        }

        if (negative) total = -total;
        return total < long.MinValue || total > long.MaxValue ? null : (long)total;
    }

    /// <summary>Seconds with a fraction when there is one: <c>90s</c>, <c>-1.5s</c>.</summary>
    public static string Write(long nanoseconds)
    {
        var text = new StringBuilder();
        var size = nanoseconds < 0 ? (ulong)-(Int128)nanoseconds : (ulong)nanoseconds;
        if (nanoseconds < 0) text.Append('-');
        text.Append(CultureInfo.InvariantCulture, $"{size / 1_000_000_000}");
        if (size % 1_000_000_000 is var rest && rest > 0) text.Append('.').Append(rest.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0'));
        return text.Append('s').ToString();
    }
}
