using System.Formats.Asn1;
using System.Numerics;

namespace Plumb.GoTemplate.Functions.Crypto;

/// <summary>
/// New DSA keys with parameters of their own, of 2,048 and 256 bits as Sprig asks of Go; .NET makes none on all systems. As in Go, p is the first
/// prime of a random length's range that is one more than a multiple of q, and g a power of two (FIPS 186-3, appendix A.2.1).
/// </summary>
internal static class DsaGeneration
{
    private const int Length = 2048;
    private const int Subgroup = 256;

    /// <summary>A key, in the form that OpenSSL writes: version, p, q, g, y, x.</summary>
    public static byte[] Make()
    {
        var (p, q) = Primes();
        var g = Generator(p, q);
        var x = RandomNumber.Below(q);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var number in (BigInteger[])[0, p, q, g, BigInteger.ModPow(g, x, p), x]) writer.WriteInteger(number);
        }

        return writer.Encode();
    }

    private static (BigInteger P, BigInteger Q) Primes()
    {
        while (true)
        {
            var q = PrimeSearch.Among(RandomNumber.OfBits(Subgroup) | (BigInteger.One << (Subgroup - 1)) | 1, 2, Subgroup, static _ => true);
            if (q is null) continue;
            var step = 2 * q.Value;
            var near = RandomNumber.OfBits(Length) | (BigInteger.One << (Length - 1));
            if (PrimeSearch.Among(near - (near % step) + 1 + step, step, Length, static _ => true) is { } p) return (p, q.Value);
        }
    }

    private static BigInteger Generator(BigInteger p, BigInteger q)
    {
        for (BigInteger h = 2; ; h++)
        {
            var g = BigInteger.ModPow(h, (p - 1) / q, p);
            if (!g.IsOne) return g;
        }
    }
}
