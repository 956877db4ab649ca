using Plumb.Manifests.Documents;
using Plumb.Manifests.Jq.Runtime;
using Plumb.Manifests.Jq.Syntax;

namespace Plumb.Manifests.Jq.Functions;

/// <summary>Runs a built-in function that sees its arguments as closures, and paths.</summary>
internal delegate IEnumerable<Result> Stream(Machine machine, Scope scope, Result input, IReadOnlyList<Expression> arguments);

/// <summary>Runs a built-in function of values.</summary>
internal delegate Node OfValues(Machine machine, Node input, Node[] arguments);

/// <summary>A function that every program knows.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Arity">Number of its arguments.</param>
/// <param name="Run">What it does.</param>
internal sealed record BuiltIn(string Name, int Arity, Stream Run)
{
    /// <summary>One result for each combination of the arguments' values, the first argument varying slowest.</summary>
    public static BuiltIn Of(string name, int arity, OfValues run) =>
        new(name, arity, (machine, scope, input, arguments) => Combinations(machine, scope, input, arguments, [], run));

    private static IEnumerable<Result> Combinations(
        Machine machine, Scope scope, Result input, IReadOnlyList<Expression> arguments, Node[] known, OfValues run)
    {
        if (known.Length == arguments.Count)
        {
            yield return input.Made(run(machine, input.Value, known));
            yield break;
        }

        foreach (var value in machine.ValuesOf(arguments[known.Length], scope, input.Value))
        {
            foreach (var result in Combinations(machine, scope, input, arguments, [.. known, value], run)) yield return result;
        }
    }
}
