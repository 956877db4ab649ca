using System.Globalization;
using System.Text;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;
using static Plumb.GoTemplate.Values.GoType;

namespace Plumb.GoTemplate.Functions.Numbers;

/// <summary>Sprig's arithmetic (<c>numeric.go</c>): whole numbers wrap around at 64 bits, as Go's do.</summary>
internal static class NumberFunctions
{
    public static IEnumerable<GoFunction> All =>
    [
        new("atoi", [GoType.String], static (_, a) => GoValue.From((nint)Atoi(a[0].Text))),
        new("int", [Any], static (_, a) => GoValue.From((nint)Casting.ToInt64(a[0]))),
        new("int64", [Any], static (_, a) => GoValue.From(Casting.ToInt64(a[0]))),
        new("float64", [Any], static (_, a) => GoValue.From(Casting.ToFloat64(a[0]))),
        new("toDecimal", [Any], static (run, a) => GoValue.From(GoNumber.ParseInt(GoFormat.Sprint(a[0], run), 8, 64, out _) ?? 0)),
        new("add1", [Any], static (_, a) => GoValue.From(Casting.ToInt64(a[0]) + 1)),
        new("add", [Any], Add, variadic: true),
        new("sub", [Any, Any], static (_, a) => GoValue.From(Casting.ToInt64(a[0]) - Casting.ToInt64(a[1]))),
        new("mul", [Any, Any], Multiply, variadic: true),
        new("div", [Any, Any], Divide),
        new("mod", [Any, Any], Remainder),
        new("max", [Any, Any], static (_, a) => GoValue.From(Extreme(a, Math.Max)), variadic: true),
        new("biggest", [Any, Any], static (_, a) => GoValue.From(Extreme(a, Math.Max)), variadic: true),
        new("min", [Any, Any], static (_, a) => GoValue.From(Extreme(a, Math.Min)), variadic: true),
        new("maxf", [Any, Any], static (_, a) => GoValue.From(ExtremeFloat(a, Math.Max)), variadic: true),
        new("minf", [Any, Any], static (_, a) => GoValue.From(ExtremeFloat(a, Math.Min)), variadic: true),
        new("add1f", [Any], static (_, a) => GoValue.From(Decimals([a[0], GoValue.From(1)], static (x, y) => x + y))),
        new("addf", [Any], static (_, a) => GoValue.From(Decimals([GoValue.From(0.0), .. a], static (x, y) => x + y)), variadic: true),
        new("subf", [Any, Any], static (_, a) => GoValue.From(Decimals(a, static (x, y) => x - y)), variadic: true),
        new("mulf", [Any, Any], static (_, a) => GoValue.From(Decimals(a, static (x, y) => x * y)), variadic: true),
        new("divf", [Any, Any], static (_, a) => GoValue.From(Decimals(a, static (x, y) => x / y)), variadic: true),
        new("floor", [Any], static (_, a) => GoValue.From(Math.Floor(Casting.ToFloat64(a[0])))),
        new("ceil", [Any], static (_, a) => GoValue.From(Math.Ceiling(Casting.ToFloat64(a[0])))),
        new("round", [Any, Int, Float64], Round, variadic: true),
        new("randInt", [Int, Int], RandInt),
        new("until", [Int], static (run, a) => GoValue.From(Steps(run, 0, a[0].Int, a[0].Int < 0 ? -1 : 1))),
        new("untilStep", [Int, Int, Int], static (run, a) => GoValue.From(Steps(run, a[0].Int, a[1].Int, a[2].Int))),
        new("seq", [Int], Sequence, variadic: true),
    ];

    private static long Atoi(string text) =>
        GoNumber.ParseInt(text, 10, 64, out var fault) ?? (fault == NumberFault.Range ? GoNumber.Nearest(text, 64) : 0);

    private static GoValue Add(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var sum = 0L;
        foreach (var argument in arguments) sum += Casting.ToInt64(argument);
        return GoValue.From(sum);
    }

