using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Plumb.GoTemplate.Functions.Crypto;

/// <summary>
/// Montgomery's multiplication in digits of 28 bits, four products of two digits at a time. Sums of products have room in 64 bits, so that nothing is
/// carried before the end: with carries, the processor's instructions for which are out of reach here, it takes twice as long.
/// </summary>
internal sealed class VectorMontgomery : Montgomery
{
    private const int DigitBits = 28;
    private const ulong Mask = (1UL << DigitBits) - 1;
    private const int Lanes = 4;

    /// <summary>Two products of each digit are added up: 2 · 120 · 2^56 and what is carried are below 2^64.</summary>
    private const int MostDigits = 120;

    private readonly int _digits; // a multiple of the lanes
    private readonly ulong[] _modulus; // with room for a shift by less than a vector on either side
    private readonly ulong[] _right;
    private readonly ulong[] _sums;
    private readonly ulong _inverse; // -1 / modulus, modulo 2^28

    public VectorMontgomery(BigInteger modulus)
        : base(modulus, DigitBits * Digits(modulus))
    {
        _digits = Digits(modulus);
        _modulus = new ulong[_digits + (2 * Lanes)];
        _right = new ulong[_digits + (2 * Lanes)];
        _sums = new ulong[(2 * _digits) + Lanes];
        Split(modulus).CopyTo(_modulus, Lanes);
        var inverse = 1UL;
        for (var i = 0; i < 5; i++) inverse *= 2 - (_modulus[Lanes] * inverse); // Newton: each step doubles the bits that are right
        _inverse = (0 - inverse) & Mask;
        Begin();
    }

    /// <summary>Whether this processor can, for a modulus of this length.</summary>
    public static bool Takes(BigInteger modulus) => Avx2.IsSupported && modulus.GetBitLength() >= 256 && Digits(modulus) <= MostDigits;

    /// <inheritdoc/>
    public override void Square(ulong[] value) => Multiply(value, value, value);

    /// <inheritdoc/>
    protected override void Multiply(ulong[] left, ulong[] right, ulong[] result)
    {
        right.AsSpan().CopyTo(_right.AsSpan(Lanes));
        Array.Clear(_sums);
        ref var sums = ref MemoryMarshal.GetArrayDataReference(_sums);
        ref var b = ref MemoryMarshal.GetArrayDataReference(_right);
        ref var n = ref MemoryMarshal.GetArrayDataReference(_modulus);
        var (b0, n0) = (Unsafe.Add(ref b, Lanes), Unsafe.Add(ref n, Lanes));
        ulong carry = 0;
        for (var i = 0; i < left.Length; i++)
        {
            // The lowest digit first, as it says how often the modulus has to be added for it to become nothing.
            var shift = i % Lanes;
            var digit = left[i];
            var lowest = Unsafe.Add(ref sums, i) + carry + (digit * b0);
            var factor = (lowest * _inverse) & Mask;
            carry = (lowest + (factor * n0)) >> DigitBits;

            // Sums stay where they are, and the numbers are read from further below: what was just written is then read as it was written.
            var x = Vector256.Create(digit).AsUInt32();
            var y = Vector256.Create(factor).AsUInt32();
            ref var to = ref Unsafe.Add(ref sums, i - shift);
            ref var fromB = ref Unsafe.Add(ref b, Lanes - shift);
            ref var fromN = ref Unsafe.Add(ref n, Lanes - shift);
            var length = left.Length + (shift == 0 ? 0 : Lanes);
            for (var j = 0; j < length; j += Lanes)
            {
                var sum = Vector256.LoadUnsafe(ref to, (nuint)j)
                    + Avx2.Multiply(x, Vector256.LoadUnsafe(ref fromB, (nuint)j).AsUInt32())
                    + Avx2.Multiply(y, Vector256.LoadUnsafe(ref fromN, (nuint)j).AsUInt32());
                sum.StoreUnsafe(ref to, (nuint)j);
            }
        }

        for (var i = 0; i < left.Length; i++)
        {
            var sum = _sums[left.Length + i] + carry;
            result[i] = sum & Mask;
            carry = sum >> DigitBits;
        }

        // Less than twice the modulus, for which the highest digit has room.
        if (!IsBelow(result, _modulus.AsSpan(Lanes, _digits))) Subtract(result);
    }

    /// <inheritdoc/>
    protected override ulong[] Split(BigInteger value)
    {
        var digits = new ulong[_digits];
        for (var i = 0; i < digits.Length; i++) digits[i] = (ulong)((value >> (DigitBits * i)) & Mask);
        return digits;
    }

    private static int Digits(BigInteger modulus)
    {
        var digits = (int)((modulus.GetBitLength() + 1 + DigitBits - 1) / DigitBits);
        return (digits + Lanes - 1) / Lanes * Lanes;
    }

    private void Subtract(ulong[] from)
    {
        ulong borrow = 0;
        for (var i = 0; i < from.Length; i++)
        {
            var digit = from[i] - _modulus[Lanes + i] - borrow;
            from[i] = digit & Mask;
            borrow = digit >> 63;
        }
    }
}
