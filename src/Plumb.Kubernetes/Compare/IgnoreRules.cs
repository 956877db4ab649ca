using System.IO.Enumeration;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Fields;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;
using Plumb.Reconcile.Applications;

namespace Plumb.Kubernetes.Compare;

/// <summary>The entries of <c>ignoreDifferences</c> that concern one object, as paths and managers.</summary>
internal sealed class IgnoreRules
{
    private readonly List<string[]> _pointers = [];
    private readonly List<string> _managers = [];

    /// <summary>Entries that match an object; null when none does, which is the usual case and costs nothing.</summary>
    public static IgnoreRules? For(KubeObject obj, IReadOnlyList<IgnoreDifferencesSpec> specs)
    {
        IgnoreRules? rules = null;
        var kind = obj.GroupVersionKind;
        foreach (var spec in specs)
        {
            if (!Matches(spec, kind, obj)) continue;
            rules ??= new();
            foreach (var pointer in spec.JsonPointers)
            {
                if (pointer.StartsWith('/')) rules._pointers.Add(Split(pointer));
            }

            rules._managers.AddRange(spec.ManagedFieldsManagers);
        }

        return rules;
    }

    /// <summary>The pointers, one list of steps each.</summary>
    public IReadOnlyList<string[]> Pointers => _pointers;

    /// <summary>A copy of a document without the ignored fields.</summary>
    /// <param name="root">The document.</param>
    /// <param name="live">The live object, whose managedFields say what the ignored managers own.</param>
    /// <param name="schema">The kind's schema.</param>
    public MapNode Without(MapNode root, KubeObject live, Schema schema)
    {
        var copy = root.DeepClone();
        if (Owned(live) is { } owned) copy = owned.RemoveFrom(copy, schema);
        foreach (var pointer in _pointers) Remove(copy, pointer, 0);
        return copy;
    }

    /// <summary>What the ignored managers own of a live object; null when nothing.</summary>
    public FieldSet? Owned(KubeObject live)
    {
        if (_managers.Count == 0 || live.Root["metadata"]["managedFields"].AsList() is not { } entries) return null;
        FieldSet? owned = null;
        foreach (var entry in entries)
        {
            if (entry["manager"].AsString() is not { } manager || !_managers.Contains(manager, StringComparer.Ordinal)) continue;
            if (entry["fieldsV1"].AsMap() is null) continue;
            var fields = FieldSet.Parse(entry["fieldsV1"]);
            owned = owned is null ? fields : owned.Union(fields);
        }

        return owned;
    }

    /// <summary>Removes what a pointer names; nothing when it is not there. Empty maps that are left stay, as in Argo CD.</summary>
    internal static void Remove(Node node, string[] pointer, int from)
    {
        for (; from < pointer.Length - 1; from++) node = Step(node, pointer[from]);
        if (node.AsMap() is { } map) map.Remove(pointer[from]);
        else if (node.AsList() is { } list && Index(list, pointer[from]) is { } index) list.RemoveAt(index);
    }

    /// <summary>One step of a pointer; absent when it leads nowhere.</summary>
    internal static Node Step(Node node, string step) =>
        node.AsList() is { } list ? Index(list, step) is { } index ? list[index] : default : node[step];

    private static int? Index(ListNode list, string step) =>
        int.TryParse(step, out var index) && index >= 0 && index < list.Count ? index : null;

    private static string[] Split(string pointer)
    {
        var steps = pointer[1..].Split('/');
        for (var i = 0; i < steps.Length; i++)
        {
            steps[i] = steps[i].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        }

        return steps;
    }

    private static bool Matches(IgnoreDifferencesSpec spec, GroupVersionKind kind, KubeObject obj) =>
        Glob(spec.Group, kind.Group) && Glob(spec.Kind, kind.Kind)
        && (spec.Name.Length == 0 || Glob(spec.Name, obj.Name))
        && (spec.Namespace.Length == 0 || Glob(spec.Namespace, obj.Namespace));

    private static bool Glob(string pattern, string text) =>
        pattern == text
        || pattern.AsSpan().IndexOfAny('*', '?') >= 0 && FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);
}
