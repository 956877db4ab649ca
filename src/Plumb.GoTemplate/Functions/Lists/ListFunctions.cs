using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;
using static Plumb.GoTemplate.Values.GoType;

namespace Plumb.GoTemplate.Functions.Lists;

/// <summary>Sprig's functions over lists (<c>list.go</c>). Each has a twin with "must", which fails with the same words.</summary>
internal static class ListFunctions
{
    public static IEnumerable<GoFunction> All =>
    [
        new("list", [Any], MakeList, variadic: true),
        new("tuple", [Any], MakeList, variadic: true),
        .. Twins("append", "mustAppend", [Any, Any], Push),
        .. Twins("push", "mustPush", [Any, Any], Push),
        .. Twins("prepend", "mustPrepend", [Any, Any], Prepend),
        .. Twins("first", "mustFirst", [Any], First),
        .. Twins("last", "mustLast", [Any], Last),
        .. Twins("rest", "mustRest", [Any], Rest),
        .. Twins("initial", "mustInitial", [Any], Initial),
        .. Twins("reverse", "mustReverse", [Any], Reverse),
        .. Twins("compact", "mustCompact", [Any], Compact),
        .. Twins("uniq", "mustUniq", [Any], Uniq),
        .. Twins("without", "mustWithout", [Any, Any], Without, variadic: true),
        .. Twins("has", "mustHas", [Any, Any], Has),
        .. Twins("slice", "mustSlice", [Any, Any], Slice, variadic: true),
        .. Twins("chunk", "mustChunk", [Int, Any], Chunk),
        new("concat", [Any], Concat, variadic: true),
    ];

    private static GoFunction[] Twins(string name, string must, GoType[] parameters, GoCall call, bool variadic = false) =>
        [new(name, parameters, call, variadic), new(must, parameters, call, variadic)];

    /// <summary>The list, or Sprig's words for what is none.</summary>
    private static GoList List(in GoValue value, string cannot)
    {
        if (value.IsNil) throw Panics.NilDereference();
        return value.IsList ? value.List : throw new GoError(cannot + KindName(value));
    }

    internal static string KindName(in GoValue value) => value.Kind switch
    {
        GoKind.Invalid => "invalid",
        GoKind.Interface => "interface",
        var kind => kind.ToString().ToLowerInvariant(),
    };

    private static GoValue MakeList(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        run.CheckElements(1 + arguments.Length);
        return GoValue.From(GoList.Of(arguments.ToArray()));
    }

    private static GoValue Push(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var list = List(arguments[0], "Cannot push on type ");
        run.CheckElements(list.Count + 1);
        var values = new GoValue[list.Count + 1];
        Copy(list, values, 0);
        values[^1] = arguments[1];
        return GoValue.From(GoList.Of(values));
    }

    private static GoValue Prepend(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var list = List(arguments[0], "Cannot prepend on type ");
        run.CheckElements(list.Count + 1);
        var values = new GoValue[list.Count + 1];
        values[0] = arguments[1];
        Copy(list, values, 1);
        return GoValue.From(GoList.Of(values));
    }

    private static GoValue First(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var list = List(arguments[0], "Cannot find first on type ");
        return list.Count == 0 ? default : list[0];
    }

    private static GoValue Last(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var list = List(arguments[0], "Cannot find last on type ");
        return list.Count == 0 ? default : list[list.Count - 1];
    }

    private static GoValue Rest(Execution run, ReadOnlySpan<GoValue> arguments) =>
        Part(run, List(arguments[0], "Cannot find rest on type "), 1);

    private static GoValue Initial(Execution run, ReadOnlySpan<GoValue> arguments) =>
        Part(run, List(arguments[0], "Cannot find initial on type "), 0);

    private static GoValue Part(Execution run, GoList list, int skip)
    {
        if (list.Count == 0) return GoValue.From(GoList.Nil(AnySlice));
        run.CheckElements(list.Count - 1);
        var values = new GoValue[list.Count - 1];
        for (var i = 0; i < values.Length; i++) values[i] = list[i + skip];
        return GoValue.From(GoList.Of(values));
    }

