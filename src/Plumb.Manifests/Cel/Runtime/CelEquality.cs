using Plumb.Manifests.Objects;

namespace Plumb.Manifests.Cel.Runtime;

/// <summary>CEL's equality and order.</summary>
internal static class CelEquality
{
    public static bool AreEqual(CelValue a, CelValue b)
    {
        if (IsNumber(a) && IsNumber(b)) return CompareNumbers(a, b) == 0;
        if (a.Type != b.Type) return false;
        return a.Type switch
        {
            CelType.Null => true,
            CelType.Bool or CelType.Duration => a.Bits == b.Bits,
            CelType.String => string.Equals(a.Text, b.Text, StringComparison.Ordinal),
            CelType.Bytes => a.Octets.AsSpan().SequenceEqual(b.Octets),
            CelType.List => AreEqual(a.List, b.List),
            CelType.Map => AreEqual(a.Map, b.Map),
            CelType.Optional => (a.Inner, b.Inner) switch
            {
                (null, null) => true,
                ({ } x, { } y) => AreEqual(x, y),
                _ => false,
            },
            _ => Equals(a.Reference, b.Reference),
        };
    }

    /// <summary>Order of two values; null when they have none (other types, not-a-number).</summary>
    public static int? Compare(CelValue a, CelValue b)
    {
        if (IsNumber(a) && IsNumber(b)) return CompareNumbers(a, b);
        if (a.Type != b.Type) return null;
        return a.Type switch
        {
            CelType.Bool or CelType.Duration => a.Bits.CompareTo(b.Bits),
            CelType.String => CompareText(a.Text, b.Text),
            CelType.Bytes => a.Octets.AsSpan().SequenceCompareTo(b.Octets),
            CelType.Timestamp => a.Moment.CompareTo(b.Moment),
            CelType.Quantity => ((Quantity)a.Reference!).CompareTo((Quantity)b.Reference!),
            _ => null,
        };
    }

    /// <summary>Whether values of this type can be put in order.</summary>
    public static bool IsOrdered(CelType type) => type is CelType.Bool or CelType.Int or CelType.Uint or CelType.Double or CelType.String
        or CelType.Bytes or CelType.Timestamp or CelType.Duration;

    public static bool IsNumber(CelValue value) => value.Type is CelType.Int or CelType.Uint or CelType.Double;

    private static bool AreEqual(CelList a, CelList b)
    {
        if (a.Count != b.Count) return false;
        for (var i = 0; i < a.Count; i++)
        {
            if (!AreEqual(a[i], b[i])) return false;
        }

        return true;
    }

    private static bool AreEqual(CelMap a, CelMap b)
    {
        if (a.Count != b.Count) return false;
        foreach (var key in a.Keys)
        {
            if (!a.TryGet(key, out var x) || !b.TryGet(key, out var y) || !AreEqual(x, y)) return false;
        }

        return true;
    }

    private static int? CompareNumbers(CelValue a, CelValue b)
    {
        if (a.Type == CelType.Double || b.Type == CelType.Double)
        {
            if (a.Type == CelType.Double && b.Type == CelType.Double)
            {
                return double.IsNaN(a.Number) || double.IsNaN(b.Number) ? null : a.Number == b.Number ? 0 : a.Number.CompareTo(b.Number);
            }

            return a.Type == CelType.Double ? CompareMixed(a.Number, Exact(b)) : -CompareMixed(b.Number, Exact(a));
        }

        return Exact(a).CompareTo(Exact(b));
    }

    private static Int128 Exact(CelValue value) => value.Type == CelType.Uint ? value.Unsigned : value.Bits;

    /// <summary>A double against a whole number without loss.</summary>
    private static int? CompareMixed(double number, Int128 whole)
    {
        if (double.IsNaN(number)) return null;
        if (number >= 1.9e19) return 1;
        if (number <= -1.9e19) return -1;
        var floor = Math.Floor(number);
        var order = ((Int128)floor).CompareTo(whole);
        return order != 0 ? order : number > floor ? 1 : 0;
    }

    /// <summary>By code points, which differs from UTF-16 beyond the basic plane.</summary>
    public static int CompareText(string a, string b)
    {
        var length = Math.Min(a.Length, b.Length);
        for (var i = 0; i < length; i++)
        {
            if (a[i] == b[i]) continue;
            var (high, low) = (char.IsSurrogate(a[i]), char.IsSurrogate(b[i]));
            return high == low ? a[i].CompareTo(b[i]) : high ? 1 : -1;
        }

        return a.Length.CompareTo(b.Length);
    }
}
