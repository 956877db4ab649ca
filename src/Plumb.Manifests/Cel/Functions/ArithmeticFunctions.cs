using Plumb.Manifests.Cel.Runtime;
using static Plumb.Manifests.Cel.Functions.CelFunctions;

namespace Plumb.Manifests.Cel.Functions;

/// <summary><c>+ - * / %</c> and negation: within one type, overflow is an error.</summary>
internal static class ArithmeticFunctions
{
    private static CelValue IntOverflow => CelValue.Fault("integer overflow");

    private static CelValue UintOverflow => CelValue.Fault("unsigned integer overflow");

    public static IEnumerable<CelFunctionEntry> Entries =>
    [
        Global("+", Add), Global("-", Subtract), Global("*", Multiply), Global("/", Divide), Global("%", Modulo), Global("-_", Negate),
    ];

    private static CelValue? Add(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        var (x, y) = (a[0], a[1]);
        switch (x.Type, y.Type)
        {
            case (CelType.Int, CelType.Int): return Int((Int128)x.Bits + y.Bits);
            case (CelType.Uint, CelType.Uint): return Uint((Int128)x.Unsigned + y.Unsigned);
            case (CelType.Double, CelType.Double): return CelValue.Of(x.Number + y.Number);
            case (CelType.String, CelType.String):
                budget.Build(x.Text.Length + y.Text.Length);
                return CelValue.Of(x.Text + y.Text);
            case (CelType.Bytes, CelType.Bytes):
                budget.Build(x.Octets.Length + y.Octets.Length);
                return CelValue.Of((byte[])[.. x.Octets, .. y.Octets]);
            case (CelType.List, CelType.List):
                budget.Build(x.List.Count + y.List.Count);
                return CelValue.Of((CelValue[])[.. x.List.Items, .. y.List.Items]);
            case (CelType.Duration, CelType.Duration): return Span((Int128)x.Bits + y.Bits);
            case (CelType.Timestamp, CelType.Duration): return Moment(x.Moment.Total + y.Bits);
            case (CelType.Duration, CelType.Timestamp): return Moment(y.Moment.Total + x.Bits);
            default: return null;
        }
    }

    private static CelValue? Subtract(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        var (x, y) = (a[0], a[1]);
        return (x.Type, y.Type) switch
        {
            (CelType.Int, CelType.Int) => Int((Int128)x.Bits - y.Bits),
            (CelType.Uint, CelType.Uint) => Uint((Int128)x.Unsigned - y.Unsigned),
            (CelType.Double, CelType.Double) => CelValue.Of(x.Number - y.Number),
            (CelType.Duration, CelType.Duration) => Span((Int128)x.Bits - y.Bits),
            (CelType.Timestamp, CelType.Duration) => Moment(x.Moment.Total - y.Bits),
            (CelType.Timestamp, CelType.Timestamp) => Span(x.Moment.Total - y.Moment.Total),
            _ => null,
        };
    }

    private static CelValue? Multiply(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        var (x, y) = (a[0], a[1]);
        return (x.Type, y.Type) switch
        {
            (CelType.Int, CelType.Int) => Int((Int128)x.Bits * y.Bits),
            (CelType.Uint, CelType.Uint) => (UInt128)x.Unsigned * y.Unsigned is var product && product <= ulong.MaxValue
                ? CelValue.Of((ulong)product) : UintOverflow,
            (CelType.Double, CelType.Double) => CelValue.Of(x.Number * y.Number),
            _ => null,
        };
    }

    private static CelValue? Divide(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        var (x, y) = (a[0], a[1]);
        return (x.Type, y.Type) switch
        {
            (CelType.Int, CelType.Int) or (CelType.Uint, CelType.Uint) when y.Bits == 0 => CelValue.Fault("division by zero"),
            (CelType.Int, CelType.Int) => Int((Int128)x.Bits / y.Bits),
            (CelType.Uint, CelType.Uint) => CelValue.Of(x.Unsigned / y.Unsigned),
            (CelType.Double, CelType.Double) => CelValue.Of(x.Number / y.Number),
            _ => null,
        };
    }

    private static CelValue? Modulo(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        var (x, y) = (a[0], a[1]);
        return (x.Type, y.Type) switch
        {
            (CelType.Int, CelType.Int) or (CelType.Uint, CelType.Uint) when y.Bits == 0 => CelValue.Fault("modulus by zero"),
            (CelType.Int, CelType.Int) when x.Bits == long.MinValue && y.Bits == -1 => IntOverflow,
            (CelType.Int, CelType.Int) => CelValue.Of(x.Bits % y.Bits),
            (CelType.Uint, CelType.Uint) => CelValue.Of(x.Unsigned % y.Unsigned),
            _ => null,
        };
    }

    private static CelValue? Negate(ReadOnlySpan<CelValue> a, CelBudget budget) => a[0].Type switch
    {
        CelType.Int => Int(-(Int128)a[0].Bits),
        CelType.Double => CelValue.Of(-a[0].Number),
        CelType.Duration => Span(-(Int128)a[0].Bits),
        _ => null,
    };

    internal static CelValue Int(Int128 value) => value >= long.MinValue && value <= long.MaxValue ? CelValue.Of((long)value) : IntOverflow;

    internal static CelValue Uint(Int128 value) => value >= 0 && value <= ulong.MaxValue ? CelValue.Of((ulong)value) : UintOverflow;

    private static CelValue Span(Int128 value) =>
        value >= long.MinValue && value <= long.MaxValue ? CelValue.Span((long)value) : CelValue.Fault("duration overflow");

    internal static CelValue Moment(Int128 nanoseconds) =>
        CelMoment.Create(nanoseconds) is { } moment ? new(CelType.Timestamp, 0, moment) : CelValue.Fault("timestamp overflow");
}
