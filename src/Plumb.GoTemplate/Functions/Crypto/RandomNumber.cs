using System.Numerics;
using System.Security.Cryptography;

namespace Plumb.GoTemplate.Functions.Crypto;

/// <summary>Random numbers that nobody can foresee.</summary>
internal static class RandomNumber
{
    /// <summary>A number of at most so many bits.</summary>
    public static BigInteger OfBits(int bits)
    {
        var bytes = RandomNumberGenerator.GetBytes((bits + 7) / 8);
        if (bits % 8 != 0) bytes[^1] &= (byte)((1 << (bits % 8)) - 1);
        return new BigInteger(bytes, isUnsigned: true);
    }

    /// <summary>A number above one and below <paramref name="limit"/>, each as likely as the others.</summary>
    public static BigInteger Below(BigInteger limit)
    {
        while (true)
        {
            var value = OfBits((int)limit.GetBitLength());
            if (value > 1 && value < limit) return value;
        }
    }
}
