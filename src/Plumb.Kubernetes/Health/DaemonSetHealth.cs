using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>DaemonSet: the spec is observed and every node that should run a Pod runs an updated and available one.</summary>
internal static class DaemonSetHealth
{
    public static HealthState Assess(KubeObject live)
    {
        if (live.IsUnobserved()) return Rollout("the controller has not seen the latest spec yet");

        var wanted = live.StatusCount("desiredNumberScheduled");
        var updated = live.StatusCount("updatedNumberScheduled");
        if (live.Root["spec"]["updateStrategy"]["type"].AsString() == "OnDelete")
        {
            return new(HealthStatus.Healthy, $"{updated} of {wanted} pods are updated");
        }

        if (updated < wanted) return Rollout($"{updated} of {wanted} new pods are updated");
        var available = live.StatusCount("numberAvailable");
        return available < wanted ? Rollout($"{available} of {wanted} updated pods are available") : HealthState.Healthy;
    }

    private static HealthState Rollout(string what) => new(HealthStatus.Progressing, $"Waiting for rollout to finish: {what}");
}
