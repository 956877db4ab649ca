using Plumb.Manifests.Documents;
using Plumb.Manifests.Jq.Runtime;
using Plumb.Manifests.Jq.Syntax;

namespace Plumb.Manifests.Jq.Functions;

/// <summary>Functions about streams of results; they lead on to paths.</summary>
internal static class StreamFunctions
{
    public static IEnumerable<BuiltIn> All() =>
    [
        new("empty", 0, static (_, _, _, _) => []),
        new("not", 0, static (_, _, input, _) => [input.Made(!Values.IsTruthy(input.Value))]),
        new("error", 0, static (_, _, input, _) => throw new JqRuntimeException(input.Value)),
        new("error", 1, Error),
        new("select", 1, Select),
        new("recurse", 0, static (machine, _, input, _) => Unfolding.Recurse(machine, input, machine.Items)),
        new("recurse", 1, static (machine, scope, input, arguments) =>
            Unfolding.Unfold(machine, input, static _ => (true, true), r => machine.Run(arguments[0], scope, r))),
        new("recurse", 2, static (machine, scope, input, arguments) => Unfolding.Unfold(
            machine, input, static _ => (true, true), r => Select(machine, scope, machine.Run(arguments[0], scope, r), arguments[1]))),
        new("while", 2, static (machine, scope, input, arguments) => Unfolding.Unfold(
            machine, input, r => Holds(machine, scope, r, arguments[0]) ? (true, true) : (false, false), r => machine.Run(arguments[1], scope, r))),
        new("until", 2, static (machine, scope, input, arguments) => Unfolding.Unfold(
            machine, input, r => Holds(machine, scope, r, arguments[0]) ? (true, false) : (false, true), r => machine.Run(arguments[1], scope, r))),
        new("repeat", 1, static (machine, scope, input, arguments) =>
            Unfolding.Unfold(machine, input, static _ => (true, true), r => machine.Run(arguments[0], scope, r))),
        new("first", 1, static (machine, scope, input, arguments) => machine.Run(arguments[0], scope, input).Take(1)),
        new("last", 1, static (machine, scope, input, arguments) => Last(machine.Run(arguments[0], scope, input))),
        new("limit", 2, Limit),
        new("skip", 2, Skip),
        new("nth", 2, Nth),
        new("isempty", 1, static (machine, scope, input, arguments) => [input.Made(!machine.Run(arguments[0], scope, input.Plain).Any())]),
        new("range", 1, static (machine, scope, input, arguments) => Range(machine, scope, input, new Literal(0), arguments[0], new Literal(1))),
        new("range", 2, static (machine, scope, input, arguments) => Range(machine, scope, input, arguments[0], arguments[1], new Literal(1))),
        new("range", 3, static (machine, scope, input, arguments) => Range(machine, scope, input, arguments[0], arguments[1], arguments[2])),
        new("any", 0, static (machine, _, input, _) => [input.Made(machine.Items(input.Plain).Any(IsTrue))]),
        new("all", 0, static (machine, _, input, _) => [input.Made(machine.Items(input.Plain).All(IsTrue))]),
        new("any", 1, static (machine, scope, input, arguments) =>
            [input.Made(machine.Items(input.Plain).SelectMany(i => machine.Run(arguments[0], scope, i)).Any(IsTrue))]),
        new("all", 1, static (machine, scope, input, arguments) =>
            [input.Made(machine.Items(input.Plain).SelectMany(i => machine.Run(arguments[0], scope, i)).All(IsTrue))]),
        new("any", 2, static (machine, scope, input, arguments) =>
            [input.Made(machine.Run(arguments[0], scope, input.Plain).SelectMany(i => machine.Run(arguments[1], scope, i)).Any(IsTrue))]),
        new("all", 2, static (machine, scope, input, arguments) =>
            [input.Made(machine.Run(arguments[0], scope, input.Plain).SelectMany(i => machine.Run(arguments[1], scope, i)).All(IsTrue))]),
        new("debug", 0, static (_, _, input, _) => [input]),
        new("debug", 1, static (_, _, input, _) => [input]),
        new("stderr", 0, static (_, _, input, _) => [input]),
        OfType("arrays", "array"), OfType("objects", "object"), OfType("booleans", "boolean"), OfType("numbers", "number"),
        OfType("strings", "string"), OfType("nulls", "null"), OfType("iterables", "array", "object"),
        OfType("values", "array", "object", "boolean", "number", "string"), OfType("scalars", "boolean", "number", "string", "null"),
    ];

