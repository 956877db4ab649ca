using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>
/// StatefulSet, as <c>kubectl rollout status</c> sees it: the spec is observed, all replicas are ready, and the update has reached its
/// partition or its last Pod. With <c>OnDelete</c> the user replaces Pods, so readiness is all there is to wait for.
/// </summary>
internal static class StatefulSetHealth
{
    public static HealthState Assess(KubeObject live)
    {
        var status = live.Root["status"];
        if (live.StatusCount("observedGeneration") == 0 || live.IsUnobserved())
        {
            return new(HealthStatus.Progressing, "Waiting for statefulset spec update to be observed...");
        }

        var wanted = live.Root["spec"]["replicas"].AsInt();
        var ready = live.StatusCount("readyReplicas");
        if (wanted is { } replicas && ready < replicas)
        {
            return new(HealthStatus.Progressing, $"Waiting for {replicas - ready} pods to be ready...");
        }

        var updated = live.StatusCount("updatedReplicas");
        var strategy = live.Root["spec"]["updateStrategy"];
        var rolling = strategy["rollingUpdate"];
        if (strategy["type"].AsString() == "RollingUpdate" && rolling.AsMap() is not null)
        {
            return wanted is { } all && rolling["partition"].AsInt() is { } partition && updated < all - partition
                ? new(
                    HealthStatus.Progressing,
                    $"Waiting for partitioned roll out to finish: {updated} out of {all - partition} new pods have been updated...")
                : new(HealthStatus.Healthy, $"partitioned roll out complete: {updated} new pods have been updated...");
        }

        if (strategy["type"].AsString() == "OnDelete") return new(HealthStatus.Healthy, $"statefulset has {ready} ready pods");

        var target = status["updateRevision"].AsString() ?? "";
        var current = status["currentRevision"].AsString() ?? "";
        return target != current
            ? new(HealthStatus.Progressing, $"waiting for statefulset rolling update to complete {updated} pods at revision {target}...")
            : new(
                HealthStatus.Healthy,
                $"statefulset rolling update complete {live.StatusCount("currentReplicas")} pods at revision {current}...");
    }
}
