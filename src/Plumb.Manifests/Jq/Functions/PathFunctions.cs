using Plumb.Manifests.Documents;
using Plumb.Manifests.Jq.Runtime;
using Plumb.Manifests.Jq.Syntax;

namespace Plumb.Manifests.Jq.Functions;

/// <summary>Functions about paths.</summary>
internal static class PathFunctions
{
    public static IEnumerable<BuiltIn> All() =>
    [
        new("path", 1, static (machine, scope, input, arguments) =>
            machine.Paths(arguments[0], scope, input.Value).Select(p => input.Made(p.ToList()))),
        new("paths", 0, static (machine, _, input, _) => Below(machine, input).Select(r => input.Made(r.Path!.ToList()))),
        new("paths", 1, static (machine, scope, input, arguments) => Below(machine, input)
            .SelectMany(r => machine.ValuesOf(arguments[0], scope, r.Value).Where(Values.IsTruthy).Select(_ => input.Made(r.Path!.ToList())))),
        new("leaf_paths", 0, static (machine, _, input, _) => Below(machine, input)
            .Where(r => r.Value.AsMap() is null && r.Value.AsList() is null).Select(r => input.Made(r.Path!.ToList()))),
        new("getpath", 1, GetPath),
        BuiltIn.Of("setpath", 2, static (machine, input, arguments) => PathEdits.Set(machine, input, List(arguments[0]), arguments[1])),
        BuiltIn.Of("delpaths", 1, static (machine, input, arguments) => PathEdits.Delete(machine, input, List(arguments[0], "Paths"))),
        new("del", 1, static (machine, scope, input, arguments) => [input.Made(Delete(machine, scope, input.Value, arguments[0]))]),
        new("pick", 1, Pick),
        new("map_values", 1, static (machine, scope, input, arguments) => [input.Made(Assignments.Update(
            machine, new Iterate(Identity.Instance), scope, input.Value, found => First(machine.ValuesOf(arguments[0], scope, found))))]),
        new("to_entries", 0, static (machine, _, input, _) => [input.Made(ToEntries(machine, input))]),
        new("from_entries", 0, static (machine, _, input, _) => [input.Made(FromEntries(machine, input))]),
        new("with_entries", 1, static (machine, scope, input, arguments) =>
        {
            var changed = new ListNode();
            foreach (var entry in ToEntries(machine, input))
            {
                foreach (var made in machine.ValuesOf(arguments[0], scope, entry)) changed.Add(made);
            }

            return [input.Made(FromEntries(machine, new Result(changed, null)))];
        }),
        new("walk", 1, static (machine, scope, input, arguments) =>
            Walk(machine, scope, input.Value, arguments[0]).Select(v => input.Made(v))),
    ];

    /// <summary>Without what the paths of the expression name.</summary>
    public static Node Delete(Machine machine, Scope scope, Node input, Expression expression)
    {
        var paths = new List<Node>();
        foreach (var path in machine.Paths(expression, scope, input))
        {
            machine.CheckCount(paths.Count);
            paths.Add(path.ToList());
        }

        return PathEdits.Delete(machine, input, paths);
    }

    private static ListNode List(Node value, string what = "Path") =>
        value.AsList() ?? throw new JqRuntimeException($"{what} must be specified as an array");

    private static Node? First(IEnumerable<Node> values)
    {
        foreach (var value in values) return value;
        return null;
    }

    private static IEnumerable<Result> Below(Machine machine, Result input) =>
        Unfolding.Recurse(machine, new Result(input.Value, JqPath.Root), machine.Items).Skip(1);

    private static IEnumerable<Result> GetPath(Machine machine, Scope scope, Result input, IReadOnlyList<Expression> arguments)
    {
        foreach (var keys in machine.ValuesOf(arguments[0], scope, input.Value))
        {
            var found = input;
            foreach (var key in List(keys)) found = found.Found().Below(key, found.Value.IsNullOrAbsent ? Node.Null : Values.Get(found.Value, key));
            yield return found;
        }
    }

    private static IEnumerable<Result> Pick(Machine machine, Scope scope, Result input, IReadOnlyList<Expression> arguments)
    {
        var made = Node.Null;
        foreach (var path in machine.Paths(arguments[0], scope, input.Value))
        {
            var keys = path.ToList();
            made = PathEdits.Set(machine, made, keys, PathEdits.Get(input.Value, keys));
        }

        yield return input.Made(made);
    }

    private static ListNode ToEntries(Machine machine, Result input)
    {
        if (input.Value.AsMap() is not { } map) throw new JqRuntimeException($"{Values.TypeOf(input.Value)} has no keys");
        var entries = new ListNode();
        machine.Tick(map.Count);
        foreach (var (key, value) in map) entries.Add(new MapNode { ["key"] = key, ["value"] = value });
        return entries;
    }

    private static MapNode FromEntries(Machine machine, Result input)
    {
        var map = new MapNode();
        foreach (var entry in machine.Items(input.Plain))
        {
            var key = FirstOf(entry.Value, "key", "k", "name", "Name", "Key", "K");
            var name = key.AsString() ?? (key.Kind is NodeKind.Bool or NodeKind.Null or NodeKind.Absent || Values.IsNumber(key)
                ? Formats.ToText(machine, key)
                : throw new JqRuntimeException($"Cannot use {Values.TypeOf(key)} as object key"));
            map[name] = FirstOf(entry.Value, "value", "v", "Value", "V") is { IsAbsent: false } value ? value : Node.Null;
        }

        return map;
    }

    /// <summary>The first of several keys that is there; one that is false or null gives way to a later one.</summary>
    private static Node FirstOf(Node entry, params ReadOnlySpan<string> keys)
    {
        if (entry.AsMap() is not { } map) throw new JqRuntimeException($"Cannot index {Values.TypeOf(entry)} with \"{keys[0]}\"");
        var found = Node.Null;
        foreach (var key in keys)
        {
            if (!map.ContainsKey(key)) continue;
            if (Values.IsTruthy(map[key])) return map[key];
            if (found.IsNullOrAbsent) found = map[key];
        }

        return found;
    }

    private static IEnumerable<Node> Walk(Machine machine, Scope scope, Node value, Expression change)
    {
        machine.CheckStack();
        machine.Tick();
        Node walked = value;
        if (value.AsMap() is { } map)
        {
            var made = new MapNode(map.Count);
            foreach (var (key, below) in map)
            {
                if (First(Walk(machine, scope, below, change)) is { } kept) made[key] = kept;
            }

            walked = made;
        }
        else if (value.AsList() is { } list)
        {
            walked = new ListNode(list.SelectMany(item => Walk(machine, scope, item, change)));
        }

        return machine.ValuesOf(change, scope, walked);
    }
}
