using System.Numerics;
using System.Security.Cryptography;

namespace Plumb.GoTemplate.Functions.Crypto;

/// <summary>
/// New RSA keys. The operating system's library tests each prime 64 times, which takes it a third of a second for a key; charts make dozens.
/// Here primes are tested as often as FIPS 186-5 asks of random candidates (appendix B.3, error below 2^-112), which is what Go does.
/// </summary>
internal static class RsaGeneration
{
    private const int Exponent = 65537;
    private const int SieveTo = 1 << 17;
    private const int Stretch = 1 << 14; // odd numbers looked at from one random start

    private static readonly int[] SmallPrimes = Sieve();

    /// <summary>A key of so many bits, an even number from 512.</summary>
    public static RSA Make(int bits)
    {
        while (true)
        {
            var p = Prime(bits / 2);
            var q = Prime(bits - (bits / 2));
            if (p < q) (p, q) = (q, p);
            // FIPS 186-5, A.1.3: far enough from each other, and a private exponent that is not small.
            if ((p - q).GetBitLength() <= (bits / 2) - 100) continue;
            var modulus = p * q;
            if (modulus.GetBitLength() != bits) continue;
            var d = Inverse(Exponent, Least(p - 1, q - 1));
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
                InverseQ = Bytes(Inverse(q, p), half),
            });
        }
    }

    /// <summary>A random prime whose two highest bits are set and that the exponent can be used with.</summary>
    internal static BigInteger Prime(int bits)
    {
        var composite = new bool[Stretch];
        while (true)
        {
            var start = Random(bits) | (BigInteger.One << (bits - 1)) | (BigInteger.One << (bits - 2)) | BigInteger.One;
            Array.Clear(composite);
            foreach (var small in SmallPrimes)
            {
                // start + 2i is divisible when i = -start / 2 modulo the small prime
                var rest = (int)(start % small);
                var first = (long)(small - rest) * ((small + 1) / 2) % small;
                for (var i = first; i < Stretch; i += small) composite[i] = true;
            }

            for (var i = 0; i < Stretch; i++)
            {
                if (composite[i]) continue;
                var candidate = start + (2 * i);
                if (candidate.GetBitLength() > bits) break;
                if (candidate % Exponent != 1 && IsPrime(candidate, Rounds(bits))) return candidate;
            }
        }
    }

    /// <summary>Miller and Rabin's test with random bases.</summary>
    internal static bool IsPrime(BigInteger candidate, int rounds)
    {
        var modulo = new Montgomery(candidate);
        var less = candidate - 1;
        var twos = (int)BigInteger.TrailingZeroCount(less);
        var odd = less >> twos;
        var minusOne = modulo.Enter(less);
        for (var round = 0; round < rounds; round++)
        {
            var x = modulo.Power(modulo.Enter(Base(candidate)), odd);
            if (x.AsSpan().SequenceEqual(modulo.One) || x.AsSpan().SequenceEqual(minusOne)) continue;
            var found = false;
            for (var i = 1; i < twos && !found; i++)
            {
                modulo.Square(x);
                found = x.AsSpan().SequenceEqual(minusOne);
            }

            if (!found) return false;
        }

        return true;
    }

    private static int Rounds(int bits) => bits >= 1536 ? 4 : bits >= 1024 ? 5 : bits >= 512 ? 8 : 40;

    private static BigInteger Base(BigInteger candidate)
    {
        while (true)
        {
            var value = Random((int)candidate.GetBitLength());
            if (value > 1 && value < candidate - 1) return value;
        }
    }

    private static BigInteger Random(int bits)
    {
        var bytes = RandomNumberGenerator.GetBytes((bits + 7) / 8);
        if (bits % 8 != 0) bytes[^1] &= (byte)((1 << (bits % 8)) - 1);
        return new BigInteger(bytes, isUnsigned: true);
    }

    private static BigInteger Least(BigInteger a, BigInteger b) => a / BigInteger.GreatestCommonDivisor(a, b) * b;

    private static BigInteger Inverse(BigInteger value, BigInteger modulus)
    {
        var (r, nextR, t, nextT) = (modulus, value % modulus, BigInteger.Zero, BigInteger.One);
        while (!nextR.IsZero)
        {
            var quotient = r / nextR;
            (r, nextR) = (nextR, r - (quotient * nextR));
            (t, nextT) = (nextT, t - (quotient * nextT));
        }

        return t.Sign < 0 ? t + modulus : t;
    }

    private static byte[] Bytes(BigInteger value, int length)
    {
        var bytes = new byte[length];
        var written = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        written.CopyTo(bytes, length - written.Length);
        return bytes;
    }

    private static int[] Sieve()
    {
        var composite = new bool[SieveTo];
        var primes = new List<int>();
        for (var i = 3; i < SieveTo; i += 2)
        {
            if (composite[i]) continue;
            primes.Add(i);
            for (long j = (long)i * i; j < SieveTo; j += 2 * i) composite[j] = true;
        }

        return [.. primes];
    }
}
