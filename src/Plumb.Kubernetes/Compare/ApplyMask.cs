using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;
using Plumb.Reconcile.Applications;

namespace Plumb.Kubernetes.Compare;

/// <summary>What to send when <c>RespectIgnoreDifferences=true</c>: ignored fields stay as they are in the cluster.</summary>
public static class ApplyMask
{
    /// <summary>
    /// A copy of <paramref name="desired"/> in which ignored fields that are live are as they are live where Plumb owns them, and left
    /// out where
    /// it does not: leaving out a field that only Plumb owns would make the server remove it. The same object when nothing is ignored, or
    /// when it does not exist yet, as its creation takes every field.
    /// </summary>
    public static KubeObject Apply(KubeObject desired, KubeObject? live, Schema schema, IReadOnlyList<IgnoreDifferencesSpec> ignore)
    {
        if (live is null || IgnoreRules.For(desired, ignore) is not { } rules) return desired;
        var copy = rules.Without(desired.Root, live, schema);
        var ownership = new Ownership(live, Comparison.FieldManager);
        foreach (var pointer in rules.Pointers) KeepLive(copy, desired.Root, live.Root, ownership, pointer);
        return new KubeObject(copy);
    }

    private static void KeepLive(MapNode copy, Node desired, Node live, Ownership ownership, string[] pointer)
    {
        var path = new FieldPath();
        Node into = copy;
        for (var i = 0; i < pointer.Length; i++)
        {
            // Items of lists are named by position, which says nothing about which live item is meant: those are only left out.
            if (live.AsMap() is null || desired.AsMap() is null) return;
            path.PushField(pointer[i]);
            (desired, live) = (desired[pointer[i]], live[pointer[i]]);
            if (i < pointer.Length - 1) into = into[pointer[i]];
        }

        if (desired.IsAbsent || live.IsAbsent || into.AsMap() is not { } map || !ownership.IsApplied(path)) return;
        map[pointer[^1]] = live.DeepClone();
    }
}
