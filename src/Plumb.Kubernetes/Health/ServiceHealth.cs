using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>Service: one of type LoadBalancer waits for an address, all others are Healthy.</summary>
internal static class ServiceHealth
{
    public static HealthState Assess(KubeObject live) =>
        live.Root["spec"]["type"].AsString() == "LoadBalancer" && live.Root.AddressCount() == 0
            ? new(HealthStatus.Progressing, "Waiting for the load balancer to get an address")
            : HealthState.Healthy;
}
