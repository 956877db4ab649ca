using Plumb.Manifests.Cel.Runtime;
using Plumb.Manifests.Objects;
using static Plumb.Manifests.Cel.Functions.CelFunctions;

namespace Plumb.Manifests.Cel.Functions;

/// <summary>Kubernetes' quantities.</summary>
internal static class QuantityFunctions
{
    public static IEnumerable<CelFunctionEntry> Entries =>
    [
        Global("quantity", Parse),
        Global("isQuantity", static (a, budget) => a.Are(CelType.String) ? CelValue.Of(Quantity.TryParse(a[0].Text, out _)) : null),
        Member("sign", static (a, _) => a.Are(CelType.Quantity) ? CelValue.Of((long)Of(a[0]).Sign) : null),
        Member("isInteger", static (a, _) => a.Are(CelType.Quantity) ? CelValue.Of(Of(a[0]).AsWhole() is not null) : null),
        Member("asInteger", AsInteger),
        Member("asApproximateFloat", static (a, _) => a.Are(CelType.Quantity) ? CelValue.Of(Of(a[0]).ToDouble()) : null),
        Member("add", (a, _) => Change(a, static (x, y) => x + y)), Member("sub", (a, _) => Change(a, static (x, y) => x - y)),
        Member("isLessThan", static (a, _) => Are(a) ? CelValue.Of(Of(a[0]) < Of(a[1])) : null),
        Member("isGreaterThan", static (a, _) => Are(a) ? CelValue.Of(Of(a[0]) > Of(a[1])) : null),
        Member("compareTo", static (a, _) => Are(a) ? CelValue.Of((long)Of(a[0]).CompareTo(Of(a[1]))) : null),
    ];

    private static Quantity Of(CelValue value) => (Quantity)value.Reference!;

    private static bool Are(ReadOnlySpan<CelValue> a) => a.Are(CelType.Quantity, CelType.Quantity);

    private static CelValue? Parse(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (!a.Are(CelType.String)) return null;
        return Quantity.TryParse(a[0].Text, out var quantity)
            ? new CelValue(CelType.Quantity, 0, quantity)
            : CelValue.Fault($"\"{a[0].Text}\" is no quantity, such as 100m, 1.5Gi or 2");
    }

    private static CelValue? AsInteger(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (!a.Are(CelType.Quantity)) return null;
        return Of(a[0]).AsWhole() is { } whole ? CelValue.Of(whole) : CelValue.Fault("cannot convert value to integer");
    }

    private static CelValue? Change(ReadOnlySpan<CelValue> a, Func<Quantity, Quantity, Quantity> change)
    {
        if (Are(a)) return new CelValue(CelType.Quantity, 0, change(Of(a[0]), Of(a[1])));
        if (!a.Are(CelType.Quantity, CelType.Int)) return null;
        Quantity.TryParse(a[1].ToString(), out var number);
        return new CelValue(CelType.Quantity, 0, change(Of(a[0]), number));
    }
}
