using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>
/// CustomResourceDefinition: Healthy once established, that is once its objects can be created. Names that another definition holds
/// are Degraded.
/// </summary>
internal static class CustomResourceDefinitionHealth
{
    public static HealthState Assess(KubeObject live)
    {
        if (live.FindCondition("NamesAccepted") is { IsFalse: true } names) return new(HealthStatus.Degraded, names.Words);
        return live.FindCondition("Established") switch
        {
            { IsTrue: true } => HealthState.Healthy,
            { IsFalse: true, Reason: not "Installing" } established => new(HealthStatus.Degraded, established.Words),
            _ => new(HealthStatus.Progressing, "Waiting to be established"),
        };
    }
}
