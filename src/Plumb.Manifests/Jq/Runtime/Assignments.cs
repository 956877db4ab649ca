using Plumb.Manifests.Documents;
using Plumb.Manifests.Jq.Syntax;

namespace Plumb.Manifests.Jq.Runtime;

/// <summary>jq's assignments: a new value with something else at some paths.</summary>
internal static class Assignments
{
    public static IEnumerable<Result> Run(Machine machine, Assign assign, Scope scope, Result input)
    {
        if (assign.Operator == "|=")
        {
            yield return input.Made(Update(machine, assign.Target, scope, input.Value, found => First(machine.ValuesOf(assign.Value, scope, found))));
            yield break;
        }

        foreach (var value in machine.ValuesOf(assign.Value, scope, input.Value))
        {
            yield return input.Made(Update(machine, assign.Target, scope, input.Value, found => assign.Operator switch
            {
                "=" => value,
                "//=" => Values.IsTruthy(found) ? found : value,
                var symbol => Arithmetic.Apply(machine, symbol[..^1], found, value),
            }));
        }
    }

    /// <summary>The value with something else at each path; what becomes nothing at all is deleted.</summary>
    public static Node Update(Machine machine, Expression target, Scope scope, Node input, Func<Node, Node?> change)
    {
        var deleted = new List<Node>();
        var value = input;
        foreach (var path in machine.Paths(target, scope, input).ToList())
        {
            machine.Tick();
            var keys = path.ToList();
            if (change(PathEdits.Get(value, keys)) is { } made) value = PathEdits.Set(machine, value, keys, made);
            else deleted.Add(keys);
        }

        return deleted.Count == 0 ? value : PathEdits.Delete(machine, value, deleted);
    }

    private static Node? First(IEnumerable<Node> values)
    {
        foreach (var value in values) return value;
        return null;
    }
}
