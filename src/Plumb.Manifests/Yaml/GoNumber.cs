using System.Globalization;

namespace Plumb.Manifests.Yaml;

/// <summary>Numbers in the shape that Go's <c>%g</c> with the fewest digits gives them.</summary>
internal static class GoNumber
{
    /// <summary>Formats; with <paramref name="single"/> by the precision of 32 bits, as Kubernetes' YAML does for keys.</summary>
    public static string Format(double value, bool single = false)
    {
        if (double.IsNaN(value)) return ".nan";
        if (double.IsInfinity(value)) return value > 0 ? ".inf" : "-.inf";
        var text = single
            ? ((float)value).ToString("R", CultureInfo.InvariantCulture)
            : value.ToString("R", CultureInfo.InvariantCulture);
        var sign = text[0] == '-' ? "-" : "";
        var digits = text.AsSpan(sign.Length);
        var exponent = 0;
        if (digits.IndexOf('E') is var e and >= 0)
        {
            exponent = int.Parse(digits[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            digits = digits[..e];
        }

        var point = digits.IndexOf('.');
        var mantissa = point < 0 ? digits.ToString() : string.Concat(digits[..point], digits[(point + 1)..]);
        exponent += (point < 0 ? digits.Length : point) - 1;
        var leading = mantissa.AsSpan().IndexOfAnyExcept('0');
        if (leading < 0) return sign + "0";
        mantissa = mantissa[leading..].TrimEnd('0');
        exponent -= leading;

        if (exponent is < -4 or >= 6) return Exponential(sign, mantissa, exponent);
        if (exponent < 0) return sign + "0." + new string('0', -exponent - 1) + mantissa;
        return mantissa.Length <= exponent + 1
            ? sign + mantissa.PadRight(exponent + 1, '0')
            : sign + mantissa[..(exponent + 1)] + "." + mantissa[(exponent + 1)..];
    }

    private static string Exponential(string sign, string mantissa, int exponent) =>
        sign + mantissa[..1] + (mantissa.Length > 1 ? "." + mantissa[1..] : "") + "e" + (exponent < 0 ? "-" : "+")
        + Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture);
}
