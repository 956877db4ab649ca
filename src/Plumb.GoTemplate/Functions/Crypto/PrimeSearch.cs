using System.Numerics;

namespace Plumb.GoTemplate.Functions.Crypto;

/// <summary>
/// Searches for primes. A sieve leaves one number of seven odd ones; these are tested by all processors at once, as nearly all of the time for a
/// key goes here. Primes are tested as often as FIPS 186-5 asks of random candidates (appendix B.3, error below 2^-112), which is what Go does;
/// the operating system's library tests each 64 times, which takes it a third of a second for a key of 2,048 bits.
/// </summary>
internal static class PrimeSearch
{
    /// <summary>How many numbers <see cref="Among"/> looks at.</summary>
    public const int Stretch = 1 << 14;

    private const int SieveTo = 1 << 17;

    private static readonly int[] SmallPrimes = Sieve();

    /// <summary>
    /// A prime among <paramref name="start"/>, <paramref name="start"/> + <paramref name="step"/>, … that has <paramref name="bits"/> bits; null
    /// when there is none among <see cref="Stretch"/> of them.
    /// </summary>
    /// <param name="start">An odd number of so many bits.</param>
    /// <param name="step">An even number.</param>
    /// <param name="bits">Length of the prime.</param>
    /// <param name="fits">What else is asked of it.</param>
    public static BigInteger? Among(BigInteger start, BigInteger step, int bits, Predicate<BigInteger> fits)
    {
        var left = Survivors(start, step);
        BigInteger? found = null;
        var gate = new Lock();
        Parallel.For(0, left.Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (n, state) =>
        {
            if (state.ShouldExitCurrentIteration) return;
            var candidate = start + (step * left[n]);
            if (candidate.GetBitLength() != bits || !fits(candidate) || !IsPrime(candidate, Rounds(bits))) return;
            lock (gate) found ??= candidate;
            state.Stop();
        });
        return found;
    }

    /// <summary>Miller and Rabin's test with random bases.</summary>
    public static bool IsPrime(BigInteger candidate, int rounds)
    {
        var modulo = Montgomery.Of(candidate);
        var less = candidate - 1;
        var twos = (int)BigInteger.TrailingZeroCount(less);
        var odd = less >> twos;
        var minusOne = modulo.Enter(less);
        for (var round = 0; round < rounds; round++)
        {
            var x = modulo.Power(modulo.Enter(RandomNumber.Below(less)), odd);
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

    private static List<int> Survivors(BigInteger start, BigInteger step)
    {
        var composite = new bool[Stretch];
        foreach (var small in SmallPrimes)
        {
            // start + i·step is divisible when i = -start / step modulo the small prime
            var by = (int)(step % small);
            if (by == 0) continue;
            var first = (long)(small - (int)(start % small)) * ModularInverse.Of(by, small) % small;
            for (var i = first; i < Stretch; i += small) composite[i] = true;
        }

        return [.. Enumerable.Range(0, Stretch).Where(i => !composite[i])];
    }

    private static int Rounds(int bits) => bits >= 1536 ? 4 : bits >= 1024 ? 5 : bits >= 512 ? 8 : 40;

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
