using System.Globalization;
using System.Text;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Dates;

/// <summary>Go's <c>time.Duration</c>, in nanoseconds.</summary>
internal static class GoDuration
{
    public const long Second = 1_000_000_000;
    public const long Minute = 60 * Second;
    public const long Hour = 60 * Minute;

    /// <summary>As Go writes it: <c>1h2m3.5s</c>, <c>1.5ms</c>, <c>0s</c>.</summary>
    public static string Format(long duration)
    {
        if (duration == 0) return "0s";
        var sign = duration < 0 ? "-" : "";
        var left = duration < 0 ? (ulong)-(Int128)duration : (ulong)duration;
        if (left < (ulong)Second)
        {
            var (unit, size) = left < 1000 ? ("ns", 1UL) : left < 1_000_000 ? ("µs", 1000UL) : ("ms", 1_000_000UL);
            return $"{sign}{Fraction(left, size)}{unit}";
        }

        var seconds = left / (ulong)Second;
        var rest = left % (ulong)Minute;
        var text = $"{Fraction(rest, (ulong)Second)}s";
        var minutes = seconds / 60;
        if (minutes > 0) text = $"{minutes % 60}m{text}";
        if (minutes >= 60) text = $"{minutes / 60}h{text}";
        return sign + text;
    }

    /// <summary>Reads a duration, or throws in Go's words.</summary>
    public static long Parse(string text)
    {
        var quoted = GoQuote.Quote(text);
        var at = 0;
        var negative = false;
        if (text.Length > 0 && text[0] is '-' or '+')
        {
            negative = text[0] == '-';
            at++;
        }

        if (text.Length - at == 1 && text[at] == '0') return 0;
        if (at == text.Length) throw new GoError($"time: invalid duration {quoted}");
        Int128 total = 0;
        while (at < text.Length)
        {
            var from = at;
            while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
            var hasDigits = at > from;
            var whole = text[from..at];
            var fraction = "";
            if (at < text.Length && text[at] == '.')
            {
                from = ++at;
                while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
                fraction = text[from..at];
            }

            if (!hasDigits && fraction.Length == 0) throw new GoError($"time: invalid duration {quoted}");
            from = at;
            while (at < text.Length && text[at] != '.' && !char.IsAsciiDigit(text[at])) at++;
            var unit = text[from..at];
            if (unit.Length == 0) throw new GoError($"time: missing unit in duration {quoted}");
            var size = unit switch
            {
                "ns" => 1,
                "us" or "µs" or "μs" => 1000,
                "ms" => 1_000_000,
                "s" => Second,
                "m" => Minute,
                "h" => Hour,
                _ => throw new GoError($"time: unknown unit {GoQuote.Quote(unit)} in duration {quoted}"),
            };
            if (!Int128.TryParse(whole.Length == 0 ? "0" : whole, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number > long.MaxValue)
            {
                throw new GoError($"time: invalid duration {quoted}");
            }

            total += number * size;
            if (fraction.Length > 0) total += (Int128)(double.Parse("0." + fraction, CultureInfo.InvariantCulture) * size);
            if (total > (Int128)long.MaxValue + (negative ? 1 : 0)) throw new GoError($"time: invalid duration {quoted}");
        }

        return (long)(negative ? -total : total);
    }

    /// <summary>To the nearest multiple, halves away from zero.</summary>
    public static long Round(long duration, long unit)
    {
        if (unit <= 0) return duration;
        var rest = duration % unit;
        if (duration < 0) return -rest + -rest < unit ? duration - rest : duration - rest - unit;
        return rest + rest < unit ? duration - rest : duration - rest + unit;
    }

    private static string Fraction(ulong value, ulong size)
    {
        var whole = (value / size).ToString(CultureInfo.InvariantCulture);
        var rest = value % size;
        if (rest == 0) return whole;
        var digits = size.ToString(CultureInfo.InvariantCulture).Length - 1;
        return new StringBuilder(whole).Append('.').Append(rest.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0').TrimEnd('0'))
            .ToString();
    }
}
