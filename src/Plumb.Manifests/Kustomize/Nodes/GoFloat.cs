using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Plumb.Manifests.Kustomize.Nodes;

/// <summary>Doubles as Go's <c>strconv.FormatFloat</c> writes them, with the fewest digits that are read back as the same.</summary>
internal static partial class GoFloat
{
    /// <summary>Without an exponent (<c>'f'</c>).</summary>
    public static string Plain(double value)
    {
        if (!double.IsFinite(value)) return Special(value);
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var match = Scientific().Match(text);
        if (!match.Success) return text;
        var digits = match.Groups["whole"].Value + match.Groups["fraction"].Value;
        var point = match.Groups["whole"].Length + int.Parse(match.Groups["exponent"].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var sign = match.Groups["sign"].Value;
        if (point <= 0) return $"{sign}0.{new string('0', -point)}{digits}";
        return point >= digits.Length ? sign + digits.PadRight(point, '0') : $"{sign}{digits[..point]}.{digits[point..]}";
    }

    /// <summary>With an exponent where it is large or small (<c>%v</c>).</summary>
    public static string Shortest(double value)
    {
        if (!double.IsFinite(value)) return Special(value);
        var magnitude = Math.Abs(value);
        if (magnitude == 0 || magnitude is >= 1e-4 and < 1e21) return Plain(value);
        var match = Scientific().Match(value.ToString("E16", CultureInfo.InvariantCulture));
        var shortest = Scientific().Match(value.ToString("R", CultureInfo.InvariantCulture));
        var mantissa = shortest.Success ? shortest : match;
        var fraction = mantissa.Groups["fraction"].Value.TrimEnd('0');
        var exponent = int.Parse(mantissa.Groups["exponent"].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return $"{mantissa.Groups["sign"].Value}{mantissa.Groups["whole"].Value}{(fraction.Length > 0 ? "." + fraction : "")}e{(exponent < 0 ? '-' : '+')}{BigInteger.Abs(exponent):00}";
    }

    private static string Special(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";

    [GeneratedRegex(@"^(?<sign>-?)(?<whole>[0-9]+)(?:\.(?<fraction>[0-9]+))?E(?<exponent>[+-]?[0-9]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Scientific();
}
