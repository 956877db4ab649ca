using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>PersistentVolumeClaim, by its phase.</summary>
internal static class PersistentVolumeClaimHealth
{
    public static HealthState Assess(KubeObject live) => live.Root["status"]["phase"].AsString() switch
    {
        "Bound" => HealthState.Healthy,
        "Pending" => new(HealthStatus.Progressing, "Waiting to be bound to a volume"),
        "Lost" => new(HealthStatus.Degraded, "The bound volume is lost"),
        null or "" => new(HealthStatus.Unknown, "The claim has no phase yet"),
        var phase => new(HealthStatus.Unknown, $"Unknown phase {phase}"),
    };
}
