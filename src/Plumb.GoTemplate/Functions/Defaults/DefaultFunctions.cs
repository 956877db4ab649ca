using Plumb.GoTemplate.Values;
using static Plumb.GoTemplate.Values.GoType;

namespace Plumb.GoTemplate.Functions.Defaults;

/// <summary>Sprig's <c>default</c> and its kin (<c>defaults.go</c>).</summary>
internal static class DefaultFunctions
{
    public static IEnumerable<GoFunction> All =>
    [
        new("default", [Any, Any], static (_, a) => a.Length < 2 || Emptiness.IsEmpty(a[1]) ? a[0] : a[1], variadic: true),
        new("empty", [Any], static (_, a) => GoValue.From(Emptiness.IsEmpty(a[0]))),
        new("coalesce", [Any], Coalesce, variadic: true),
        new("all", [Any], static (_, a) => GoValue.From(CountEmpty(a) == 0), variadic: true),
        new("any", [Any], static (_, a) => GoValue.From(CountEmpty(a) < a.Length), variadic: true),
        new("ternary", [Any, Any, Bool], static (_, a) => a[2].Bool ? a[0] : a[1]),
        new("fail", [GoType.String], static (_, a) => throw new GoError(a[0].Text)),
    ];

    private static GoValue Coalesce(Running.Execution run, ReadOnlySpan<GoValue> arguments)
    {
        foreach (var argument in arguments)
        {
            if (!Emptiness.IsEmpty(argument)) return argument;
        }

        return default;
    }

    private static int CountEmpty(ReadOnlySpan<GoValue> arguments)
    {
        var count = 0;
        foreach (var argument in arguments)
        {
            if (Emptiness.IsEmpty(argument)) count++;
        }

        return count;
    }
}
