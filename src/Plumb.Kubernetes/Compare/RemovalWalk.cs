using System.Text.Json;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;

namespace Plumb.Kubernetes.Compare;

/// <summary>
/// Looks for fields that our last apply set, that are no longer desired, and that live still has: an apply would remove them, unless
/// someone else owns them too.
/// </summary>
internal sealed class RemovalWalk(Findings findings, Ownership ownership, bool isCertain)
{
    private readonly FieldPath _path = new();

    /// <summary>Walks our applied configuration.</summary>
    public void Object(MapNode applied, MapNode desired, MapNode live, Schema schema)
    {
        for (var i = 0; i < applied.Count; i++)
        {
            var (key, below) = applied.EntryAt(i);
            if (key is "f:apiVersion" or "f:kind" or "f:status" or "f:stringData") continue;
            Member(key, below, desired, live, schema);
        }
    }

    private void Members(MapNode applied, Node desired, Node live, Schema schema)
    {
        for (var i = 0; i < applied.Count; i++)
        {
            var (key, below) = applied.EntryAt(i);
            Member(key, below, desired, live, schema);
        }
    }

    private void Member(string key, Node below, Node desired, Node live, Schema schema)
    {
        if (key.Length < 2 || key[1] != ':') return;
        switch (key[0])
        {
            case 'f': Field(key[2..], below, desired, live, schema); break;
            case 'k': Item(key.AsSpan(2), below, desired, live, schema); break;
            case 'v': Value(key.AsSpan(2), desired, live); break;
            default: break;
        }
    }

    private void Field(string name, Node below, Node desired, Node live, Schema schema)
    {
        if (_path.Depth == 1 && _path.FieldAt(0) == "metadata" && DesiredWalk.IsPassedOverInMetadata(name)) return;
        var current = live[name];
        if (current.IsNullOrAbsent) return;
        _path.PushField(name);
        Visit(below, desired[name], current, schema.Field(name));
        _path.Pop();
    }

    private void Item(ReadOnlySpan<char> keys, Node below, Node desired, Node live, Schema schema)
    {
        if (live.AsList() is not { } list || schema.Items is not { } items || Read(keys) is not { } wanted) return;
        var at = ListItems.Find(list, wanted, schema, 0);
        if (at < 0) return;
        var inDesired = desired.AsList() is { } desiredList && ListItems.Find(desiredList, wanted, schema, 0) is var d and >= 0
            ? desiredList[d]
            : default;
        _path.PushItem(wanted, schema.ListKeys);
        Visit(below, inDesired, list[at], items);
        _path.Pop();
    }

    private void Value(ReadOnlySpan<char> json, Node desired, Node live)
    {
        if (Read(json) is not { } value || live.AsList() is not { } list || !ListItems.Contains(list, value)) return;
        if (desired.AsList() is { } wanted && ListItems.Contains(wanted, value)) return;
        _path.PushValue(value);
        Report();
        _path.Pop();
    }

    private void Visit(Node applied, Node desired, Node live, Schema schema)
    {
        var below = applied.AsMap();
        if (!desired.IsAbsent)
        {
            if (below is { Count: > 0 } && !desired.IsNullOrAbsent) Members(below, desired, live, schema);
            return;
        }

        if (below is null or { Count: 0 } || below.Count == 1 && below.ContainsKey("."))
        {
            // Filled in again by the server once we let go of it: nothing would change.
            if (!schema.Default.Equals(live)) Report();
            return;
        }

        Members(below, desired, live, schema);
    }

    private void Report()
    {
        if (ownership.IsOwnedByOthers(_path)) return;
        if (isCertain) findings.Different(_path);
        else findings.Suspect(_path);
    }

    /// <summary>The value of a key of <c>fieldsV1</c>; null when it is not JSON, which no server writes.</summary>
    private static Node? Read(ReadOnlySpan<char> json)
    {
        try
        {
            return Json.Parse(json.ToString());
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
