using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>
/// Deployment, as <c>kubectl rollout status</c> sees it: paused is Suspended, a passed progress deadline is Degraded, and it is
/// Progressing until the observed spec has all its replicas updated, the old ones gone and the new ones available.
/// </summary>
internal static class DeploymentHealth
{
    public static HealthState Assess(KubeObject live)
    {
        var spec = live.Root["spec"];
        if (spec["paused"].AsBool() == true) return new(HealthStatus.Suspended, "Deployment is paused");
        if (live.IsUnobserved()) return Rollout("observed deployment generation less than desired generation");

        if (live.FindCondition("Progressing") is { Reason: "ProgressDeadlineExceeded" })
        {
            return new(HealthStatus.Degraded, $"Deployment \"{live.Name}\" exceeded its progress deadline");
        }

        var updated = live.StatusCount("updatedReplicas");
        var total = live.StatusCount("replicas");
        var available = live.StatusCount("availableReplicas");
        if (spec["replicas"].AsInt() is { } wanted && updated < wanted)
            return Rollout($"{updated} out of {wanted} new replicas have been updated...");
        if (total > updated) return Rollout($"{total - updated} old replicas are pending termination...");
        if (available < updated) return Rollout($"{available} of {updated} updated replicas are available...");
        return HealthState.Healthy;
    }

    private static HealthState Rollout(string what) => new(HealthStatus.Progressing, $"Waiting for rollout to finish: {what}");
}
