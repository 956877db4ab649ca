using Plumb.Kubernetes.Cache;
using Plumb.Kubernetes.Discovery;
using Plumb.Reconcile.Resources;

namespace Plumb.Kubernetes.Inventory;

/// <summary>
/// Top-level objects that nobody's Git states, from memory. What every namespace has by itself, what controllers make without an owner,
/// and what comes and goes is none (the exceptions are Argo CD's).
/// </summary>
internal static class OrphanSearch
{
    private static readonly GroupKind Accounts = new("", "ServiceAccount");
    private static readonly GroupKind StatefulSets = new("apps", "StatefulSet");

    /// <summary>Those of one namespace, sorted.</summary>
    public static IReadOnlyList<ResourceId> In(string @namespace, ObjectCache cache) =>
    [
        .. cache.InNamespace(@namespace)
            .Where(IsCandidate)
            .Select(o => o.Id)
            .Where(id => !IsOfAnother(id, cache) && !cache.IsCaredFor(id))
            .Order(),
    ];

    /// <summary>Whether it would be an orphan if nothing else in the namespace accounts for it.</summary>
    public static bool IsCandidate(LiveObject obj) => obj.Application is null && obj.Owners.Length == 0 && !obj.Deleting && !IsEverywhere(obj.Id);

    private static bool IsEverywhere(ResourceId id) => id switch
    {
        { Kind: "Event", Group: "" or "events.k8s.io" } => true,
        { Kind: "Lease", Group: "coordination.k8s.io" } => true,
        { Kind: "Endpoints", Group: "" } or { Kind: "EndpointSlice", Group: "discovery.k8s.io" } => true,
        { Kind: "PodMetrics", Group: "metrics.k8s.io" } => true,
        { Kind: "ServiceAccount", Group: "", Name: "default" } => true,
        { Kind: "ConfigMap", Group: "", Name: "kube-root-ca.crt" } => true,
        { Kind: "Service", Group: "", Namespace: "default", Name: "kubernetes" } => true,
        _ => false,
    };

    private static bool IsOfAnother(ResourceId id, ObjectCache cache) => id switch
    {
        { Kind: "Secret", Group: "" } => IsToken(id, cache),
        { Kind: "PersistentVolumeClaim", Group: "" } => IsOfStatefulSet(id, cache),
        _ => false,
    };

    /// <summary><c>account-token-x7k2p</c>, as servers before 1.24 make one for each account.</summary>
    private static bool IsToken(ResourceId id, ObjectCache cache)
    {
        const string Middle = "-token-";
        var at = id.Name.LastIndexOf(Middle, StringComparison.Ordinal);
        return at > 0 && id.Name.Length == at + Middle.Length + 5
            && cache.Find(new ResourceId(Accounts.Group, Accounts.Kind, id.Namespace, id.Name[..at])) is not null;
    }

    /// <summary><c>template-set-0</c>: it outlives its set on purpose, and belongs to it while that is there.</summary>
    private static bool IsOfStatefulSet(ResourceId id, ObjectCache cache)
    {
        var dash = id.Name.LastIndexOf('-');
        if (dash <= 0 || !int.TryParse(id.Name.AsSpan(dash + 1), out _)) return false;
        return cache.OfKind(StatefulSets).Any(s =>
            s.Id.Namespace == id.Namespace && id.Name.AsSpan(0, dash).EndsWith("-" + s.Id.Name, StringComparison.Ordinal));
    }
}
