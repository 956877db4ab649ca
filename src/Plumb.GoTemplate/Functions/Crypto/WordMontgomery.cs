using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Plumb.GoTemplate.Functions.Crypto;

/// <summary>Montgomery's multiplication on words of 64 bits, for any processor and length.</summary>
internal sealed class WordMontgomery : Montgomery
{
    private readonly int _words;
    private readonly ulong[] _modulus;
    private readonly ulong _inverse; // -1 / modulus, modulo 2^64
    private readonly ulong[] _product;

    public WordMontgomery(BigInteger modulus)
        : base(modulus, 64 * Words(modulus))
    {
        _words = Words(modulus);
        _modulus = Split(modulus);
        var inverse = 1UL;
        for (var i = 0; i < 6; i++) inverse *= 2 - (_modulus[0] * inverse); // Newton: each step doubles the bits that are right
        _inverse = 0 - inverse;
        _product = new ulong[(2 * _words) + 1];
        Begin();
    }

    /// <inheritdoc/>
    public override void Square(ulong[] value)
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

    /// <inheritdoc/>
    protected override void Multiply(ulong[] left, ulong[] right, ulong[] result)
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

    private static int Words(BigInteger modulus) => (int)((modulus.GetBitLength() + 63) / 64);

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

    /// <inheritdoc/>
    protected override ulong[] Split(BigInteger value)
    {
        var words = new ulong[_words];
        for (var i = 0; i < words.Length; i++) words[i] = (ulong)((value >> (64 * i)) & ulong.MaxValue);
        return words;
    }
}
