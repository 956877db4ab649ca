using System.Text;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Jq.Runtime;

/// <summary>What jq's operators do to values. Values are never changed, only made anew.</summary>
internal static class Values
{
    /// <summary>All but false and null.</summary>
    public static bool IsTruthy(Node value) => !value.IsNullOrAbsent && value.AsBool() != false;

    public static string TypeOf(Node value) => value.Kind switch
    {
        NodeKind.Bool => "boolean",
        NodeKind.Int or NodeKind.BigInt or NodeKind.Float => "number",
        NodeKind.String => "string",
        NodeKind.List => "array",
        NodeKind.Map => "object",
        _ => "null",
    };

    public static bool IsNumber(Node value) => value.Kind is NodeKind.Int or NodeKind.BigInt or NodeKind.Float;

    /// <summary>A value in a message: its type alone, as it may come from a Secret.</summary>
    public static string Shown(Node value) => TypeOf(value);

    /// <summary>A number without a fraction is kept as an integer, so that it is written as one.</summary>
    public static Node Number(double value) => value == Math.Truncate(value) && Math.Abs(value) < 9e15 ? (Node)(long)value : value;

    /// <summary>The length as jq's <c>length</c> has it.</summary>
    public static Node Length(Node value) => value.Kind switch
    {
        NodeKind.Null or NodeKind.Absent => 0,
        NodeKind.String => RuneCount(value.AsString()!),
        NodeKind.List => value.AsList()!.Count,
        NodeKind.Map => value.AsMap()!.Count,
        NodeKind.Bool => throw new JqRuntimeException("boolean has no length"),
        _ => value.AsInt() is { } whole and > long.MinValue ? Math.Abs(whole) : Number(Math.Abs(value.AsDouble()!.Value)),
    };

    public static int RuneCount(string text)
    {
        var count = text.Length;
        foreach (var c in text)
        {
            if (char.IsLowSurrogate(c)) count--;
        }

        return count;
    }

    /// <summary><c>target[key]</c>; null for what is missing.</summary>
    public static Node Get(Node target, Node key)
    {
        switch (target.Kind)
        {
            case NodeKind.Null or NodeKind.Absent when key.Kind is NodeKind.String or NodeKind.Null || IsNumber(key) || IsSlice(key):
                return Node.Null;
            case NodeKind.Map when key.AsString() is { } name:
                return target.AsMap()![name] is { IsAbsent: false } found ? found : Node.Null;
            case NodeKind.List when IsNumber(key):
                return ItemAt(target.AsList()!, key) is { } at ? target.AsList()![at] : Node.Null;
            case NodeKind.List when IsSlice(key):
                return Slice(target, key["start"], key["end"]);
            case NodeKind.List when key.AsList() is { } part:
                return Indices.OfList(target.AsList()!, part);
            default:
                throw new JqRuntimeException(
                    $"Cannot index {TypeOf(target)} with {(key.AsString() is { } field ? $"\"{field}\"" : TypeOf(key))}");
        }
    }

    /// <summary>The position of an item; null when the list is shorter.</summary>
    public static int? ItemAt(ListNode list, Node key)
    {
        var at = Math.Floor(key.AsDouble()!.Value);
        if (at < 0) at += list.Count;
        return at >= 0 && at < list.Count ? (int)at : null;
    }

    public static bool IsSlice(Node key) => key.AsMap() is { } map && map.ContainsKey("start") && map.ContainsKey("end");

    /// <summary><c>target[from:to]</c> of a list or, by characters, of a text.</summary>
    public static Node Slice(Node target, Node from, Node to)
    {
        if (target.IsNullOrAbsent) return Node.Null;
        if (target.AsList() is { } list)
        {
            var (start, end) = Bounds(list.Count, from, to);
            var part = new ListNode();
            for (var i = start; i < end; i++) part.Add(list[i]);
            return part;
        }

        if (target.AsString() is not { } text) throw new JqRuntimeException($"Cannot index {TypeOf(target)} with object");
        var runes = text.EnumerateRunes().ToArray();
        var (first, last) = Bounds(runes.Length, from, to);
        var made = new StringBuilder();
        for (var i = first; i < last; i++) made.Append(runes[i].ToString());
        return made.ToString();
    }

    /// <summary>Start and end of a slice, inside of what there is.</summary>
    public static (int Start, int End) Bounds(int count, Node from, Node to)
    {
        if (!from.IsNullOrAbsent && !IsNumber(from) || !to.IsNullOrAbsent && !IsNumber(to))
            throw new JqRuntimeException("Start and end indices of an array slice must be numbers");
        var start = Clamp(Math.Floor(from.AsDouble() ?? 0));
        var end = Clamp(Math.Ceiling(to.AsDouble() ?? count));
        return (start, Math.Max(start, end));

        int Clamp(double at) => double.IsNaN(at) ? 0 : (int)Math.Clamp(at < 0 ? at + count : at, 0, count);
    }

    /// <summary>Keys in jq's order, by code points.</summary>
    public static List<string> Keys(MapNode map)
    {
        var keys = map.Keys.ToList();
        keys.Sort(CompareText);
        return keys;
    }

    /// <summary>Ordinal by code points: UTF-16 would put what is beyond the basic plane too early.</summary>
    public static int CompareText(string a, string b)
    {
        var length = Math.Min(a.Length, b.Length);
        for (var i = 0; i < length; i++)
        {
            var (x, y) = (a[i], b[i]);
            if (x == y) continue;
            return char.IsSurrogate(x) != char.IsSurrogate(y) ? (char.IsSurrogate(x) ? 1 : -1) : x.CompareTo(y);
        }

        return a.Length.CompareTo(b.Length);
    }
}
