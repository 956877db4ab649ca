using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;

namespace Plumb.Kubernetes.Compare;

/// <summary>
/// Looks for everything that is desired in the live object. What live has beyond it belongs to others and is passed over, but for lists
/// that are owned as a whole.
/// </summary>
internal sealed class DesiredWalk(Findings findings, Ownership ownership, bool isBuiltIn, bool isSameVersion)
{
    private readonly FieldPath _path = new();

    /// <summary>Inside a value that is owned as a whole, so that what live has more is ours to remove.</summary>
    private bool _isWhole;

    /// <summary>Root fields that are never applied or name the object itself.</summary>
    private static bool IsPassedOverAtRoot(string field) => field is "apiVersion" or "kind" or "status";

    /// <summary>Metadata that names the object or that only the server writes.</summary>
    internal static bool IsPassedOverInMetadata(string field) => field is "name" or "namespace" or "generateName" or "managedFields"
        or "uid" or "resourceVersion" or "generation" or "creationTimestamp" or "deletionTimestamp" or "deletionGracePeriodSeconds"
        or "selfLink";

    /// <summary>Compares whole objects.</summary>
    public void Object(MapNode desired, MapNode live, Schema schema)
    {
        for (var i = 0; i < desired.Count; i++)
        {
            var (name, value) = desired.EntryAt(i);
            if (IsPassedOverAtRoot(name)) continue;
            if (name == "metadata" && value.AsMap() is { } metadata)
            {
                Metadata(metadata, live["metadata"], schema.Field("metadata"));
                continue;
            }

            Field(name, value, live[name], schema.Field(name));
        }
    }

    private void Metadata(MapNode desired, Node live, Schema schema)
    {
        _path.PushField("metadata");
        for (var i = 0; i < desired.Count; i++)
        {
            var (name, value) = desired.EntryAt(i);
            if (!IsPassedOverInMetadata(name)) Field(name, value, live[name], schema.Field(name));
        }

        _path.Pop();
    }

    private void Field(string name, Node desired, Node live, Schema schema)
    {
        _path.PushField(name);
        Value(desired, live, schema);
        _path.Pop();
    }

    private void Value(Node desired, Node live, Schema schema)
    {
        if (live.IsNullOrAbsent) Missing(desired, schema);
        else if (desired.IsNullOrAbsent) Nulled(live, schema);
        else if (desired.AsMap() is { } map) Map(map, live, schema);
        else if (desired.AsList() is { } list) List(list, live, schema);
        else Scalar(desired, live, schema);
    }

    private void Map(MapNode desired, Node live, Schema schema)
    {
        if (live.AsMap() is not { } map)
        {
            Differs(schema);
            return;
        }

        var outer = _isWhole;
        _isWhole |= schema.Atomic;
        for (var i = 0; i < desired.Count; i++)
        {
            var (name, value) = desired.EntryAt(i);
            var current = map[name];

            // In a map of free keys (labels, annotations, data) empty text is a value like any other.
            if (schema.Type == SchemaType.Map && value.AsString() is { Length: 0 } && current.AsString() is { Length: > 0 }) Certain(name, schema);
            else Field(name, value, current, schema.Field(name));
        }

        if (_isWhole) Extra(desired, map, schema);
        _isWhole = outer;
    }

    /// <summary>What live has more in a value that is owned as a whole: filled in by the server, or no longer wanted.</summary>
    private void Extra(MapNode desired, MapNode live, Schema schema)
    {
        for (var i = 0; i < live.Count; i++)
        {
            var (name, value) = live.EntryAt(i);
            if (value.IsNullOrAbsent || desired.ContainsKey(name)) continue;
            if (schema.Field(name).Default.Equals(value) || ServerOwned.IsFilledIn(name, value)) continue;
            _path.PushField(name);
            findings.Suspect(_path);
            _path.Pop();
        }
    }

    private void List(ListNode desired, Node live, Schema schema)
    {
        if (live.AsList() is not { } list) Differs(schema);
        else if (schema.Type == SchemaType.Any) Unknown(desired, list);
        else if (schema.ListKind == ListKind.Map && schema.ListKeys.Count > 0) Associative(desired, list, schema);
        else if (schema.ListKind == ListKind.Set) Set(desired, list);
        else Atomic(desired, list, schema);
    }

