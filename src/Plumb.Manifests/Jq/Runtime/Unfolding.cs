namespace Plumb.Manifests.Jq.Runtime;

/// <summary>Streams that feed on themselves (<c>recurse</c>, <c>while</c>, <c>until</c>), without using the machine's stack.</summary>
internal static class Unfolding
{
    private const int MaxOpen = 10_000;

    /// <summary>The input, and below each result what <paramref name="next"/> makes of it; what cannot be walked has nothing below.</summary>
    public static IEnumerable<Result> Recurse(Machine machine, Result input, Func<Result, IEnumerable<Result>> next) => Unfold(
        machine, input, static _ => (true, true), r => r.Value.AsMap() is null && r.Value.AsList() is null ? [] : next(r));

    /// <summary>Depth first: each result is emitted, followed, both or neither, as <paramref name="decide"/> says.</summary>
    public static IEnumerable<Result> Unfold(
        Machine machine, Result input, Func<Result, (bool Emit, bool Follow)> decide, Func<Result, IEnumerable<Result>> next)
    {
        var open = new Stack<IEnumerator<Result>>();
        try
        {
            open.Push(((IEnumerable<Result>)[input]).GetEnumerator());
            while (open.TryPeek(out var top))
            {
                machine.Tick();
                if (!top.MoveNext())
                {
                    open.Pop().Dispose();
                    continue;
                }

                var result = top.Current;
                var (emit, follow) = decide(result);
                if (emit) yield return result;
                if (!follow) continue;
                if (open.Count >= MaxOpen) throw new JqLimitException($"it repeats itself more than {MaxOpen} times");
                open.Push(next(result).GetEnumerator());
            }
        }
        finally
        {
            while (open.TryPop(out var left)) left.Dispose();
        }
    }
}
