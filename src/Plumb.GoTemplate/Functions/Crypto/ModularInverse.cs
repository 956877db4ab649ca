using System.Numerics;

namespace Plumb.GoTemplate.Functions.Crypto;

/// <summary>What a number has to be multiplied by for the product to be one, modulo another number without a common divisor.</summary>
internal static class ModularInverse
{
    /// <summary>By Euclid's way, in the numbers' own type, as each search for a prime asks for it of thousands of small ones.</summary>
    public static T Of<T>(T value, T modulus)
        where T : IBinaryInteger<T>
    {
        var (r, nextR, t, nextT) = (modulus, value % modulus, T.Zero, T.One);
        while (!T.IsZero(nextR))
        {
            var quotient = r / nextR;
            (r, nextR) = (nextR, r - (quotient * nextR));
            (t, nextT) = (nextT, t - (quotient * nextT));
        }

        return T.IsNegative(t) ? t + modulus : t;
    }
}
