using System.Globalization;
using System.Numerics;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Objects;

/// <summary>
/// A Kubernetes quantity by value: <c>1000m</c>, <c>1</c> and <c>1e0</c> are equal. As in Kubernetes, what is finer than a billionth is
/// rounded up (away from zero), and values beyond 2^63-1 are cut off there.
/// </summary>
public readonly struct Quantity : IEquatable<Quantity>, IComparable<Quantity>
{
    private static readonly BigInteger Nano = 1_000_000_000;
    private static readonly BigInteger Largest = long.MaxValue * Nano;
    private const int LongestNumber = 400;

    private readonly BigInteger _nanos;

    private Quantity(BigInteger nanos) => _nanos = nanos;

    /// <summary>From text such as <c>1.5Gi</c>, <c>100m</c>, <c>1e3</c>; false when it is no quantity.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Quantity quantity)
    {
        quantity = default;
        var i = 0;
        var negative = false;
        if (text.Length > LongestNumber) return false;
        if (text.Length > 0 && text[0] is '+' or '-') negative = text[i++] == '-';

        var digits = new char[text.Length];
        var count = 0;
        var scale = 0;
        var point = false;
        for (; i < text.Length && (char.IsAsciiDigit(text[i]) || (text[i] == '.' && !point)); i++)
        {
            if (text[i] == '.')
            {
                point = true;
                continue;
            }

            digits[count++] = text[i];
            if (point) scale++;
        }

        if (count == 0 || !Suffix(text[i..], out var power2, out var power10)) return false;
        var value = BigInteger.Parse(digits.AsSpan(0, count), NumberStyles.None, CultureInfo.InvariantCulture) << power2;
        var exponent = power10 - scale + 9;
        if (exponent >= 0)
        {
            value = value.IsZero ? value : value * BigInteger.Pow(10, Math.Min(exponent, 64));
        }
        else
        {
            value = BigInteger.DivRem(value, BigInteger.Pow(10, Math.Min(-exponent, LongestNumber + 32)), out var rest);
            if (!rest.IsZero) value += 1;
        }

        value = BigInteger.Min(value, Largest);
        quantity = new Quantity(negative ? -value : value);
        return true;
    }

    /// <summary>From a document: text or a number; false when it is no quantity.</summary>
    public static bool TryParse(Node node, out Quantity quantity)
    {
        quantity = default;
        return node.Kind switch
        {
            NodeKind.String => TryParse(node.AsString(), out quantity),
            NodeKind.Int => TryParse(node.AsInt()!.Value.ToString(CultureInfo.InvariantCulture), out quantity),
            NodeKind.BigInt => TryParse(node.AsBigInt(), out quantity),
            NodeKind.Float => TryParse(node.AsDouble()!.Value.ToString("R", CultureInfo.InvariantCulture), out quantity),
            _ => false,
        };
    }

    /// <summary>Whether two values of a document are the same quantity (<c>1000m</c> and 1).</summary>
    public static bool AreEqual(Node left, Node right) =>
        TryParse(left, out var a) && TryParse(right, out var b) && a.Equals(b);

    /// <summary>The value, rounded up to a whole number.</summary>
    public long Value => (long)RoundUp(_nanos, Nano);

    /// <summary>The value in thousandths, rounded up.</summary>
    public decimal MilliValue => (decimal)RoundUp(_nanos, 1_000_000);

    /// <summary>-1, 0 or 1.</summary>
    public int Sign => _nanos.Sign;

    /// <summary>The value as the nearest double.</summary>
    public double ToDouble() => (double)_nanos / 1e9;

    /// <summary>The value when it is a whole number of 64 bits; null else.</summary>
    public long? AsWhole() => _nanos % Nano == 0 ? (long)(_nanos / Nano) : null;

    /// <summary>The sum; cut off at the largest quantity.</summary>
    public static Quantity operator +(Quantity left, Quantity right) => new(Cut(left._nanos + right._nanos));

    /// <summary>The difference; cut off at the largest quantity.</summary>
    public static Quantity operator -(Quantity left, Quantity right) => new(Cut(left._nanos - right._nanos));

    private static BigInteger Cut(BigInteger nanos) => BigInteger.Max(-Largest, BigInteger.Min(nanos, Largest));

    /// <inheritdoc/>
    public bool Equals(Quantity other) => _nanos == other._nanos;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Quantity other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _nanos.GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(Quantity other) => _nanos.CompareTo(other._nanos);

    /// <summary>The value in decimal digits with the largest of the suffixes n, u, m, none that keeps it whole.</summary>
    public override string ToString()
    {
        var (value, suffix) = (_nanos, 0);
        while (suffix < 3 && !value.IsZero && value % 1000 == 0)
        {
            value /= 1000;
            suffix++;
        }

        return value.IsZero ? "0" : value.ToString(CultureInfo.InvariantCulture)
            + (suffix switch { 0 => "n", 1 => "u", 2 => "m", _ => "" });
    }

    /// <summary>
    /// The text in which an API server writes a quantity that it has read (apimachinery <c>resource.Quantity.CanonicalizeBytes</c>):
    /// <c>1000m</c> is <c>1</c>, <c>1024Mi</c> is <c>1Gi</c>, 0.25 is <c>250m</c>, <c>1e3</c> stays. Null when it is no quantity.
    /// </summary>
    public static string? Canonical(Node node)
    {
        var text = node.Kind switch
        {
            NodeKind.String => node.AsString()!.Trim(),
            NodeKind.Float => node.AsDouble()!.Value.ToString("R", CultureInfo.InvariantCulture),
            _ => node.ToString(),
        };
        if (!TryParse(text, out var quantity)) return null;
        if (text.EndsWith('i')) return quantity.InBinary() ?? quantity.InDecimal(false);
        return quantity.InDecimal(text.AsSpan().IndexOfAny('e', 'E') is var e && e >= 0 && e < text.Length - 1);
    }

    // Below 1024 the server writes binary quantities in decimal, to avoid rounding.
    private string? InBinary()
    {
        var (value, rest) = BigInteger.DivRem(_nanos, Nano);
        if (!rest.IsZero || BigInteger.Abs(value) < 1024) return null;
        var power = 0;
        while (power < 6 && value % 1024 == 0)
        {
            value /= 1024;
            power++;
        }

        return value.ToString(CultureInfo.InvariantCulture) + (power == 0 ? "" : "KMGTPE"[power - 1] + "i");
    }

    private string InDecimal(bool exponents)
    {
        if (_nanos.IsZero) return "0";
        var (value, power) = (_nanos, -3);
        while (power < 6 && value % 1000 == 0)
        {
            value /= 1000;
            power++;
        }

        var digits = value.ToString(CultureInfo.InvariantCulture);
        if (power == 0) return digits;
        return exponents ? $"{digits}e{(power * 3).ToString(CultureInfo.InvariantCulture)}" : digits + "num kMGTPE"[power + 3];
    }

    /// <summary>Equality by value.</summary>
    public static bool operator ==(Quantity left, Quantity right) => left.Equals(right);

    /// <summary>Inequality by value.</summary>
    public static bool operator !=(Quantity left, Quantity right) => !left.Equals(right);

    /// <summary>Order by value.</summary>
    public static bool operator <(Quantity left, Quantity right) => left.CompareTo(right) < 0;

    /// <summary>Order by value.</summary>
    public static bool operator >(Quantity left, Quantity right) => left.CompareTo(right) > 0;

    /// <summary>Order by value.</summary>
    public static bool operator <=(Quantity left, Quantity right) => left.CompareTo(right) <= 0;

    /// <summary>Order by value.</summary>
    public static bool operator >=(Quantity left, Quantity right) => left.CompareTo(right) >= 0;

    private static BigInteger RoundUp(BigInteger value, BigInteger unit)
    {
        var whole = BigInteger.DivRem(value, unit, out var rest);
        return rest.IsZero ? whole : whole + rest.Sign;
    }

    private static bool Suffix(ReadOnlySpan<char> suffix, out int power2, out int power10)
    {
        (power2, power10) = (0, 0);
        switch (suffix)
        {
            case "": return true;
            case "n": power10 = -9; return true;
            case "u": power10 = -6; return true;
            case "m": power10 = -3; return true;
            case "k": power10 = 3; return true;
            case "M": power10 = 6; return true;
            case "G": power10 = 9; return true;
            case "T": power10 = 12; return true;
            case "P": power10 = 15; return true;
            case "E": power10 = 18; return true;
            case "Ki": power2 = 10; return true;
            case "Mi": power2 = 20; return true;
            case "Gi": power2 = 30; return true;
            case "Ti": power2 = 40; return true;
            case "Pi": power2 = 50; return true;
            case "Ei": power2 = 60; return true;
            default:
                return suffix[0] is 'e' or 'E'
                    && int.TryParse(suffix[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out power10)
                    && power10 is > -100_000 and < 100_000;
        }
    }
}
