using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>APIService: Healthy when the server behind it is available.</summary>
internal static class ApiServiceHealth
{
    public static HealthState Assess(KubeObject live) => live.FindCondition("Available") is { } available
        ? new(available.IsTrue ? HealthStatus.Healthy : HealthStatus.Progressing, available.Words)
        : new(HealthStatus.Progressing, "Waiting to be processed");
}