    /// <summary>Whether any result of a condition holds.</summary>
    private static bool Holds(Machine machine, Scope scope, Result input, Expression condition) =>
        machine.Run(condition, scope, input.Plain).Any(IsTrue);

    private static bool IsTrue(Result result) => Values.IsTruthy(result.Value);

    private static BuiltIn OfType(string name, params string[] types) =>
        new(name, 0, (_, _, input, _) => types.Contains(Values.TypeOf(input.Value)) ? [input] : []);

    private static IEnumerable<Result> Error(Machine machine, Scope scope, Result input, IReadOnlyList<Expression> arguments)
    {
        foreach (var value in machine.ValuesOf(arguments[0], scope, input.Value)) throw new JqRuntimeException(value);
        yield break;
    }

    private static IEnumerable<Result> Select(Machine machine, Scope scope, Result input, IReadOnlyList<Expression> arguments) =>
        Select(machine, scope, [input], arguments[0]);

    private static IEnumerable<Result> Select(Machine machine, Scope scope, IEnumerable<Result> inputs, Expression condition)
    {
        foreach (var input in inputs)
        {
            foreach (var decided in machine.Run(condition, scope, input.Plain))
            {
                if (IsTrue(decided)) yield return input;
            }
        }
    }

    private static IEnumerable<Result> Last(IEnumerable<Result> results)
    {
        Result? last = null;
        foreach (var result in results) last = result;
        if (last is { } found) yield return found;
    }

    private static IEnumerable<Result> Limit(Machine machine, Scope scope, Result input, IReadOnlyList<Expression> arguments)
    {
        foreach (var count in machine.ValuesOf(arguments[0], scope, input.Value))
        {
            var most = Count(count);
            if (most <= 0) continue;
            foreach (var result in machine.Run(arguments[1], scope, input).Take(most)) yield return result;
        }
    }

    private static IEnumerable<Result> Skip(Machine machine, Scope scope, Result input, IReadOnlyList<Expression> arguments)
    {
        foreach (var count in machine.ValuesOf(arguments[0], scope, input.Value))
        {
            foreach (var result in machine.Run(arguments[1], scope, input).Skip(Count(count))) yield return result;
        }
    }

    private static IEnumerable<Result> Nth(Machine machine, Scope scope, Result input, IReadOnlyList<Expression> arguments)
    {
        foreach (var count in machine.ValuesOf(arguments[0], scope, input.Value))
        {
            if (Count(count) < 0) throw new JqRuntimeException("Out of bounds negative array index");
            foreach (var result in machine.Run(arguments[1], scope, input).Skip(Count(count)).Take(1)) yield return result;
        }
    }

    private static int Count(Node value) => value.AsDouble() is { } number
        ? (int)Math.Clamp(Math.Ceiling(number), int.MinValue, int.MaxValue)
        : throw new JqRuntimeException($"a count must be a number, not {Values.TypeOf(value)}");

    private static IEnumerable<Result> Range(Machine machine, Scope scope, Result input, Expression from, Expression to, Expression by)
    {
        foreach (var start in machine.ValuesOf(from, scope, input.Value))
        {
            foreach (var end in machine.ValuesOf(to, scope, input.Value))
            {
                foreach (var step in machine.ValuesOf(by, scope, input.Value))
                {
                    if (start.AsDouble() is not { } first || end.AsDouble() is not { } last || step.AsDouble() is not { } width)
                        throw new JqRuntimeException("Range bounds must be numeric");
                    if (width == 0) continue;
                    for (var at = first; width > 0 ? at < last : at > last; at += width)
                    {
                        machine.Tick();
                        yield return input.Made(Values.Number(at));
                    }
                }
            }
        }
    }
}
