using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>
/// Job: Degraded once failed, Healthy once complete, Suspended while suspended, else Progressing. Unlike Argo CD, a condition counts
/// only when it is True: a resumed Job keeps a Suspended condition that is False, and is not finished for that.
/// </summary>
internal static class JobHealth
{
    public static HealthState Assess(KubeObject live)
    {
        var result = new HealthState(HealthStatus.Progressing, Running(live));
        foreach (var condition in live.Conditions())
        {
            if (!condition.IsTrue) continue;
            switch (condition.Type)
            {
                case "Failed": return new(HealthStatus.Degraded, condition.Message.Length > 0 ? condition.Message : condition.Reason);
                case "Complete": result = new(HealthStatus.Healthy, condition.Message); break;
                case "Suspended" when result.Status == HealthStatus.Progressing:
                    result = new(HealthStatus.Suspended, condition.Message);
                    break;
                default: break;
            }
        }

        // A Job created suspended on an older server never gets the condition, and would otherwise be waited for without end.
        return result.Status == HealthStatus.Progressing && live.Root["spec"]["suspend"].AsBool() == true
            ? new(HealthStatus.Suspended, "Job is suspended")
            : result;
    }

    private static string Running(KubeObject live) => live.StatusCount("active") is var active and > 0 ? $"{active} pods are running" : "";
}
