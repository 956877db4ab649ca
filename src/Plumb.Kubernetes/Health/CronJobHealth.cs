using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>
/// CronJob, as Argo CD's script for it judges: Degraded when its last execution is over and did not succeed; otherwise Healthy, as a
/// running execution, or none yet, says nothing against it. A suspended one is Healthy too: pausing a schedule is not pausing the
/// application. Unlike there, one that reports no status at all does not wait for one, as in kstatus.
/// </summary>
internal static class CronJobHealth
{
    public static HealthState Assess(KubeObject live)
    {
        if (live.Root["spec"]["suspend"].AsBool() == true) return new(HealthStatus.Healthy, "CronJob is Suspended");
        var status = live.Root["status"];
        if (Time(status["lastScheduleTime"]) is not { } scheduled) return new(HealthStatus.Healthy, "CronJob has not been scheduled yet");
        if (Time(status["lastSuccessfulTime"]) is not { } succeeded)
            return new(HealthStatus.Healthy, "The CronJob never completed successfully. It may not be healthy");
        if (status["active"].AsList() is { Count: > 0 })
            return new(HealthStatus.Healthy, "The job is running. Its last execution may not have been successful");
        return succeeded < scheduled
            ? new(HealthStatus.Degraded, "CronJob has not completed its last execution successfully")
            : new(HealthStatus.Healthy, "CronJob has completed its last execution successfully");
    }

    private static DateTimeOffset? Time(Node node) =>
        DateTimeOffset.TryParse(node.AsString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
