using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Plumb.GoTemplate.Functions.Crypto;

/// <summary>Powers modulo one odd number, by Montgomery's multiplication on 64-bit words. Not for concurrent use.</summary>
internal sealed class Montgomery
{
    private const int WindowBits = 4;

    private readonly int _words;
    private readonly ulong[] _modulus;
    private readonly ulong _inverse; // -1 / modulus, modulo 2^64
    private readonly ulong[] _square; // R² mod modulus
    private readonly ulong[] _one; // R mod modulus
    private readonly ulong[] _product;

    public Montgomery(BigInteger modulus)
    {
        _words = (int)((modulus.GetBitLength() + 63) / 64);
        _modulus = Split(modulus);
        var inverse = 1UL;
        for (var i = 0; i < 6; i++) inverse *= 2 - (_modulus[0] * inverse); // Newton: each step doubles the bits that are right
        _inverse = 0 - inverse;
        var r = BigInteger.One << (64 * _words);
        _one = Split(r % modulus);
        _square = Split(r * r % modulus);
        _product = new ulong[(2 * _words) + 1];
    }

    /// <summary>A number below the modulus, times R.</summary>
    public ulong[] Enter(BigInteger value)
    {
        var result = Split(value);
        Multiply(result, _square, result);
        return result;
    }

    /// <summary>One, times R.</summary>
    public ReadOnlySpan<ulong> One => _one;

    /// <summary>A power, times R.</summary>
    public ulong[] Power(ulong[] @base, BigInteger exponent)
    {
        var powers = new ulong[1 << WindowBits][];
        powers[0] = [.. _one];
        for (var i = 1; i < powers.Length; i++)
        {
            powers[i] = new ulong[_words];
            Multiply(powers[i - 1], @base, powers[i]);
        }

        var digits = exponent.ToByteArray(isUnsigned: true, isBigEndian: true);
        ulong[] result = [.. _one];
        foreach (var digit in digits)
        {
            for (var i = 0; i < WindowBits; i++) Square(result);
            Multiply(result, powers[digit >> 4], result);
            for (var i = 0; i < WindowBits; i++) Square(result);
            Multiply(result, powers[digit & 15], result);
        }

        return result;
    }

    /// <summary>Squares in place.</summary>
    public void Square(ulong[] value)
    {
        var product = _product.AsSpan();
        product.Clear();
        var x = value.AsSpan(0, _words);
        for (var i = 0; i < x.Length; i++)
        {
            product[i + x.Length] = AddProduct(product[((2 * i) + 1)..], x[(i + 1)..], x[i]);
        }

        ulong top = 0;
        ulong over = 0;
        for (var i = 0; i < x.Length; i++)
        {
            var high = Math.BigMul(x[i], x[i], out var low);
            var (first, second) = (product[2 * i], product[(2 * i) + 1]);
            var doubled = (first << 1) | top;
            var next = (second << 1) | (first >> 63);
            top = second >> 63;
            doubled += over;
            var wrapped = doubled < over ? 1UL : 0;
            doubled += low;
            wrapped += doubled < low ? 1UL : 0;
            next += wrapped;
            over = next < wrapped ? 1UL : 0;
            next += high;
            over += next < high ? 1UL : 0;
            (product[2 * i], product[(2 * i) + 1]) = (doubled, next);
        }

        Reduce(value);
    }

    private void Multiply(ulong[] left, ulong[] right, ulong[] result)
    {
        var product = _product.AsSpan();
        product.Clear();
        var x = left.AsSpan(0, _words);
        var y = right.AsSpan(0, _words);
        for (var i = 0; i < x.Length; i++)
        {
            product[i + y.Length] = AddProduct(product[i..], y, x[i]);
        }

        Reduce(result);
    }

    /// <summary>The product divided by R.</summary>
    private void Reduce(ulong[] result)
    {
        var product = _product.AsSpan();
        var modulus = _modulus.AsSpan(0, _words);
        ulong above = 0;
        for (var i = 0; i < modulus.Length; i++)
        {
            var factor = product[i] * _inverse;
            var carry = AddProduct(product[i..], modulus, factor);
            var sum = product[i + modulus.Length] + carry;
            var wrapped = sum < carry ? 1UL : 0;
            sum += above;
            above = wrapped + (sum < above ? 1UL : 0);
            product[i + modulus.Length] = sum;
        }

        var rest = product[modulus.Length..(2 * modulus.Length)];
        if (above > 0 || !IsBelow(rest, modulus)) Subtract(rest, modulus);
        rest.CopyTo(result);
    }

    /// <summary>Adds a number times a word to the words of <paramref name="to"/>, and gives what is carried above them.</summary>
    private static ulong AddProduct(Span<ulong> to, ReadOnlySpan<ulong> number, ulong factor)
    {
        // All of the time goes here. Carries without branches, as they are as random as the numbers: three times as fast.
        ulong carry = 0;
        ref var target = ref MemoryMarshal.GetReference(to[..number.Length]);
        ref var word = ref MemoryMarshal.GetReference(number);
        ref var end = ref Unsafe.Add(ref word, number.Length);
        while (Unsafe.IsAddressLessThan(ref word, ref end))
        {
            var high = Math.BigMul(factor, word, out var low);
            var before = target;
            low += before;
            high += low < before ? 1UL : 0;
            low += carry;
            high += low < carry ? 1UL : 0;
            target = low;
            carry = high;
            target = ref Unsafe.Add(ref target, 1);
            word = ref Unsafe.Add(ref word, 1);
        }

        return carry;
    }

    private static bool IsBelow(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right)
    {
        for (var i = left.Length - 1; i >= 0; i--)
        {
            if (left[i] != right[i]) return left[i] < right[i];
        }

        return false;
    }

    private static void Subtract(Span<ulong> from, ReadOnlySpan<ulong> number)
    {
        ulong borrow = 0;
        for (var i = 0; i < from.Length; i++)
        {
            var before = from[i];
            var less = before - number[i];
            var result = less - borrow;
            borrow = (before < number[i] ? 1UL : 0) | (less < borrow ? 1UL : 0);
            from[i] = result;
        }
    }

    private ulong[] Split(BigInteger value)
    {
        var words = new ulong[_words];
        for (var i = 0; i < words.Length; i++) words[i] = (ulong)((value >> (64 * i)) & ulong.MaxValue);
        return words;
    }
}
