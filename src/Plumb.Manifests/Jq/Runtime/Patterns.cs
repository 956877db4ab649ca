using Plumb.Manifests.Documents;
using Plumb.Manifests.Jq.Syntax;

namespace Plumb.Manifests.Jq.Runtime;

/// <summary>What <c>as</c> binds: one scope for each way to take a value apart.</summary>
internal static class Patterns
{
    public static IEnumerable<Scope> Bind(Machine machine, Pattern pattern, Node value, Scope scope, Result input) => pattern switch
    {
        NamePattern name => [scope.WithVariable(name.Name, value)],
        ListPattern list => Items(machine, list.Items, 0, value, scope, input),
        MapPattern map => Entries(machine, map, 0, value, scope, input),
        _ => throw new InvalidOperationException(pattern.GetType().Name),
    };

    private static IEnumerable<Scope> Items(
        Machine machine, IReadOnlyList<Pattern> items, int at, Node value, Scope scope, Result input)
    {
        if (at == items.Count)
        {
            yield return scope;
            yield break;
        }

        foreach (var bound in Bind(machine, items[at], Values.Get(value, at), scope, input))
        {
            foreach (var all in Items(machine, items, at + 1, value, bound, input)) yield return all;
        }
    }

    private static IEnumerable<Scope> Entries(Machine machine, MapPattern map, int at, Node value, Scope scope, Result input)
    {
        if (at == map.Entries.Count)
        {
            yield return scope;
            yield break;
        }

        var (name, key, below) = map.Entries[at];
        foreach (var wanted in machine.Run(key, scope, input))
        {
            if (wanted.Value.AsString() is null)
                throw new JqRuntimeException($"Cannot index {Values.TypeOf(value)} with {Values.TypeOf(wanted.Value)}");
            var found = Values.Get(value, wanted.Value);
            var named = name is null ? scope : scope.WithVariable(name, found);
            foreach (var bound in below is null ? [named] : Bind(machine, below, found, named, input))
            {
                foreach (var all in Entries(machine, map, at + 1, value, bound, input)) yield return all;
            }
        }
    }
}
