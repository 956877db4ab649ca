using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>
/// Every kind without rules of its own, by what kstatus reads from any object: a status that has not seen the latest generation is
/// Progressing; Reconciling is Progressing; Stalled is Degraded; Ready that is not True is Progressing, as there is no telling whether it
/// will
/// become so. A kind that reports none of these is Healthy by being there.
/// </summary>
internal static class ConditionsHealth
{
    public static HealthState Assess(KubeObject live)
    {
        var metadata = live.Root["metadata"];
        if (metadata["generation"].AsInt() is { } generation
            && live.Root["status"]["observedGeneration"].AsInt() is { } observed
            && observed != generation)
        {
            return new(HealthStatus.Progressing, $"The controller has seen generation {observed} of {generation}");
        }

        Condition? ready = null;
        foreach (var condition in live.Conditions())
        {
            switch (condition)
            {
                case { Type: "Reconciling", IsTrue: true }: return new(HealthStatus.Progressing, condition.Words);
                case { Type: "Stalled", IsTrue: true }: return new(HealthStatus.Degraded, condition.Words);
                case { Type: "Ready" } when ready is null: ready = condition; break;
                default: break;
            }
        }

        return ready is { Status: "False" or "Unknown" } waiting ? new(HealthStatus.Progressing, waiting.Words) : HealthState.Healthy;
    }
}
