using Plumb.Manifests.Cel.Runtime;
using static Plumb.Manifests.Cel.Functions.CelFunctions;

namespace Plumb.Manifests.Cel.Functions;

/// <summary>Lists: Kubernetes' functions, CEL's list and set extensions.</summary>
internal static class ListFunctions
{
    private const int LongestRange = 1_000_000;

    public static IEnumerable<CelFunctionEntry> Entries =>
    [
        Member("isSorted", IsSorted), Member("sum", Sum), Member("min", (a, b) => Extreme(a, b, -1)), Member("max", (a, b) => Extreme(a, b, 1)),
        Member("slice", Slice), Member("flatten", Flatten), Member("distinct", Distinct), Member("sort", Sort), Member("reverse", Reverse),
        Global("lists.range", Range),
        Global("sets.contains", Sets(static (x, y, b) => Holds(x, y, b))),
        Global("sets.equivalent", Sets(static (x, y, b) => Holds(x, y, b) && Holds(y, x, b))),
        Global("sets.intersects", Sets(static (x, y, b) => y.Items.Any(i => Has(x, i, b)))),
    ];

    private static CelValue? IsSorted(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (!a.Are(CelType.List)) return null;
        var list = a[0].List;
        for (var i = 1; i < list.Count; i++)
        {
            budget.Walk(10);
            if (CelEquality.Compare(list[i - 1], list[i]) is not { } order) return NotComparable(list[i - 1], list[i]);
            if (order > 0) return CelValue.Of(false);
        }

        return CelValue.Of(true);
    }

    private static CelValue NotComparable(CelValue x, CelValue y) =>
        CelValue.Fault($"no such overload: {CelTypeName.NameOf(x.Type)} and {CelTypeName.NameOf(y.Type)} have no order");

    private static CelValue? Sum(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (!a.Are(CelType.List)) return null;
        var list = a[0].List;
        if (list.Count == 0) return CelValue.Of(0L);
        var total = list[0];
        if (total.Type is not (CelType.Int or CelType.Uint or CelType.Double or CelType.Duration)) return null;
        var add = Find("+", false)!;
        for (var i = 1; i < list.Count; i++)
        {
            budget.Spend(1);
            if (add([total, list[i]], budget) is not { } sum) return NotComparable(total, list[i]);
            if (sum.IsError) return sum;
            total = sum;
        }

        return total;
    }

    private static CelValue? Extreme(ReadOnlySpan<CelValue> a, CelBudget budget, int sign)
    {
        if (!a.Are(CelType.List)) return null;
        var list = a[0].List;
        if (list.Count == 0) return CelValue.Fault($"{(sign < 0 ? "min" : "max")} called on empty list");
        var best = list[0];
        if (!CelEquality.IsOrdered(best.Type)) return null;
        for (var i = 1; i < list.Count; i++)
        {
            budget.Walk(10);
            if (CelEquality.Compare(list[i], best) is not { } order) return NotComparable(list[i], best);
            if (order * sign > 0) best = list[i];
        }

        return best;
    }

    internal static CelValue IndexOf(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        var list = a[0].List;
        for (var i = 0; i < list.Count; i++)
        {
            budget.Walk(ComparisonFunctions.Weight(a[1]));
            if (CelEquality.AreEqual(list[i], a[1])) return CelValue.Of(i);
        }

        return CelValue.Of(-1L);
    }

    internal static CelValue LastIndexOf(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        var list = a[0].List;
        for (var i = list.Count - 1; i >= 0; i--)
        {
            budget.Walk(ComparisonFunctions.Weight(a[1]));
            if (CelEquality.AreEqual(list[i], a[1])) return CelValue.Of(i);
        }

        return CelValue.Of(-1L);
    }

    private static CelValue? Slice(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (!a.Are(CelType.List, CelType.Int, CelType.Int)) return null;
        var (list, start, end) = (a[0].List, a[1].Bits, a[2].Bits);
        if (start < 0 || end < 0) return CelValue.Fault($"cannot slice({start}, {end}), negative indexes not supported");
        if (start > end) return CelValue.Fault($"cannot slice({start}, {end}), start index must be less than or equal to end index");
        if (end > list.Count) return CelValue.Fault($"cannot slice({start}, {end}), list is length {list.Count}");
        budget.Build(end - start);
        return CelValue.Of([.. list.Items.Skip((int)start).Take((int)(end - start))]);
    }

    private static CelValue? Flatten(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (!a.Are(CelType.List) && !a.Are(CelType.List, CelType.Int)) return null;
        var depth = a.Length == 2 ? a[1].Bits : 1;
        if (depth < 0) return CelValue.Fault("level must be non-negative");
        var flat = new List<CelValue>();
        Add(a[0].List, Math.Min(depth, 64));
        return CelValue.Of(flat);

        void Add(CelList list, long levels)
        {
            budget.Build(list.Count);
            foreach (var item in list.Items)
            {
                if (item.Type == CelType.List && levels > 0) Add(item.List, levels - 1);
                else flat.Add(item);
            }
        }
    }

    private static CelValue? Distinct(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (!a.Are(CelType.List)) return null;
        var found = new List<CelValue>();
        foreach (var item in a[0].List.Items)
        {
            budget.Spend(1 + found.Count);
            if (!found.Exists(f => CelEquality.AreEqual(f, item))) found.Add(item);
        }

        return CelValue.Of(found);
    }

    private static CelValue? Sort(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (!a.Are(CelType.List)) return null;
        var items = a[0].List.Items.ToList();
        budget.Build(items.Count * 10L);
        foreach (var item in items)
        {
            if (!CelEquality.IsOrdered(item.Type)) return null;
            if (CelEquality.Compare(items[0], item) is null) return NotComparable(items[0], item);
        }

        return CelValue.Of([.. items.Order(Comparer<CelValue>.Create(static (x, y) => CelEquality.Compare(x, y) ?? 0))]);
    }

    private static CelValue? Reverse(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (a.Are(CelType.List))
        {
            budget.Build(a[0].List.Count);
            return CelValue.Of([.. a[0].List.Items.Reverse()]);
        }

        if (!a.Are(CelType.String)) return null;
        budget.Build(a[0].Text.Length);
        return CelValue.Of(string.Concat(a[0].Text.EnumerateRunes().Reverse().Select(r => r.ToString())));
    }

    private static CelValue? Range(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (!a.Are(CelType.Int)) return null;
        if (a[0].Bits > LongestRange) return CelValue.Fault($"lists.range makes at most {LongestRange} items");
        var count = (int)Math.Max(0, a[0].Bits);
        budget.Build(count);
        return CelValue.Of([.. Enumerable.Range(0, count).Select(i => CelValue.Of(i))]);
    }

    private static CelFunction Sets(Func<CelList, CelList, CelBudget, bool> test) =>
        (a, budget) => a.Are(CelType.List, CelType.List) ? CelValue.Of(test(a[0].List, a[1].List, budget)) : null;

    private static bool Holds(CelList all, CelList some, CelBudget budget) => some.Items.All(i => Has(all, i, budget));

    private static bool Has(CelList list, CelValue wanted, CelBudget budget)
    {
        foreach (var item in list.Items)
        {
            budget.Walk(ComparisonFunctions.Weight(wanted));
            if (CelEquality.AreEqual(item, wanted)) return true;
        }

        return false;
    }
}
