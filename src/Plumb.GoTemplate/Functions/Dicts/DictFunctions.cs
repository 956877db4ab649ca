using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;
using static Plumb.GoTemplate.Values.GoType;

namespace Plumb.GoTemplate.Functions.Dicts;

/// <summary>Sprig's functions over maps (<c>dict.go</c>). Where Go leaves the order to chance it is that of the keys here.</summary>
internal static class DictFunctions
{
    public static IEnumerable<GoFunction> All =>
    [
        new("dict", [Any], Dict, variadic: true),
        new("get", [AnyMap, GoType.String], static (_, a) => a[0].Map.TryGet(a[1].Text, out var value) ? value : GoValue.From("")),
        new("set", [AnyMap, GoType.String, Any], Set),
        new("unset", [AnyMap, GoType.String], Unset),
        new("hasKey", [AnyMap, GoType.String], static (_, a) => GoValue.From(a[0].Map.Contains(a[1].Text))),
        new("pluck", [GoType.String, AnyMap], Pluck, variadic: true),
        new("keys", [AnyMap], Keys, variadic: true),
        new("values", [AnyMap], Values),
        new("pick", [AnyMap, GoType.String], Pick, variadic: true),
        new("omit", [AnyMap, GoType.String], Omit, variadic: true),
        new("merge", [AnyMap, AnyMap], static (run, a) => Merge(run, a, overwrite: false), variadic: true),
        new("mustMerge", [AnyMap, AnyMap], static (run, a) => Merge(run, a, overwrite: false), variadic: true),
        new("mergeOverwrite", [AnyMap, AnyMap], static (run, a) => Merge(run, a, overwrite: true), variadic: true),
        new("mustMergeOverwrite", [AnyMap, AnyMap], static (run, a) => Merge(run, a, overwrite: true), variadic: true),
        new("deepCopy", [Any], static (run, a) => Copying.DeepCopy(run, a[0], "")),
        new("mustDeepCopy", [Any], static (run, a) => Copying.DeepCopy(run, a[0], "")),
        new("dig", [Any], Dig, variadic: true),
    ];

    private static GoValue Dict(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        run.CheckElements(2 + (arguments.Length / 2));
        var map = new GoMap(arguments.Length / 2);
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : GoValue.From("");
            if (run.LateKeys.Takes(arguments[i])) map.SetLate(run.LateKeys, arguments[i], value);
            else map.Set(Casting.ToText(arguments[i], run), value);
        }

        return GoValue.From(map);
    }

    private static GoValue Set(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        run.CheckElements(1);
        run.LateKeys.Changing(arguments[0].Map, arguments[2]);
        arguments[0].Map.Set(arguments[1].Text, arguments[2]);
        return Plain(arguments[0]);
    }

    private static GoValue Unset(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        run.LateKeys.Changing(arguments[0].Map);
        arguments[0].Map.Remove(arguments[1].Text);
        return Plain(arguments[0]);
    }

    // a map of a named type becomes a plain one when it goes through a parameter of that type
    private static GoValue Plain(in GoValue map) =>
        ReferenceEquals(map.Map.Type.Underlying, map.Map.Type) ? map : GoValue.From(map.Map.As(AnyMap));

    private static GoValue Pluck(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var values = new List<GoValue>();
        foreach (var map in arguments[1..])
        {
            if (map.Map.TryGet(arguments[0].Text, out var value)) values.Add(value);
        }

        return GoValue.From(GoList.Of([.. values]));
    }

    private static GoValue Keys(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var keys = new List<string>();
        foreach (var map in arguments)
        {
            run.CheckElements(map.Map.Count);
            keys.AddRange(map.Map.SortedKeys);
        }

        return GoValue.From(GoList.Of([.. keys]));
    }

    private static GoValue Values(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var map = arguments[0].Map;
        run.CheckElements(map.Count);
        var values = new List<GoValue>(map.Count);
        foreach (var key in map.SortedKeys) values.Add(map[key]);
        return GoValue.From(GoList.Of([.. values]));
    }

    private static GoValue Pick(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var map = new GoMap(arguments.Length);
        foreach (var key in arguments[1..])
        {
            if (arguments[0].Map.TryGet(key.Text, out var value)) map.Set(key.Text, value);
        }

        return GoValue.From(map);
    }

    private static GoValue Omit(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        run.CheckElements(arguments[0].Map.Count);
        var map = new GoMap(arguments[0].Map.Count);
        foreach (var (key, value) in arguments[0].Map.Entries) map.Set(key, value);
        foreach (var key in arguments[1..]) map.Remove(key.Text);
        return GoValue.From(map);
    }

    private static GoValue Merge(Execution run, ReadOnlySpan<GoValue> arguments, bool overwrite)
    {
        var target = arguments[0].Map;
        foreach (var source in arguments[1..])
        {
            // mergo makes a map of a nil one
            if (target.IsNil && !source.Map.IsNil) target = new GoMap();
            Merging.Merge(run, target, source.Map, overwrite);
        }

        return GoValue.From(ReferenceEquals(target.Type.Underlying, target.Type) ? target : target.As(AnyMap));
    }

    private static GoValue Dig(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        if (arguments.Length < 3) throw new GoError("dig needs at least three arguments");
        var at = AsMap(arguments[^1]);
        var keys = arguments[..^2];
        foreach (var key in keys)
        {
            if (!key.IsString) throw Panics.NotConverted(key, "string");
        }

        for (var i = 0; ; i++)
        {
            if (!at.TryGet(keys[i].Text, out var step)) return arguments[^2];
            if (i == keys.Length - 1) return step;
            at = AsMap(step);
        }
    }

    private static GoMap AsMap(in GoValue value) =>
        value.Kind == GoKind.Map && value.Map.Type.Name == AnyMap.Name ? value.Map : throw Panics.NotConverted(value, AnyMap.Name);
}