    private void Associative(ListNode desired, ListNode live, Schema schema)
    {
        // The server refuses or merges repeated keys by its version; only it can tell.
        if (desired.Count > 1 && ListItems.HasDuplicates(desired, schema))
        {
            findings.Suspect(_path);
            return;
        }

        var previous = -1;
        var items = schema.Items ?? Schema.Unknown;
        for (var i = 0; i < desired.Count; i++)
        {
            var item = desired[i];
            var at = ListItems.Find(live, item, schema, Math.Max(i, previous + 1) is var hint && hint < live.Count ? hint : 0);
            _path.PushItem(at < 0 ? item : live[at], schema.ListKeys);
            if (at < 0) Missing(item, items);
            else Value(item, live[at], items);
            _path.Pop();
            if (at < 0) continue;

            // Items in another order: servers differ in whether an apply reorders them.
            if (at < previous) findings.Suspect(_path);
            previous = at;
        }

        if (_isWhole && live.Count > desired.Count) findings.Suspect(_path);
    }

    private void Set(ListNode desired, ListNode live)
    {
        if (_isWhole && live.Count > desired.Count) findings.Suspect(_path);
        foreach (var value in desired)
        {
            if (ListItems.Contains(live, value)) continue;
            _path.PushValue(value);
            findings.Different(_path);
            _path.Pop();
        }
    }

    private void Atomic(ListNode desired, ListNode live, Schema schema)
    {
        if (desired.Count != live.Count)
        {
            // Untouched since we applied it, and longer: an admission plugin may have added to it, or Git now says less.
            if (live.Count > desired.Count && ownership.IsApplied(_path)) findings.Suspect(_path);
            else Differs(schema);
            return;
        }

        Positions(desired, live, schema.Items ?? Schema.Unknown);
    }

    private void Positions(ListNode desired, ListNode live, Schema items)
    {
        var outer = _isWhole;
        _isWhole = true;
        for (var i = 0; i < desired.Count; i++)
        {
            _path.PushIndex(i);
            Value(desired[i], live[i], items);
            _path.Pop();
        }

        _isWhole = outer;
    }

    /// <summary>Without a schema it cannot be told how a list merges: by position, and never for certain.</summary>
    private void Unknown(ListNode desired, ListNode live)
    {
        if (desired.Count != live.Count) findings.Suspect(_path);
        else Positions(desired, live, Schema.Unknown);
    }

    private void Scalar(Node desired, Node live, Schema schema)
    {
        if (Values.Same(desired, live, schema)) return;

        // Nothing where the server has put its choice (clusterIP: "", type: "", targetPort: 0), and a number for text: the server decides.
        var isServersChoice = desired.AsString() is { Length: 0 } || schema.Type == SchemaType.IntOrString && desired.AsInt() == 0;
        if (isServersChoice || desired.Kind != live.Kind) findings.Suspect(_path);
        else Differs(schema);
    }

    private void Missing(Node desired, Schema schema)
    {
        if (desired.IsNullOrAbsent) return;
        if (!Values.IsEmpty(desired))
        {
            // Still ours and yet not there: the server dropped it when we applied it, and will again.
            if (ownership.IsApplied(_path)) findings.Suspect(_path);
            else Differs(schema);
            return;
        }

        if (isBuiltIn && schema.Type is SchemaType.Map or SchemaType.List || ownership.IsApplied(_path)) return;
        findings.Suspect(_path);
    }

    private void Nulled(Node live, Schema schema)
    {
        // Null asks for the field to be unset; the server then fills in its default, if it has one.
        if (!schema.Default.Equals(live) && !Values.IsEmpty(live)) findings.Suspect(_path);
    }

    private void Certain(string name, Schema schema)
    {
        _path.PushField(name);
        Differs(schema);
        _path.Pop();
    }

    private void Differs(Schema schema)
    {
        if (schema.Type == SchemaType.Any || !isSameVersion) findings.Suspect(_path);
        else findings.Different(_path);
    }
}
