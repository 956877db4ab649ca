using System.Globalization;
using System.Text;
using Plumb.Manifests.Cel.Runtime;
using static Plumb.Manifests.Cel.Functions.CelFunctions;

namespace Plumb.Manifests.Cel.Functions;

/// <summary>From one type to another.</summary>
internal static class ConversionFunctions
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    public static IEnumerable<CelFunctionEntry> Entries =>
    [
        Global("int", One(ToInt)), Global("uint", One(ToUint)), Global("double", One(ToDouble)), Global("string", ToText),
        Global("bytes", One(ToBytes)), Global("bool", One(ToBool)), Global("timestamp", One(ToTimestamp)), Global("duration", One(ToDuration)),
        Global("base64.encode", One(v => v.Type == CelType.Bytes ? CelValue.Of(Convert.ToBase64String(v.Octets)) : null)),
        Global("base64.decode", One(FromBase64)),
    ];

    private static CelFunction One(Func<CelValue, CelValue?> convert) => (a, budget) =>
    {
        if (a.Length != 1) return null;
        if (a[0].Type is CelType.String or CelType.Bytes) budget.Build(ComparisonFunctions.Weight(a[0]));
        return convert(a[0]);
    };

    private static CelValue? ToInt(CelValue value) => value.Type switch
    {
        CelType.Int => value,
        CelType.Uint => ArithmeticFunctions.Int(value.Unsigned),
        CelType.Double => value.Number is > -9223372036854775808.0 and < 9223372036854775808.0
            ? CelValue.Of((long)value.Number) : CelValue.Fault("integer overflow"),
        CelType.String => long.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? CelValue.Of(number) : Fault("int", value.Text),
        CelType.Timestamp => CelValue.Of(value.Moment.Seconds),
        CelType.Duration => CelValue.Of(value.Bits),
        _ => null,
    };

    private static CelValue? ToUint(CelValue value) => value.Type switch
    {
        CelType.Uint => value,
        CelType.Int => ArithmeticFunctions.Uint(value.Bits),
        CelType.Double => value.Number is >= 0 and < 18446744073709551616.0
            ? CelValue.Of((ulong)value.Number) : CelValue.Fault("unsigned integer overflow"),
        CelType.String => ulong.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? CelValue.Of(number) : Fault("uint", value.Text),
        _ => null,
    };

    private static CelValue? ToDouble(CelValue value) => value.Type switch
    {
        CelType.Double => value,
        CelType.Int => CelValue.Of((double)value.Bits),
        CelType.Uint => CelValue.Of((double)value.Unsigned),
        CelType.String => ParseDouble(value.Text) is { } number ? CelValue.Of(number) : Fault("double", value.Text),
        _ => null,
    };

    private static double? ParseDouble(string text) => text.TrimStart('+', '-').ToLowerInvariant() switch
    {
        "nan" => double.NaN,
        "inf" or "infinity" => text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity,
        _ => double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
            && !double.IsInfinity(number) ? number : null,
    };

    private static CelValue? ToText(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (a.Length != 1) return null;
        var value = a[0];
        budget.Build(20 + (value.Type is CelType.Bytes ? value.Octets.Length : 0));
        switch (value.Type)
        {
            case CelType.String: return value;
            case CelType.Bool: return CelValue.Of(value.IsTrue ? "true" : "false");
            case CelType.Int: return CelValue.Of(value.Bits.ToString(CultureInfo.InvariantCulture));
            case CelType.Uint: return CelValue.Of(value.Unsigned.ToString(CultureInfo.InvariantCulture));
            case CelType.Double: return CelValue.Of(CelText.Number(value.Number));
            case CelType.Timestamp or CelType.Ip or CelType.Cidr or CelType.Url or CelType.Quantity: return CelValue.Of(value.Reference!.ToString()!);
            case CelType.Duration: return CelValue.Of(CelSpan.Write(value.Bits));
            case CelType.Bytes:
                try
                {
                    return CelValue.Of(StrictUtf8.GetString(value.Octets));
                }
                catch (DecoderFallbackException)
                {
                    return CelValue.Fault("invalid UTF-8 in bytes, cannot convert to string");
                }

            default: return null;
        }
    }

    private static CelValue? ToBytes(CelValue value) => value.Type switch
    {
        CelType.Bytes => value,
        CelType.String => CelValue.Of(Encoding.UTF8.GetBytes(value.Text)),
        _ => null,
    };

    private static CelValue? ToBool(CelValue value) => value.Type switch
    {
        CelType.Bool => value,
        CelType.String => value.Text switch
        {
            "1" or "t" or "T" or "TRUE" or "true" or "True" => CelValue.Of(true),
            "0" or "f" or "F" or "FALSE" or "false" or "False" => CelValue.Of(false),
            _ => Fault("bool", value.Text),
        },
        _ => null,
    };

    private static CelValue? ToTimestamp(CelValue value) => value.Type switch
    {
        CelType.Timestamp => value,
        CelType.Int => ArithmeticFunctions.Moment((Int128)value.Bits * 1_000_000_000),
        CelType.String => CelMoment.Parse(value.Text) is { } moment ? new CelValue(CelType.Timestamp, 0, moment) : Fault("timestamp", value.Text),
        _ => null,
    };

    private static CelValue? ToDuration(CelValue value) => value.Type switch
    {
        CelType.Duration => value,
        CelType.Int => CelValue.Span(value.Bits),
        CelType.String => CelSpan.Parse(value.Text) is { } span ? CelValue.Span(span) : Fault("duration", value.Text),
        _ => null,
    };

    private static CelValue? FromBase64(CelValue value)
    {
        if (value.Type != CelType.String) return null;
        try
        {
            return CelValue.Of(Convert.FromBase64String(value.Text.PadRight((value.Text.Length + 3) / 4 * 4, '=')));
        }
        catch (FormatException)
        {
            return CelValue.Fault("illegal base64 data");
        }
    }

    private static CelValue Fault(string type, string text) =>
        CelValue.Fault($"type conversion error: \"{(text.Length > 100 ? text[..100] + "…" : text)}\" is no {type}");
}