    private static GoValue Multiply(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var product = 1L;
        foreach (var argument in arguments) product *= Casting.ToInt64(argument);
        return GoValue.From(product);
    }

    private static GoValue Divide(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var divisor = Casting.ToInt64(arguments[1]);
        if (divisor == 0) throw Panics.DivideByZero();
        var number = Casting.ToInt64(arguments[0]);
        return GoValue.From(divisor == -1 ? -number : number / divisor);
    }

    private static GoValue Remainder(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var divisor = Casting.ToInt64(arguments[1]);
        if (divisor == 0) throw Panics.DivideByZero();
        return GoValue.From(divisor == -1 ? 0 : Casting.ToInt64(arguments[0]) % divisor);
    }

    private static long Extreme(ReadOnlySpan<GoValue> arguments, Func<long, long, long> choose)
    {
        var best = Casting.ToInt64(arguments[0]);
        foreach (var argument in arguments[1..]) best = choose(best, Casting.ToInt64(argument));
        return best;
    }

    private static double ExtremeFloat(ReadOnlySpan<GoValue> arguments, Func<double, double, double> choose)
    {
        var best = Casting.ToFloat64(arguments[0]);
        foreach (var argument in arguments[1..]) best = choose(best, Casting.ToFloat64(argument));
        return best;
    }

    private static double Decimals(ReadOnlySpan<GoValue> arguments, Func<BigDecimal, BigDecimal, BigDecimal> operate)
    {
        var result = BigDecimal.Of(Casting.ToFloat64(arguments[0]));
        foreach (var argument in arguments[1..]) result = operate(result, BigDecimal.Of(Casting.ToFloat64(argument)));
        return result.ToDouble();
    }

    private static GoValue Round(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var roundOn = arguments.Length > 2 ? arguments[2].Float : 0.5;
        var power = Math.Pow(10, arguments[1].Int);
        var digits = power * Casting.ToFloat64(arguments[0]);
        var fraction = digits - Math.Truncate(digits);
        return GoValue.From((fraction >= roundOn ? Math.Ceiling(digits) : Math.Floor(digits)) / power);
    }

    private static GoValue RandInt(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var span = arguments[1].Int - arguments[0].Int;
        if (span <= 0) throw new GoError("invalid argument to Intn");
        return GoValue.From((nint)(arguments[0].Int + Random.Shared.NextInt64(span)));
    }

    private static GoList Steps(Execution run, long start, long stop, long step)
    {
        if (stop < start ? step >= 0 : step <= 0) return GoList.Of(IntSlice, []);
        var distance = (UInt128)(stop < start ? (Int128)start - stop : (Int128)stop - start);
        var size = (UInt128)(step < 0 ? -(Int128)step : step);
        var count = (distance + size - 1) / size;
        run.CheckElements((long)UInt128.Min(count, long.MaxValue / 2));
        return count == 0 ? GoList.Of(IntSlice, []) : new GoIntRange(start, step, (int)count);
    }

    private static GoValue Sequence(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        GoList? list = null;
        switch (arguments.Length)
        {
            case 1:
                var down = arguments[0].Int < 1;
                list = Steps(run, 1, arguments[0].Int + (down ? -1 : 1), down ? -1 : 1);
                break;
            case 2:
                var step = arguments[1].Int < arguments[0].Int ? -1 : 1;
                list = Steps(run, arguments[0].Int, arguments[1].Int + step, step);
                break;
            case 3:
                var increment = arguments[2].Int < arguments[0].Int ? -1 : 1;
                if (increment < 0 && arguments[1].Int > 0) break;
                list = Steps(run, arguments[0].Int, arguments[2].Int + increment, arguments[1].Int);
                break;
        }

        if (list is null) return GoValue.From("");
        var to = new StringBuilder();
        for (var i = 0; i < list.Count; i++)
        {
            if (i > 0) to.Append(' ');
            to.Append(list[i].Int.ToString(CultureInfo.InvariantCulture));
        }

        return GoValue.From(to.ToString());
    }
}
