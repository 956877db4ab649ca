using System.Collections.Frozen;
using Plumb.Manifests.Cel.Runtime;

namespace Plumb.Manifests.Cel.Functions;

/// <summary>A function: its result or error; null when it has no overload for these arguments. A receiver is the first argument.</summary>
internal delegate CelValue? CelFunction(ReadOnlySpan<CelValue> arguments, CelBudget budget);

/// <summary>A function of a library and whether it is called on a receiver.</summary>
internal readonly record struct CelFunctionEntry(string Name, bool Member, CelFunction Function);

/// <summary>All functions by name.</summary>
internal static class CelFunctions
{
    private static readonly FrozenDictionary<(string Name, bool Member), CelFunction> All =
        ArithmeticFunctions.Entries
            .Concat(ComparisonFunctions.Entries)
            .Concat(ConversionFunctions.Entries)
            .Concat(TextFunctions.Entries)
            .Concat(ListFunctions.Entries)
            .Concat(TimeFunctions.Entries)
            .Concat(OptionalFunctions.Entries)
            .Concat(MathFunctions.Entries)
            .Concat(QuantityFunctions.Entries)
            .Concat(UrlFunctions.Entries)
            .Concat(AddressFunctions.Entries)
            .ToFrozenDictionary(e => (e.Name, e.Member), e => e.Function);

    /// <summary>The function; null when there is none of that name that is called so.</summary>
    public static CelFunction? Find(string name, bool member) => All.GetValueOrDefault((name, member));

    public static CelFunctionEntry Global(string name, CelFunction function) => new(name, false, function);

    public static CelFunctionEntry Member(string name, CelFunction function) => new(name, true, function);

    /// <summary>Whether the arguments have exactly these types.</summary>
    public static bool Are(this ReadOnlySpan<CelValue> arguments, params ReadOnlySpan<CelType> types)
    {
        if (arguments.Length != types.Length) return false;
        for (var i = 0; i < types.Length; i++)
        {
            if (arguments[i].Type != types[i]) return false;
        }

        return true;
    }
}
