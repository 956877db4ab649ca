using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Jq.Runtime;

/// <summary>Reading, writing and deleting at paths. The documents given stay as they are; what is unchanged is shared.</summary>
internal static class PathEdits
{
    /// <summary>The value at a path; null for what is missing.</summary>
    public static Node Get(Node value, ListNode path)
    {
        foreach (var key in path)
        {
            if (value.IsNullOrAbsent) return Node.Null;
            value = Values.Get(value, key);
        }

        return value;
    }

    public static Node Set(Machine machine, Node value, ListNode path, Node put) => Set(machine, value, path, 0, put);

    /// <summary>Without what the paths name. All of them are meant as of now, so the last ones go first.</summary>
    public static Node Delete(Machine machine, Node value, IEnumerable<Node> paths)
    {
        var ordered = Order.Sorted(machine, paths);
        for (var i = ordered.Count - 1; i >= 0; i--)
        {
            if (ordered[i].AsList() is not { } path) throw new JqRuntimeException("Path must be specified as an array");
            if (path.Count == 0) return Node.Null;
            value = Delete(machine, value, path, 0);
        }

        return value;
    }

    private static Node Set(Machine machine, Node value, ListNode path, int at, Node put)
    {
        if (at == path.Count) return put;
        machine.CheckStack();
        var key = path[at];
        if (value.IsNullOrAbsent)
            value = key.AsString() is not null ? new MapNode() : Values.IsNumber(key) || Values.IsSlice(key) ? new ListNode() : value;
        if (value.AsMap() is { } map && key.AsString() is { } name)
        {
            var below = Set(machine, map[name], path, at + 1, put);
            machine.Tick(map.Count);
            var copy = Arithmetic.Copy(map);
            copy[name] = below.IsAbsent ? Node.Null : below;
            return copy;
        }

        if (value.AsList() is { } list && Values.IsNumber(key)) return SetItem(machine, list, key, path, at, put);
        if (value.AsList() is { } whole && Values.IsSlice(key)) return SetSlice(machine, whole, key, path, at, put);
        throw new JqRuntimeException($"Cannot update field at {Values.TypeOf(key)} index of {Values.TypeOf(value)}");
    }

    private static Node SetItem(Machine machine, ListNode list, Node key, ListNode path, int at, Node put)
    {
        var index = Math.Floor(key.AsDouble()!.Value);
        if (index < 0) index += list.Count;
        if (index < 0) throw new JqRuntimeException("Out of bounds negative array index");
        machine.CheckCount(index);
        var copy = new ListNode(list);
        while (copy.Count <= index) copy.Add(Node.Null);
        machine.Tick(copy.Count);
        copy[(int)index] = Set(machine, copy[(int)index], path, at + 1, put);
        return copy;
    }

    private static Node SetSlice(Machine machine, ListNode list, Node key, ListNode path, int at, Node put)
    {
        var (start, end) = Values.Bounds(list.Count, key["start"], key["end"]);
        if (Set(machine, Values.Slice(list, key["start"], key["end"]), path, at + 1, put).AsList() is not { } part)
            throw new JqRuntimeException("A slice of an array can only be assigned another array");
        machine.Tick(list.Count + part.Count);
        return new ListNode(list.Take(start).Concat(part).Concat(list.Skip(end)));
    }

    private static Node Delete(Machine machine, Node value, ListNode path, int at)
    {
        if (value.IsNullOrAbsent) return Node.Null;
        machine.CheckStack();
        var key = path[at];
        if (at < path.Count - 1)
        {
            var below = Values.Get(value, key);
            return below.IsNullOrAbsent ? value : Set(machine, value, new ListNode([key]), 0, Delete(machine, below, path, at + 1));
        }

        if (value.AsMap() is { } map && key.AsString() is { } name)
        {
            if (!map.ContainsKey(name)) return value;
            machine.Tick(map.Count);
            var copy = Arithmetic.Copy(map);
            copy.Remove(name);
            return copy;
        }

        if (value.AsList() is { } list && (Values.IsNumber(key) || Values.IsSlice(key)))
        {
            machine.Tick(list.Count);
            var (start, end) = Values.IsSlice(key) ? Values.Bounds(list.Count, key["start"], key["end"])
                : Values.ItemAt(list, key) is { } index ? (index, index + 1) : (0, 0);
            return new ListNode(list.Take(start).Concat(list.Skip(end)));
        }

        throw new JqRuntimeException($"Cannot delete field at {Values.TypeOf(key)} index of {Values.TypeOf(value)}");
    }
}
