using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>DaemonSet: the spec is observed and every node that should run a Pod runs an updated and available one.</summary>
internal static class DaemonSetHealth
{
    public static HealthState Assess(KubeObject live)
    {
        if (live.IsUnobserved())
        {
            return new(
                HealthStatus.Progressing, "Waiting for rollout to finish: observed daemon set generation less than desired generation");
        }

        var wanted = live.StatusCount("desiredNumberScheduled");
        var updated = live.StatusCount("updatedNumberScheduled");
        if (live.Root["spec"]["updateStrategy"]["type"].AsString() == "OnDelete")
        {
            return new(HealthStatus.Healthy, $"daemon set {updated} out of {wanted} new pods have been updated");
        }

        if (updated < wanted) return Rollout(live, $"{updated} out of {wanted} new pods have been updated...");
        var available = live.StatusCount("numberAvailable");
        return available < wanted ? Rollout(live, $"{available} of {wanted} updated pods are available...") : HealthState.Healthy;
    }

    private static HealthState Rollout(KubeObject live, string what) =>
        new(HealthStatus.Progressing, $"Waiting for daemon set \"{live.Name}\" rollout to finish: {what}");
}
