using Plumb.Manifests.Cel.Runtime;
using static Plumb.Manifests.Cel.Functions.CelFunctions;

namespace Plumb.Manifests.Cel.Functions;

/// <summary>Equality, order, membership, <c>!</c>, <c>type</c> and <c>size</c>.</summary>
internal static class ComparisonFunctions
{
    public static IEnumerable<CelFunctionEntry> Entries =>
    [
        Global("==", (a, b) => CelValue.Of(Equal(a, b))), Global("!=", (a, b) => CelValue.Of(!Equal(a, b))),
        Global("<", (a, b) => Order(a, b, static o => o < 0)), Global("<=", (a, b) => Order(a, b, static o => o <= 0)),
        Global(">", (a, b) => Order(a, b, static o => o > 0)), Global(">=", (a, b) => Order(a, b, static o => o >= 0)),
        Global("in", In), Global("!_", (a, _) => a[0].AsBool() is { } flag ? CelValue.Of(!flag) : null),
        Global("type", (a, _) => a.Length == 1 ? CelValue.Of(CelTypeName.Of(a[0].Type)) : null),
        Global("dyn", (a, _) => a.Length == 1 ? a[0] : null),
        Global("size", Size), Member("size", Size),
    ];

    private static bool Equal(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        budget.Walk(Math.Min(Weight(a[0]), Weight(a[1])));
        return CelEquality.AreEqual(a[0], a[1]);
    }

    private static CelValue? Order(ReadOnlySpan<CelValue> a, CelBudget budget, Func<int, bool> holds)
    {
        if (!CelEquality.IsOrdered(a[0].Type) || (a[0].Type != a[1].Type && !(CelEquality.IsNumber(a[0]) && CelEquality.IsNumber(a[1])))) return null;
        budget.Walk(Math.Min(Weight(a[0]), Weight(a[1])));
        return CelValue.Of(CelEquality.Compare(a[0], a[1]) is { } order && holds(order));
    }

    private static CelValue? In(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (a[1].Type == CelType.Map) return CelValue.Of(a[1].Map.TryGet(a[0], out _));
        if (a[1].Type != CelType.List) return null;
        foreach (var item in a[1].List.Items)
        {
            budget.Walk(Math.Min(Weight(a[0]), Weight(item)));
            if (CelEquality.AreEqual(a[0], item)) return CelValue.Of(true);
        }

        return CelValue.Of(false);
    }

    /// <summary>About how many steps a walk over the value takes.</summary>
    internal static long Weight(CelValue value) => Weight(value, 0);

    private static long Weight(CelValue value, int depth) => value.Type switch
    {
        CelType.String => value.Text.Length,
        CelType.Bytes => value.Octets.Length,
        CelType.List when depth < 64 => value.List.Items.Sum(i => 10 + Weight(i, depth + 1)),
        CelType.Map when depth < 64 => value.Map.Keys.Sum(k => value.Map.TryGet(k, out var v) ? 20 + Weight(v, depth + 1) : 10),
        _ => 1,
    };

    private static CelValue? Size(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (a.Length != 1) return null;
        switch (a[0].Type)
        {
            case CelType.String:
                budget.Walk(a[0].Text.Length);
                return CelValue.Of(CodePoints.Count(a[0].Text));
            case CelType.Bytes: return CelValue.Of(a[0].Octets.Length);
            case CelType.List: return CelValue.Of(a[0].List.Count);
            case CelType.Map: return CelValue.Of(a[0].Map.Count);
            default: return null;
        }
    }
}
