using System.Collections.Frozen;
using Plumb.Kubernetes.Discovery;

namespace Plumb.Kubernetes.Cache;

/// <summary>
/// Which kinds are watched from the start. Left out is what changes all the time and is nobody's desired state; when an application
/// does state such a kind, it is watched from then on.
/// </summary>
internal static class WatchedKinds
{
    private static readonly FrozenSet<GroupKind> OnDemand = new GroupKind[]
    {
        new("", "Event"), new("events.k8s.io", "Event"), // a log, not state
        new("coordination.k8s.io", "Lease"), // heartbeats of every node and controller
        new("coordination.k8s.io", "LeaseCandidate"),
        new("", "Endpoints"), new("discovery.k8s.io", "EndpointSlice"), // follow Services and Pods
        new("", "ComponentStatus"),
        new("metrics.k8s.io", "NodeMetrics"), new("metrics.k8s.io", "PodMetrics"), // measurements
        new("cilium.io", "CiliumIdentity"), new("cilium.io", "CiliumEndpoint"), new("cilium.io", "CiliumEndpointSlice"),
        new("wgpolicyk8s.io", "PolicyReport"), new("wgpolicyk8s.io", "ClusterPolicyReport"), // reports about every object
        new("kyverno.io", "AdmissionReport"), new("kyverno.io", "ClusterAdmissionReport"), new("kyverno.io", "BackgroundScanReport"),
        new("kyverno.io", "ClusterBackgroundScanReport"), new("kyverno.io", "UpdateRequest"),
        new("reports.kyverno.io", "EphemeralReport"), new("reports.kyverno.io", "ClusterEphemeralReport"),
    }.ToFrozenSet();

    /// <summary>The kinds to watch.</summary>
    /// <param name="catalog">What is served.</param>
    /// <param name="asked">Kinds that applications state although they are left out otherwise.</param>
    public static Dictionary<GroupKind, ApiResource> Choose(ApiCatalog catalog, IReadOnlySet<GroupKind> asked)
    {
        var chosen = new Dictionary<GroupKind, ApiResource>();
        foreach (var resource in catalog.Preferred)
        {
            if (!resource.Watchable) continue;
            if (asked.Contains(resource.GroupKind) || !IsLeftOut(resource.GroupKind, catalog)) chosen[resource.GroupKind] = resource;
        }

        return chosen;
    }

    /// <summary>The group <c>extensions</c> of old servers shows again what has moved to another group.</summary>
    private static bool IsLeftOut(GroupKind kind, ApiCatalog catalog) =>
        OnDemand.Contains(kind) || (kind.Group == "extensions" && catalog.Preferred.Any(p => p.Kind == kind.Kind && p.Type.Group != "extensions"));
}
