using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>ReplicaSet: Degraded when it cannot make Pods, Progressing until enough of them are available.</summary>
internal static class ReplicaSetHealth
{
    public static HealthState Assess(KubeObject live)
    {
        if (live.IsUnobserved())
        {
            return new(
                HealthStatus.Progressing, "Waiting for rollout to finish: observed replica set generation less than desired generation");
        }

        if (live.FindCondition("ReplicaFailure") is { IsTrue: true } failure) return new(HealthStatus.Degraded, failure.Message);
        var available = live.StatusCount("availableReplicas");
        return live.Root["spec"]["replicas"].AsInt() is { } wanted && available < wanted
            ? new(HealthStatus.Progressing, $"Waiting for rollout to finish: {available} out of {wanted} new replicas are available...")
            : HealthState.Healthy;
    }
}
