using System.Globalization;
using System.Numerics;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Numbers;

/// <summary>
/// A decimal number of any size, as the library shopspring/decimal has it: exact but for division, which keeps 16 places.
/// </summary>
internal readonly struct BigDecimal
{
    private const int DivisionPlaces = 16;

    private readonly BigInteger _value;
    private readonly int _exponent;

    private BigDecimal(BigInteger value, int exponent)
    {
        _value = value;
        _exponent = exponent;
    }

    /// <summary>The number whose shortest digits are those of a floating-point one.</summary>
    public static BigDecimal Of(double number)
    {
        if (!double.IsFinite(number)) throw new GoError($"Cannot create a Decimal from {GoFloat.Format(number, 'g', -1)}");
        if (number == 0) return default;
        var (digits, point) = GoFloat.Shortest(Math.Abs(number), single: false);
        var value = BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        return new BigDecimal(number < 0 ? -value : value, point - digits.Length);
    }

    public static BigDecimal operator +(BigDecimal left, BigDecimal right)
    {
        var exponent = Math.Min(left._exponent, right._exponent);
        return new BigDecimal(left.At(exponent) + right.At(exponent), exponent);
    }

    public static BigDecimal operator -(BigDecimal left, BigDecimal right) => left + new BigDecimal(-right._value, right._exponent);

    public static BigDecimal operator *(BigDecimal left, BigDecimal right) =>
        new(left._value * right._value, left._exponent + right._exponent);

    public static BigDecimal operator /(BigDecimal left, BigDecimal right)
    {
        if (right._value.IsZero) throw new GoError("decimal division by 0");
        var shift = DivisionPlaces + left._exponent - right._exponent;
        var (dividend, divisor) = (left._value, right._value);
        if (shift >= 0) dividend *= BigInteger.Pow(10, shift);
        else divisor *= BigInteger.Pow(10, -shift);
        var quotient = BigInteger.DivRem(dividend, divisor, out var rest);

        // half away from zero
        if (BigInteger.Abs(rest) * 2 >= BigInteger.Abs(divisor)) quotient += dividend.Sign * divisor.Sign;
        return new BigDecimal(quotient, -DivisionPlaces);
    }

    /// <summary>The nearest floating-point number.</summary>
    public double ToDouble() => double.Parse($"{_value}E{_exponent}", NumberStyles.Float, CultureInfo.InvariantCulture);

    private BigInteger At(int exponent) => _value * BigInteger.Pow(10, _exponent - exponent);
}