    private static GoValue Reverse(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var list = List(arguments[0], "Cannot find reverse on type ");
        run.CheckElements(list.Count);
        var values = list.ToArray();
        Array.Reverse(values);
        return GoValue.From(GoList.Of(values));
    }

    private static GoValue Compact(Execution run, ReadOnlySpan<GoValue> arguments) =>
        Where(run, List(arguments[0], "Cannot compact on type "), static (_, v) => !Emptiness.IsEmpty(v));

    private static GoValue Uniq(Execution run, ReadOnlySpan<GoValue> arguments) =>
        Where(run, List(arguments[0], "Cannot find uniq on type "), (taken, v) => !Contains(run, taken, v));

    private static GoValue Without(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var omitted = arguments[1..].ToArray().ToList();
        return Where(run, List(arguments[0], "Cannot find without on type "), (_, v) => !Contains(run, omitted, v));
    }

    private static GoValue Has(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        if (arguments[1].IsNil) return GoValue.False;
        var list = List(arguments[1], "Cannot find has on type ");
        run.Spend(list.Count);
        for (var i = 0; i < list.Count; i++)
        {
            if (Emptiness.DeepEqual(run, arguments[0], list[i])) return GoValue.True;
        }

        return GoValue.False;
    }

    private static GoValue Slice(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var list = List(arguments[0], "list should be type of slice or array but ");
        if (list.Count == 0) return default;
        var from = arguments.Length > 1 ? Casting.ToInt64(arguments[1]) : 0;
        var to = arguments.Length > 2 ? Casting.ToInt64(arguments[2]) : list.Count;
        if (from < 0 || from > to || to > list.Capacity) throw new GoError("reflect.Value.Slice: slice index out of bounds");
        return GoValue.From(list.Slice((int)from, (int)to));
    }

    private static GoValue Chunk(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var size = arguments[0].Int;
        var list = List(arguments[1], "Cannot chunk type ");
        run.CheckElements(list.Count);
        var chunks = Casting.Truncate(Math.Floor((list.Count - 1.0) / size) + 1);
        if (chunks < 0) throw Panics.NegativeLength();
        var all = new GoValue[chunks];
        for (var i = 0; i < all.Length; i++)
        {
            var length = size;
            if (i == all.Length - 1)
            {
                length = list.Count % size;
                if (length == 0) length = size;
            }

            if (length < 0) throw Panics.NegativeLength();
            var values = new GoValue[length];
            for (var k = 0; k < values.Length; k++) values[k] = list[(int)((i * size) + k)];
            all[i] = GoValue.From(GoList.Of(values));
        }

        return GoValue.From(GoList.Of(GoType.Slice(AnySlice), all));
    }

    private static GoValue Concat(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var values = new List<GoValue>();
        foreach (var argument in arguments)
        {
            if (argument.IsNil) throw Panics.NilDereference();
            if (!argument.IsList) throw new GoError($"Cannot concat type {KindName(argument)} as list");
            run.CheckElements(argument.List.Count);
            for (var i = 0; i < argument.List.Count; i++) values.Add(argument.List[i]);
        }

        return GoValue.From(values.Count == 0 ? GoList.Nil(AnySlice) : GoList.Of([.. values]));
    }

    private static GoValue Where(Execution run, GoList list, Func<List<GoValue>, GoValue, bool> keep)
    {
        run.CheckElements(list.Count);
        var kept = new List<GoValue>();
        for (var i = 0; i < list.Count; i++)
        {
            if (keep(kept, list[i])) kept.Add(list[i]);
        }

        return GoValue.From(GoList.Of([.. kept]));
    }

    private static bool Contains(Execution run, List<GoValue> values, GoValue value)
    {
        run.Spend(values.Count);
        foreach (var other in values)
        {
            if (Emptiness.DeepEqual(run, value, other)) return true;
        }

        return false;
    }

    private static void Copy(GoList list, GoValue[] to, int at)
    {
        for (var i = 0; i < list.Count; i++) to[at + i] = list[i];
    }
}
