using System.Globalization;
using System.Numerics;
using Plumb.Manifests.Documents;

namespace Plumb.Kubernetes.Compare;

/// <summary>
/// The exact amount of a Kubernetes quantity, for equality only: digits times a power of ten, without trailing zeros. <c>1000m</c>, <c>1</c>,
/// <c>1e0</c> and the number 1 are one amount; <c>1Ki</c> is 1024.
/// </summary>
internal readonly record struct Amount(BigInteger Digits, int Exponent)
{
    private const int LongestText = 64;

    /// <summary>From text or a number; false when it is no quantity.</summary>
    public static bool TryRead(Node node, out Amount amount)
    {
        var text = node.Kind switch
        {
            NodeKind.String => node.AsString(),
            NodeKind.Int => node.AsInt()!.Value.ToString(CultureInfo.InvariantCulture),
            NodeKind.BigInt => node.AsBigInt(),
            NodeKind.Float => node.AsDouble()!.Value.ToString("R", CultureInfo.InvariantCulture),
            _ => null,
        };
        amount = default;
        return text is { Length: > 0 and <= LongestText } && TryRead(text, out amount);
    }

    private static bool TryRead(ReadOnlySpan<char> text, out Amount amount)
    {
        amount = default;
        var end = text.IndexOfAnyExcept("+-.0123456789");
        var number = end < 0 ? text : text[..end];
        if (!TrySuffix(end < 0 ? [] : text[end..], out var ten, out var two)) return false;

        var point = number.IndexOf('.');
        var digits = point < 0 ? number.ToString() : string.Concat(number[..point], number[(point + 1)..]);
        if (!BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)) return false;
        amount = Reduce(value << two, ten - (point < 0 ? 0 : number.Length - point - 1));
        return true;
    }

    private static Amount Reduce(BigInteger value, int exponent)
    {
        if (value.IsZero) return new(0, 0);
        while (true)
        {
            var (quotient, rest) = BigInteger.DivRem(value, 10);
            if (!rest.IsZero) return new(value, exponent);
            value = quotient;
            exponent++;
        }
    }

    private static bool TrySuffix(ReadOnlySpan<char> suffix, out int ten, out int two)
    {
        (ten, two) = suffix switch
        {
            "" => (0, 0),
            "n" => (-9, 0),
            "u" => (-6, 0),
            "m" => (-3, 0),
            "k" => (3, 0),
            "M" => (6, 0),
            "G" => (9, 0),
            "T" => (12, 0),
            "P" => (15, 0),
            "E" => (18, 0),
            "Ki" => (0, 10),
            "Mi" => (0, 20),
            "Gi" => (0, 30),
            "Ti" => (0, 40),
            "Pi" => (0, 50),
            "Ei" => (0, 60),
            _ => (int.MinValue, 0),
        };
        if (ten != int.MinValue) return true;
        return suffix.Length is > 1 and <= 4 && suffix[0] is 'e' or 'E'
            && int.TryParse(suffix[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out ten);
    }
}
