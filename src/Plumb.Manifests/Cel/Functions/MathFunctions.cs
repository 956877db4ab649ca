using Plumb.Manifests.Cel.Runtime;
using static Plumb.Manifests.Cel.Functions.CelFunctions;

namespace Plumb.Manifests.Cel.Functions;

/// <summary>CEL's math extension, the everyday part.</summary>
internal static class MathFunctions
{
    public static IEnumerable<CelFunctionEntry> Entries =>
    [
        Global("math.greatest", (a, _) => Extreme(a, 1)), Global("math.least", (a, _) => Extreme(a, -1)),
        Global("math.abs", static (a, _) => a.Length != 1 ? null : a[0].Type switch
        {
            CelType.Int => ArithmeticFunctions.Int(Int128.Abs(a[0].Bits)),
            CelType.Uint => a[0],
            CelType.Double => CelValue.Of(Math.Abs(a[0].Number)),
            _ => null,
        }),
        Global("math.sign", static (a, _) => a.Length != 1 ? null : a[0].Type switch
        {
            CelType.Int => CelValue.Of((long)Math.Sign(a[0].Bits)),
            CelType.Uint => CelValue.Of(a[0].Bits == 0 ? 0UL : 1UL),
            CelType.Double => CelValue.Of(double.IsNaN(a[0].Number) ? double.NaN : Math.Sign(a[0].Number)),
            _ => null,
        }),
        Global("math.ceil", Real(Math.Ceiling)), Global("math.floor", Real(Math.Floor)), Global("math.trunc", Real(Math.Truncate)),
        Global("math.round", Real(static n => Math.Round(n, MidpointRounding.AwayFromZero))),
        Global("math.isNaN", static (a, _) => a.Are(CelType.Double) ? CelValue.Of(double.IsNaN(a[0].Number)) : null),
        Global("math.isInf", static (a, _) => a.Are(CelType.Double) ? CelValue.Of(double.IsInfinity(a[0].Number)) : null),
        Global("math.isFinite", static (a, _) => a.Are(CelType.Double) ? CelValue.Of(double.IsFinite(a[0].Number)) : null),
    ];

    private static CelFunction Real(Func<double, double> change) => (a, _) => a.Are(CelType.Double) ? CelValue.Of(change(a[0].Number)) : null;

    private static CelValue? Extreme(ReadOnlySpan<CelValue> a, int sign)
    {
        IReadOnlyList<CelValue> items = a.Are(CelType.List) ? [.. a[0].List.Items] : [.. a];
        if (items.Count == 0 || items.Any(i => !CelEquality.IsNumber(i))) return null;
        var best = items[0];
        foreach (var item in items)
        {
            if (CelEquality.Compare(item, best) is { } order && order * sign > 0) best = item;
        }

        return best;
    }
}
