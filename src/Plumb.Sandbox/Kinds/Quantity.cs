using System.Globalization;
using System.Text.RegularExpressions;
using Plumb.Manifests.Documents;

namespace Plumb.Sandbox.Kinds;

/// <summary>Kubernetes quantities, as far as the sandbox computes with them.</summary>
internal static partial class Quantity
{
    /// <summary>The API server's words for a quantity it cannot read.</summary>
    public const string Problem =
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    /// <summary>The value; null when it is no quantity.</summary>
    public static decimal? Parse(Node node)
    {
        if (node.AsInt() is { } whole) return whole;
        if (node.AsDouble() is { } number && Math.Abs(number) < 1e27) return (decimal)number;
        return node.AsString() is { } text ? Parse(text) : null;
    }

    /// <summary>The value as text: an integer where it is one.</summary>
    public static string Format(decimal value) => value == Math.Truncate(value)
        ? value.ToString("0", CultureInfo.InvariantCulture)
        : Math.Ceiling(value * 1000).ToString("0", CultureInfo.InvariantCulture) + "m";

    private static decimal? Parse(string text)
    {
        var match = Pattern().Match(text);
        if (!match.Success) return null;
        if (!decimal.TryParse(match.Groups[1].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return null;
        try
        {
            return number * Scale(match.Groups[2].Value);
        }
        catch (OverflowException)
        {
            return number < 0 ? decimal.MinValue : decimal.MaxValue;
        }
    }

    private static decimal Scale(string suffix) => suffix switch
    {
        "" => 1m,
        "n" => 1e-9m,
        "u" => 1e-6m,
        "m" => 1e-3m,
        "k" => 1e3m,
        "M" => 1e6m,
        "G" => 1e9m,
        "T" => 1e12m,
        "P" => 1e15m,
        "E" => 1e18m,
        "Ki" => 1024m,
        "Mi" => 1024m * 1024,
        "Gi" => 1024m * 1024 * 1024,
        "Ti" => 1024m * 1024 * 1024 * 1024,
        "Pi" => 1024m * 1024 * 1024 * 1024 * 1024,
        "Ei" => 1024m * 1024 * 1024 * 1024 * 1024 * 1024,
        _ => Power(int.Parse(suffix[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)),
    };

    private static decimal Power(int exponent)
    {
        if (exponent > 28) throw new OverflowException();
        var value = 1m;
        for (var i = 0; i < Math.Min(Math.Abs(exponent), 28); i++) value = exponent > 0 ? value * 10 : value / 10;
        return value;
    }

    [GeneratedRegex(@"^([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(|[numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,3})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
