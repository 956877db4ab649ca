using System.Text.Json;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>
/// HorizontalPodAutoscaler: Degraded when any condition says that it cannot scale or measure, else Healthy when one says that it can.
/// <c>autoscaling/v1</c> has no conditions in its status: the server puts them, as JSON, into an annotation.
/// </summary>
internal static class HorizontalPodAutoscalerHealth
{
    private const string ConditionsAnnotation = "autoscaling.alpha.kubernetes.io/conditions";

    private static readonly HealthState Waiting = new(HealthStatus.Progressing, "Waiting to Autoscale");

    public static HealthState Assess(KubeObject live)
    {
        if (live.GroupVersionKind.Version != "v1") return Judge([.. live.Conditions()]);
        if (live.Annotation(ConditionsAnnotation) is not { } json) return Waiting;
        try
        {
            var value = Json.Parse(json);
            if (value.IsNullOrAbsent) return Waiting;
            return value.AsList() is { } list
                ? Judge([.. list.Select(Condition.Read)])
                : new(HealthStatus.Unknown, $"Annotation {ConditionsAnnotation} is no list");
        }
        catch (JsonException e)
        {
            return new(HealthStatus.Unknown, $"Annotation {ConditionsAnnotation} is not JSON: {e.Message}");
        }
    }

    /// <summary>A fault counts wherever it stands: being able to scale is of no use to one that cannot measure.</summary>
    private static HealthState Judge(IReadOnlyList<Condition> conditions)
    {
        foreach (var condition in conditions)
        {
            if (IsFault(condition)) return new(HealthStatus.Degraded, condition.Message);
        }

        foreach (var condition in conditions)
        {
            if (condition is { Type: "AbleToScale" or "ScalingLimited", IsTrue: true }) return new(HealthStatus.Healthy, condition.Message);
        }

        return Waiting;
    }

    private static bool IsFault(Condition condition) => condition.Type switch
    {
        "AbleToScale" => condition.Reason is "FailedGetScale" or "FailedUpdateScale",
        "ScalingActive" => condition.Reason is "FailedGetResourceMetric" or "FailedGetObjectMetric" or "FailedGetPodsMetric"
            or "FailedGetExternalMetric" or "FailedComputeMetricsReplicas" or "InvalidSelector",
        _ => false,
    };
}
