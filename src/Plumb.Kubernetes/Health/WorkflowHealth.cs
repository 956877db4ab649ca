using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>Argo Workflow, by its phase.</summary>
internal static class WorkflowHealth
{
    public static HealthState Assess(KubeObject live)
    {
        var status = live.Root["status"];
        var message = status["message"].AsString() ?? "";
        return status["phase"].AsString() switch
        {
            null or "" or "Pending" or "Running" => new(HealthStatus.Progressing, message),
            "Succeeded" => new(HealthStatus.Healthy, message),
            "Failed" or "Error" => new(HealthStatus.Degraded, message),
            _ => new(HealthStatus.Unknown, message),
        };
    }
}
