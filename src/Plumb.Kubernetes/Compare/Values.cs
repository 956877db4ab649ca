using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;

namespace Plumb.Kubernetes.Compare;

/// <summary>What the API server takes for the same value, and what for no value.</summary>
internal static class Values
{
    /// <summary>Whether two scalars are one value: quantities by amount, times by instant, all else as data.</summary>
    public static bool Same(Node a, Node b, Schema schema)
    {
        if (a.Equals(b)) return true;
        if (schema.Type == SchemaType.Quantity) return Quantity.AreEqual(a, b);
        return a.AsString() is { } s && b.AsString() is { } t && SameInstant(s, t);
    }

    /// <summary>
    /// Whether the server may leave the value out as empty: null, <c>""</c>, 0, false, an empty list, or a map with only such in it.
    /// </summary>
    public static bool IsEmpty(Node value) => value.Kind switch
    {
        NodeKind.Absent or NodeKind.Null => true,
        NodeKind.String => value.AsString()!.Length == 0,
        NodeKind.Bool => value.AsBool() == false,
        NodeKind.Int or NodeKind.Float => value.AsDouble() == 0,
        NodeKind.List => value.AsList()!.Count == 0,
        NodeKind.Map => value.AsMap()!.All(e => IsEmpty(e.Value)),
        _ => false,
    };

    private static bool SameInstant(string a, string b) =>
        LooksLikeTime(a) && LooksLikeTime(b)
        && DateTimeOffset.TryParse(a, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var x)
        && DateTimeOffset.TryParse(b, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var y)
        && x == y;

    private static bool LooksLikeTime(string text) => text.Length >= 20 && text[4] == '-' && text[7] == '-' && text[10] is 'T' or 't';
}
