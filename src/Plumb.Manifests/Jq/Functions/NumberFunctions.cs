using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Jq.Runtime;

namespace Plumb.Manifests.Jq.Functions;

/// <summary>Functions about numbers.</summary>
internal static class NumberFunctions
{
    public static IEnumerable<BuiltIn> All() =>
    [
        Of("floor", Math.Floor), Of("ceil", Math.Ceiling), Of("sqrt", Math.Sqrt), Of("fabs", Math.Abs), Of("trunc", Math.Truncate),
        Of("round", static x => Math.Round(x, MidpointRounding.AwayFromZero)), Of("exp", Math.Exp), Of("exp2", static x => Math.Pow(2, x)),
        Of("exp10", static x => Math.Pow(10, x)), Of("log", Math.Log), Of("log2", Math.Log2), Of("log10", Math.Log10),
        BuiltIn.Of("abs", 0, static (_, input, _) => Value(input) < 0 ? Values.Number(-Value(input)) : input),
        BuiltIn.Of("pow", 2, static (_, _, arguments) => Values.Number(Math.Pow(Value(arguments[0]), Value(arguments[1])))),
        BuiltIn.Of("infinite", 0, static (_, _, _) => double.PositiveInfinity),
        BuiltIn.Of("nan", 0, static (_, _, _) => double.NaN),
        BuiltIn.Of("isinfinite", 0, static (_, input, _) => double.IsInfinity(Value(input))),
        BuiltIn.Of("isnan", 0, static (_, input, _) => double.IsNaN(Value(input))),
        BuiltIn.Of("isnormal", 0, static (_, input, _) => double.IsNormal(Value(input))),
        new("finites", 0, static (_, _, input, _) => input.Value.AsDouble() is { } number && double.IsFinite(number) ? [input] : []),
        new("normals", 0, static (_, _, input, _) => input.Value.AsDouble() is { } number && double.IsNormal(number) ? [input] : []),
    ];

    public static Node ToNumber(Node input)
    {
        if (Values.IsNumber(input)) return input;
        if (input.AsString() is { } text)
        {
            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return whole;
            const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
            if (double.TryParse(text, Style, CultureInfo.InvariantCulture, out var number)) return Values.Number(number);
        }

        throw new JqRuntimeException($"{Values.TypeOf(input)} cannot be parsed as a number");
    }

    private static double Value(Node input) =>
        input.AsDouble() ?? throw new JqRuntimeException($"{Values.TypeOf(input)} number required");

    private static BuiltIn Of(string name, Func<double, double> apply) =>
        BuiltIn.Of(name, 0, (_, input, _) => Values.Number(apply(Value(input))));
}
