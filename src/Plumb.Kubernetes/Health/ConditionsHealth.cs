using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>
/// Every kind without rules of its own, exactly as kstatus computes it (sigs.k8s.io/cli-utils, pkg/kstatus: its generic properties, then
/// the Ready condition): a status that has not seen the latest generation is Progressing; of Reconciling and Stalled the first that is
/// True decides, Progressing or Degraded; else the first Ready that is True, False or Unknown, where all but True is Progressing, as
/// there is no telling whether it will become True. A kind that reports none of these is Healthy by being there.
/// </summary>
internal static class ConditionsHealth
{
    public static HealthState Assess(KubeObject live)
    {
        if (live.Root["metadata"]["generation"].AsInt() is { } generation
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
                case { Type: "Ready", Status: "True" or "False" or "Unknown" }: ready ??= condition; break;
                default: break;
            }
        }

        return ready is { IsTrue: false } waiting ? new(HealthStatus.Progressing, waiting.Words) : HealthState.Healthy;
    }
}
