using System.Globalization;
using System.Numerics;

namespace Plumb.GoTemplate.Formatting;

/// <summary>
/// Floating-point numbers as Go writes them (<c>strconv.FormatFloat</c>): shortest, or rounded half to even to a precision.
/// </summary>
public static class GoFloat
{
    /// <summary>Writes a number.</summary>
    /// <param name="number">The number.</param>
    /// <param name="format">One of <c>e E f g G</c>.</param>
    /// <param name="precision">Digits after the point (for g: in all), or -1 for the fewest that tell the number from others.</param>
    /// <param name="single">Whether it is a <c>float32</c>.</param>
    public static string Format(double number, char format, int precision, bool single = false)
    {
        if (double.IsNaN(number)) return "NaN";
        if (double.IsInfinity(number)) return number > 0 ? "+Inf" : "-Inf";
        var sign = double.IsNegative(number) ? "-" : "";
        var (digits, point) = precision < 0 ? Shortest(Math.Abs(number), single) : Exact(Math.Abs(number));
        var shortest = precision < 0;
        switch (format)
        {
            case 'e' or 'E':
                if (!shortest) (digits, point) = Round(digits, point, precision + 1);
                return sign + Exponent(digits, point, shortest ? digits.Length - 1 : precision, format);
            case 'f' or 'F':
                if (!shortest) (digits, point) = Round(digits, point, point + precision);
                return sign + Fixed(digits, point, shortest ? Math.Max(digits.Length - point, 0) : precision);
        }

        if (precision == 0) precision = 1;
        if (!shortest) (digits, point) = Round(digits, point, precision);
        else precision = 6;
        var limit = precision;
        if (!shortest && limit > digits.Length && digits.Length >= point) limit = digits.Length;
        if (point - 1 < -4 || point - 1 >= limit)
        {
            return sign + Exponent(digits, point, Math.Max(digits.Length - 1, 0), format == 'G' ? 'E' : 'e');
        }

        return sign + Fixed(digits, point, Math.Max(digits.Length - point, 0));
    }

    /// <summary>The fewest digits that give the number back, and where the point stands in them.</summary>
    internal static (string Digits, int Point) Shortest(double number, bool single)
    {
        if (number == 0) return ("", 1);
        var text = single ? ((float)number).ToString("E8", CultureInfo.InvariantCulture) : "";
        text = single ? ((float)number).ToString("R", CultureInfo.InvariantCulture) : number.ToString("R", CultureInfo.InvariantCulture);
        var exponent = 0;
        if (text.IndexOf('E', StringComparison.Ordinal) is var at and >= 0)
        {
            exponent = int.Parse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            text = text[..at];
        }

        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var point = dot < 0 ? text.Length : dot;
        var digits = dot < 0 ? text : text.Remove(dot, 1);
        var zeros = digits.Length - digits.TrimStart('0').Length;
        return (digits.Trim('0'), point - zeros + exponent);
    }

    /// <summary>All the decimal digits of a number, which are finitely many.</summary>
    private static (string Digits, int Point) Exact(double number)
    {
        if (number == 0) return ("", 1);
        var bits = BitConverter.DoubleToInt64Bits(number);
        var exponent = (int)((bits >> 52) & 0x7FF);
        var mantissa = new BigInteger(bits & 0xFFFFFFFFFFFFF);
        if (exponent == 0) exponent++;
        else mantissa += BigInteger.One << 52;
        exponent -= 1075;
        var scale = 0;
        if (exponent >= 0)
        {
            mantissa <<= exponent;
        }
        else
        {
            // m / 2^k is m·5^k / 10^k
            scale = -exponent;
            mantissa *= BigInteger.Pow(5, scale);
        }

        var digits = mantissa.ToString(CultureInfo.InvariantCulture);
        return (digits.TrimEnd('0'), digits.Length - scale);
    }

    private static (string Digits, int Point) Round(string digits, int point, int keep)
    {
        if (keep >= digits.Length) return (digits, point);
        if (keep < 0) return ("", point);
        var half = digits[keep].CompareTo('5');
        var up = half > 0 || (half == 0 && (keep + 1 < digits.Length || (keep > 0 && (digits[keep - 1] - '0') % 2 == 1)));
        var kept = digits[..keep].ToCharArray();
        if (!up) return (new string(kept).TrimEnd('0'), point);
        var at = keep - 1;
        while (at >= 0 && kept[at] == '9') at--;
        if (at < 0) return ("1", point + 1);
        kept[at]++;
        return (new string(kept, 0, at + 1), point);
    }

    private static string Exponent(string digits, int point, int precision, char format)
    {
        var first = digits.Length == 0 ? "0" : digits[..1];
        var rest = digits.Length == 0 ? "" : digits[1..];
        var exponent = digits.Length == 0 ? 0 : point - 1;
        var fraction = precision > 0 ? "." + (rest.Length > precision ? rest[..precision] : rest.PadRight(precision, '0')) : "";
        var power = Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture);
        return $"{first}{fraction}{format}{(exponent < 0 ? '-' : '+')}{power}";
    }

    private static string Fixed(string digits, int point, int precision)
    {
        var whole = point <= 0 || digits.Length == 0 ? "0" : digits.Length >= point ? digits[..point] : digits.PadRight(point, '0');
        if (precision <= 0) return whole;
        var fraction = point >= 0 ? (digits.Length > point ? digits[point..] : "") : new string('0', Math.Min(-point, precision)) + digits;
        if (digits.Length == 0) fraction = "";
        return $"{whole}.{(fraction.Length > precision ? fraction[..precision] : fraction.PadRight(precision, '0'))}";
    }
}
