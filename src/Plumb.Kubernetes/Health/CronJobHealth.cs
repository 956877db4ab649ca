using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>
/// CronJob: Suspended when suspended; Degraded when its last execution is over and did not succeed; otherwise Healthy, as a running
/// execution, or none yet, says nothing against it.
/// </summary>
internal static class CronJobHealth
{
    public static HealthState Assess(KubeObject live)
    {
        if (live.Root["spec"]["suspend"].AsBool() == true) return new(HealthStatus.Suspended, "CronJob is suspended");
        var status = live.Root["status"];
        var isIdle = status["active"].AsList() is not { Count: > 0 };
        return isIdle && Time(status["lastScheduleTime"]) is { } scheduled && Time(status["lastSuccessfulTime"]) is { } succeeded
            && succeeded < scheduled
                ? new(HealthStatus.Degraded, "The last execution did not succeed")
                : HealthState.Healthy;
    }

    private static DateTimeOffset? Time(Node node) =>
        DateTimeOffset.TryParse(node.AsString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
