using Plumb.Manifests.Documents;
using Plumb.Manifests.Fields;
using Plumb.Manifests.Jq;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Projects;

namespace Plumb.Kubernetes.Compare;

/// <summary>
/// The entries of <c>ignoreDifferences</c> that concern one object. What is ignored is taken out of both sides, and a map that is left
/// empty by that goes too, as in Argo CD.
/// </summary>
internal sealed class IgnoreRules
{
    private readonly List<string[]> _pointers = [];
    private readonly List<JqProgram> _programs = [];
    private readonly List<string> _managers = [];
    private readonly List<string> _problems = [];

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

            rules._programs.AddRange(spec.JqPathExpressions.Select(JqProgram.Parse));
            rules._managers.AddRange(spec.ManagedFieldsManagers);
        }

        return rules;
    }

    /// <summary>
    /// Expressions that went beyond their limits, so that they ignored nothing; in words. That an expression fails on an object, as
    /// <c>.spec.list[].x</c> does where there is no list, only means that there is nothing to ignore.
    /// </summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>A copy of a document without the ignored fields. It may share what is left with the document.</summary>
    /// <param name="root">The document.</param>
    /// <param name="live">The live object, whose managedFields say what the ignored managers own.</param>
    /// <param name="schema">The kind's schema.</param>
    public MapNode Without(MapNode root, KubeObject live, Schema schema)
    {
        var copy = root.DeepClone();
        if (Owned(live) is { } owned) copy = owned.RemoveFrom(copy, schema);
        foreach (var pointer in _pointers) Remove(copy, pointer);
        foreach (var program in _programs) copy = Delete(program, copy);
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

    private MapNode Delete(JqProgram program, MapNode root)
    {
        try
        {
            var paths = program.Paths(root);
            if (paths.Count == 0) return root;

            // All of an object cannot be ignored: its name says which one it is.
            if (program.Delete(root).AsMap() is not { } rest) return root;

            // Items move up when one before them goes, so that paths through lists are good only when no item went.
            var itemsGo = paths.Any(p => p.Count > 0 && p[p.Count - 1].AsString() is null);
            var parents = paths.Where(p => p.Count > 1 && (!itemsGo || p.All(k => k.AsString() is not null))).OrderByDescending(p => p.Count).ToList();
            if (parents.Count == 0) return rest;
            rest = rest.DeepClone();
            foreach (var path in parents) DropEmpty(rest, [.. path], path.Count - 1);
            return rest;
        }
        catch (JqLimitException e)
        {
            _problems.Add($"ignoreDifferences: the jq expression \"{program.Text}\" ignores nothing: {e.Message}. Write it so that it looks at less");
            return root;
        }
        catch (JqException)
        {
            return root;
        }
    }

    /// <summary>Removes the maps on the way to what was deleted that are empty now, from the innermost on.</summary>
    private static void DropEmpty(MapNode root, IReadOnlyList<Node> path, int length)
    {
        for (; length > 0; length--)
        {
            Node parent = root;
            for (var i = 0; i < length - 1; i++) parent = Step(parent, path[i]);
            if (parent.AsMap() is not { } map || path[length - 1].AsString() is not { } key) continue;
            if (map[key].AsMap() is { Count: 0 } || map[key].AsList() is { Count: 0 }) map.Remove(key);
        }
    }

    private static Node Step(Node node, Node key) =>
        key.AsString() is { } name ? node[name] : key.AsInt() is >= 0 and <= int.MaxValue and var index ? node[(int)index] : default;

    /// <summary>Removes what a pointer names; nothing when it is not there.</summary>
    private static void Remove(MapNode root, string[] pointer)
    {
        Node node = root;
        var keys = new ListNode();
        for (var i = 0; i < pointer.Length - 1; i++)
        {
            keys.Add(node.AsList() is { } items && Index(items, pointer[i]) is { } at ? at : pointer[i]);
            node = Step(node, keys[i]);
        }

        if (node.AsList() is { } list && Index(list, pointer[^1]) is { } index) list.RemoveAt(index);
        else if (node.AsMap()?.Remove(pointer[^1]) != true) return;
        DropEmpty(root, [.. keys], keys.Count);
    }

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
        GlobPattern.MatchesPlain(spec.Group, kind.Group) && GlobPattern.MatchesPlain(spec.Kind, kind.Kind)
        && (spec.Name.Length == 0 || GlobPattern.MatchesPlain(spec.Name, obj.Name))
        && (spec.Namespace.Length == 0 || GlobPattern.MatchesPlain(spec.Namespace, obj.Namespace));
}
