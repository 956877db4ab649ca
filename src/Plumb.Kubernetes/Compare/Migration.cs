using System.Collections.Frozen;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Fields;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;
using Plumb.Reconcile.Applications;

namespace Plumb.Kubernetes.Compare;

/// <summary>
/// Objects that a client-side tool wrote become Plumb's: <c>ClientSideApplyMigration</c> (default: on) and
/// <c>ClientSideApplyMigrationManager=name</c>, as in Argo CD.
/// </summary>
internal static class Migration
{
    private const string ManagerOption = "ClientSideApplyMigrationManager=";

    /// <summary>Managers whose updates were client-side applies.</summary>
    private static readonly FrozenSet<string> Appliers = FrozenSet.Create(StringComparer.Ordinal, "kubectl-client-side-apply", "argocd-controller");

    /// <summary>
    /// Managers that write an object once or by hand. <c>before-first-apply</c> is what an API server calls all earlier writers of an object
    /// that had no ownership recorded.
    /// </summary>
    private static readonly FrozenSet<string> Tools = FrozenSet.Create(
        StringComparer.Ordinal, "before-first-apply", "kubectl-create", "kubectl-edit", "kubectl-patch", "kubectl-replace", "kubectl-run",
        "kubectl-label", "kubectl-annotate", "kubectl-set", "kubectl-scale", "kubectl", "helm", "Helm");

    /// <summary>How the application wants it; null when it does not.</summary>
    public static Adoption? Of(SyncPolicySpec policy)
    {
        if (policy.SyncOptions.LastOrDefault(o => o.StartsWith("ClientSideApplyMigration=", StringComparison.Ordinal)) == "ClientSideApplyMigration=false")
            return null;
        var named = policy.SyncOptions.LastOrDefault(o => o.StartsWith(ManagerOption, StringComparison.Ordinal))?[ManagerOption.Length..];
        IReadOnlySet<string> whole = named is { Length: > 0 } ? Appliers.Append(named).ToHashSet(StringComparer.Ordinal) : Appliers;
        return new Adoption(Comparison.FieldManager, whole, Tools);
    }

    /// <summary>The live object as it is once its ownership was taken over; null when there is nothing to take.</summary>
    public static KubeObject? Taken(Adoption? adoption, KubeObject live, KubeObject desired, Schema schema)
    {
        if (adoption?.TakeOver(live, desired, schema) is not { } entries) return null;
        var root = new MapNode(live.Root.Count);
        foreach (var (key, value) in live.Root) root[key] = value;
        var metadata = new MapNode();
        foreach (var (key, value) in live.Root["metadata"].AsMap() ?? []) metadata[key] = value;
        metadata["managedFields"] = entries;
        root["metadata"] = metadata;
        return new KubeObject(root);
    }

    /// <summary>The merge patch that takes over, for this version of the object only.</summary>
    public static MapNode Patch(Adoption adoption, KubeObject live, KubeObject taken)
    {
        var metadata = new MapNode { ["resourceVersion"] = live.ResourceVersion, ["managedFields"] = taken.Root["metadata"]["managedFields"] };
        // Kept, it would make a later kubectl apply remove what Git has set since.
        if (adoption.TakesLastApplied(live)) metadata["annotations"] = new MapNode { [Adoption.LastApplied] = Node.Null };
        return new MapNode { ["metadata"] = metadata };
    }
}
