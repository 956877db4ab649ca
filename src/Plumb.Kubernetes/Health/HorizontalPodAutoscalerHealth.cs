using System.Text.Json;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>
/// HorizontalPodAutoscaler: the first condition that tells decides. <c>autoscaling/v1</c> has no conditions in its status: the server
/// puts them, as JSON, into an annotation.
/// </summary>
internal static class HorizontalPodAutoscalerHealth
{
    private const string ConditionsAnnotation = "autoscaling.alpha.kubernetes.io/conditions";

    private static readonly HealthState Waiting = new(HealthStatus.Progressing, "Waiting to autoscale");

    public static HealthState Assess(KubeObject live)
    {
        if (live.GroupVersionKind.Version != "v1") return Judge(live.Conditions());
        if (live.Annotation(ConditionsAnnotation) is not { } json) return Waiting;
        try
        {
            return Json.Parse(json).AsList() is { } list ? Judge(list.Select(Condition.Read)) : Waiting;
        }
        catch (JsonException e)
        {
            return new(HealthStatus.Unknown, $"Annotation {ConditionsAnnotation} is not JSON: {e.Message}");
        }
    }

    private static HealthState Judge(IEnumerable<Condition> conditions)
    {
        foreach (var condition in conditions)
        {
            switch (condition)
            {
                case { Type: "AbleToScale", Reason: "FailedGetScale" or "FailedUpdateScale" }:
                case { Type: "ScalingActive", Reason: "FailedGetResourceMetric" or "InvalidSelector" }:
                    return new(HealthStatus.Degraded, condition.Message);
                case { Type: "AbleToScale" or "ScalingLimited", IsTrue: true }:
                    return new(HealthStatus.Healthy, condition.Message);
                default:
                    break;
            }
        }

        return Waiting;
    }
}
