using System.Numerics;
using System.Security.Cryptography;

namespace Plumb.GoTemplate.Functions.Crypto;

/// <summary>New RSA keys, by FIPS 186-5, appendix A.1.3.</summary>
internal static class RsaGeneration
{
    private const int Exponent = 65537;

    /// <summary>A key of so many bits, an even number from 512.</summary>
    public static RSA Make(int bits)
    {
        while (true)
        {
            var p = Prime(bits / 2);
            var q = Prime(bits - (bits / 2));
            if (p < q) (p, q) = (q, p);
            // far enough from each other, and a private exponent that is not small
            if ((p - q).GetBitLength() <= (bits / 2) - 100) continue;
            var modulus = p * q;
            if (modulus.GetBitLength() != bits) continue;
            var d = ModularInverse.Of<BigInteger>(Exponent, Least(p - 1, q - 1));
            if (d.GetBitLength() <= bits / 2) continue;
            var half = (bits + 15) / 16;
            return RSA.Create(new RSAParameters
            {
                Modulus = Bytes(modulus, bits / 8),
                Exponent = [1, 0, 1],
                D = Bytes(d, bits / 8),
                P = Bytes(p, half),
                Q = Bytes(q, half),
                DP = Bytes(d % (p - 1), half),
                DQ = Bytes(d % (q - 1), half),
                InverseQ = Bytes(ModularInverse.Of(q, p), half),
            });
        }
    }

    /// <summary>A random prime whose two highest bits are set and that the exponent can be used with.</summary>
    private static BigInteger Prime(int bits)
    {
        while (true)
        {
            var start = RandomNumber.OfBits(bits) | (BigInteger.One << (bits - 1)) | (BigInteger.One << (bits - 2)) | BigInteger.One;
            if (PrimeSearch.Among(start, 2, bits, static candidate => candidate % Exponent != 1) is { } prime) return prime;
        }
    }

    private static BigInteger Least(BigInteger a, BigInteger b) => a / BigInteger.GreatestCommonDivisor(a, b) * b;

    private static byte[] Bytes(BigInteger value, int length)
    {
        var bytes = new byte[length];
        var written = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        written.CopyTo(bytes, length - written.Length);
        return bytes;
    }
}
