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

    /// <summary>The value as a quantity: whole, or in thousandths.</summary>
    public static string Format(decimal value) => value == Math.Truncate(value)
        ? value.ToString("0", CultureInfo.InvariantCulture)
        : Math.Ceiling(value * 1000).ToString("0", CultureInfo.InvariantCulture) + "m";
}
