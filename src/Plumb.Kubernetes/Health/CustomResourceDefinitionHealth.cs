using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>
/// CustomResourceDefinition, as Argo CD's script for it judges: Healthy once established, that is once its objects can be created.
/// Names that another definition holds, and a schema that is not structural, are Degraded. Unlike there, one whose establishment is
/// not reported yet is on its way, as in kstatus: a wave that met it in that moment would fail.
/// </summary>
internal static class CustomResourceDefinitionHealth
{
    public static HealthState Assess(KubeObject live)
    {
        var isReported = false;
        foreach (var condition in live.Conditions())
        {
            isReported = true;
            switch (condition)
            {
                case { Type: "Terminating", IsTrue: true }:
                    return new(HealthStatus.Progressing, $"CRD is terminating: {condition.Message}");
                case { Type: "NamesAccepted", IsFalse: true }:
                    return new(HealthStatus.Degraded, $"CRD names have not been accepted: {condition.Message}");
                case { Type: "NonStructuralSchema", IsTrue: true }:
                    return new(HealthStatus.Degraded, $"Schema violations found: {condition.Message}");
                default:
                    break;
            }
        }

        return live.FindCondition("Established") switch
        {
            { IsTrue: true } => new(HealthStatus.Healthy, "CRD is healthy"),
            { Reason: "Installing" } => new(HealthStatus.Progressing, "CRD is being installed"),
            { IsFalse: true } => new(HealthStatus.Degraded, "CRD is not established"),
            _ => new(HealthStatus.Progressing, isReported ? "CRD is not established yet" : "Status conditions not found"),
        };
    }
}
