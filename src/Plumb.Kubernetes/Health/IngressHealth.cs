using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>Ingress: Progressing until its controller reports an address.</summary>
internal static class IngressHealth
{
    public static HealthState Assess(KubeObject live) =>
        live.Root.AddressCount() > 0
            ? HealthState.Healthy
            : new(HealthStatus.Progressing, "Waiting for the ingress controller to report an address");

    /// <summary>How many entries <c>status.loadBalancer.ingress</c> has.</summary>
    internal static int AddressCount(this MapNode root) => root["status"]["loadBalancer"]["ingress"].AsList()?.Count ?? 0;
}
