using System.Numerics;

namespace Plumb.GoTemplate.Functions.Crypto;

/// <summary>
/// Powers modulo one odd number, by Montgomery's multiplication: numbers are kept times R, a power of two above the modulus. Not for concurrent use.
/// </summary>
internal abstract class Montgomery(BigInteger modulus, int bitsOfR)
{
    private const int WindowBits = 4;

    private ulong[] _square = []; // R² mod modulus
    private ulong[] _one = []; // R mod modulus

    /// <summary>The fastest for a modulus on this processor.</summary>
    public static Montgomery Of(BigInteger modulus) => VectorMontgomery.Takes(modulus) ? new VectorMontgomery(modulus) : new WordMontgomery(modulus);

    /// <summary>One, times R.</summary>
    public ReadOnlySpan<ulong> One => _one;

    /// <summary>A number below the modulus, times R.</summary>
    public ulong[] Enter(BigInteger value)
    {
        var result = Split(value);
        Multiply(result, _square, result);
        return result;
    }

    /// <summary>A power, times R.</summary>
    public ulong[] Power(ulong[] @base, BigInteger exponent)
    {
        var powers = new ulong[1 << WindowBits][];
        powers[0] = [.. _one];
        for (var i = 1; i < powers.Length; i++)
        {
            powers[i] = new ulong[_one.Length];
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
    public abstract void Square(ulong[] value);

    /// <summary>The product divided by R, below the modulus. The result may be one of the factors.</summary>
    protected abstract void Multiply(ulong[] left, ulong[] right, ulong[] result);

    /// <summary>A number in digits, the lowest first.</summary>
    protected abstract ulong[] Split(BigInteger value);

    /// <summary>Compares two numbers of as many digits.</summary>
    protected static bool IsBelow(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right)
    {
        for (var i = left.Length - 1; i >= 0; i--)
        {
            if (left[i] != right[i]) return left[i] < right[i];
        }

        return false;
    }

    /// <summary>To be called when numbers can be split.</summary>
    protected void Begin()
    {
        var r = BigInteger.One << bitsOfR;
        _one = Split(r % modulus);
        _square = Split(r * r % modulus);
    }
}
