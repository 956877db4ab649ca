using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;

namespace Plumb.Kubernetes.Compare;

/// <summary>Compares two answers of one server: every difference counts, both ways.</summary>
/// <param name="findings">Takes the differences.</param>
/// <param name="counts">Whether a difference at a path counts; null: all do.</param>
internal sealed class MirrorWalk(Findings findings, Func<FieldPath, bool>? counts = null)
{
    private readonly FieldPath _path = new();

    /// <summary>Compares whole objects but for the status and what every write changes.</summary>
    public void Object(MapNode before, MapNode after, Schema schema) => Maps(before, after, schema, isRoot: true);

    private void Value(Node before, Node after, Schema schema)
    {
        if (before.IsNullOrAbsent && after.IsNullOrAbsent) return;
        if (before.AsMap() is { } a && after.AsMap() is { } b) Maps(a, b, schema, isRoot: false);
        else if (before.AsList() is { } x && after.AsList() is { } y) Lists(x, y, schema);
        else if (!Values.Same(before, after, schema)) Differs();
    }

    private void Differs()
    {
        if (counts?.Invoke(_path) != false) findings.Different(_path);
    }

    private void Maps(MapNode before, MapNode after, Schema schema, bool isRoot)
    {
        foreach (var (name, value) in before)
        {
            if (!IsNoise(name, isRoot)) Field(name, value, after[name], schema);
        }

        foreach (var (name, value) in after)
        {
            if (!before.ContainsKey(name) && !IsNoise(name, isRoot)) Field(name, default, value, schema);
        }
    }

    private bool IsNoise(string name, bool isRoot) => isRoot
        ? name is "status" or "apiVersion" or "kind"
        : _path.Depth == 1 && _path.FieldAt(0) == "metadata" && DesiredWalk.IsPassedOverInMetadata(name);

    private void Field(string name, Node before, Node after, Schema schema)
    {
        _path.PushField(name);
        Value(before, after, schema.Field(name));
        _path.Pop();
    }

    private void Lists(ListNode before, ListNode after, Schema schema)
    {
        if (schema.ListKind == ListKind.Map && schema.ListKeys.Count > 0)
        {
            Associative(before, after, schema);
            return;
        }

        if (before.Count != after.Count)
        {
            Differs();
            return;
        }

        var items = schema.Items ?? Schema.Unknown;
        for (var i = 0; i < before.Count; i++)
        {
            _path.PushIndex(i);
            Value(before[i], after[i], items);
            _path.Pop();
        }
    }

    private void Associative(ListNode before, ListNode after, Schema schema)
    {
        var items = schema.Items ?? Schema.Unknown;
        var isReordered = false;
        var found = 0;
        for (var i = 0; i < before.Count; i++)
        {
            var at = ListItems.Find(after, before[i], schema, i < after.Count ? i : 0);
            _path.PushItem(before[i], schema.ListKeys);
            Value(before[i], at < 0 ? default : after[at], items);
            _path.Pop();
            if (at < 0) continue;
            found++;
            isReordered |= at != i && before.Count == after.Count;
        }

        if (isReordered) Differs();
        if (found == after.Count) return;
        for (var i = 0; i < after.Count; i++)
        {
            if (ListItems.Find(before, after[i], schema, i < before.Count ? i : 0) >= 0) continue;
            _path.PushItem(after[i], schema.ListKeys);
            Differs();
            _path.Pop();
        }
    }
}
