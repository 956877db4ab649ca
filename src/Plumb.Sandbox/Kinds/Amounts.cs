using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Sandbox.Kinds;

/// <summary>Quantities as numbers to calculate with, exact to a thousandth.</summary>
internal static class Amounts
{
    /// <summary>The API server's words for a quantity it cannot read.</summary>
    public const string Problem = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    /// <summary>The value; null when it is no quantity.</summary>
    public static decimal? Parse(Node node) => Quantity.TryParse(node, out var quantity) ? quantity.MilliValue / 1000m : null;

    /// <summary>A quantity as the API server prints it, in the family of suffixes that it was written with.</summary>
    public static string Print(Node node) =>
        Parse(node) is { } value ? Print(value, node.AsString()?.EndsWith('i') == true) : node.AsString() ?? node.ToString();

    /// <summary>The value with the largest suffix that leaves a whole number: of 1024 (binary) or of 1000.</summary>
    public static string Print(decimal value, bool binary)
    {
        if (value != Math.Truncate(value)) return Format(value);
        var suffixes = binary ? Binary : Decimal;
        var at = 0;
        for (var step = binary ? 1024 : 1000; at < suffixes.Length - 1 && value != 0 && value % step == 0; at++) value /= step;
        return value.ToString("0", CultureInfo.InvariantCulture) + suffixes[at];
    }

    private static string[] Binary => ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

    private static string[] Decimal => ["", "k", "M", "G", "T", "P", "E"];

    /// <summary>The value as a quantity: whole, or in thousandths.</summary>
    public static string Format(decimal value) => value == Math.Truncate(value)
        ? value.ToString("0", CultureInfo.InvariantCulture)
        : Math.Ceiling(value * 1000).ToString("0", CultureInfo.InvariantCulture) + "m";
}
