using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>
/// Says of every HorizontalPodAutoscaler that it is content. There are no metrics in the sandbox, so nothing is ever scaled, save into
/// the range between minimum and maximum.
/// </summary>
internal sealed class AutoscalerController(Cluster cluster) : Controller(cluster)
{
    public override void Observe(ObjectEvent change)
    {
        if (Is(change.Object, "autoscaling", "HorizontalPodAutoscaler"))
        {
            Queue.Add(ObjectKey.Of(change.Object));
        }
        else if (change.Object.GroupVersionKind.Group == "apps" && change.Object.Kind is "Deployment" or "StatefulSet" or "ReplicaSet")
        {
            foreach (var autoscaler in Cluster.Api.List("autoscaling", "HorizontalPodAutoscaler", change.Object.Namespace))
            {
                var target = autoscaler.Root["spec"]["scaleTargetRef"];
                if (target["kind"].AsString() == change.Object.Kind && target["name"].AsString() == change.Object.Name)
                {
                    Queue.Add(ObjectKey.Of(autoscaler));
                }
            }
        }
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Cluster.GetAlive(key) is not { } autoscaler) return null;
        var spec = autoscaler.Root["spec"];
        var reference = spec["scaleTargetRef"];
        var type = GroupVersionKind.Parse(reference["apiVersion"].AsString() ?? "apps/v1", reference["kind"].Text());
        var status = PodState.CloneStatus(autoscaler);
        if (Cluster.Api.Get(type.Group, type.Kind, autoscaler.Namespace, reference["name"].Text()) is not { } target)
        {
            Conditions.Set(
                status,
                "AbleToScale",
                false,
                "FailedGetScale",
                $"the HPA controller was unable to get the target's current scale: {type.Kind.ToLowerInvariant()}s.{type.Group} \"{reference["name"].Text()}\" not found",
                Cluster.Timestamp);
            status["currentReplicas"] = 0;
            status["desiredReplicas"] = 0;
            Cluster.SetStatus(autoscaler, status);
            return null;
        }

        var wanted = target.Root["spec"]["replicas"].AsInt() ?? 1;
        var min = spec["minReplicas"].AsInt() ?? 1;
        var max = spec["maxReplicas"].AsInt() ?? wanted;
        var desired = wanted == 0 ? 0 : Math.Clamp(wanted, min, Math.Max(min, max));
        if (desired != wanted)
        {
            Cluster.Change(target, root => root.GetOrAddMap("spec")["replicas"] = desired, "horizontal-pod-autoscaler");
            Cluster.Events.Normal(
                autoscaler,
                "horizontal-pod-autoscaler",
                "SuccessfulRescale",
                FormattableString.Invariant($"New size: {desired}; reason: Current number of replicas {(desired > wanted ? "below Spec.MinReplicas" : "above Spec.MaxReplicas")}"));
        }

        status["currentReplicas"] = target.Root["status"]["replicas"].AsInt() ?? 0;
        status["desiredReplicas"] = desired;
        Conditions.Set(status, "AbleToScale", true, "ReadyForNewScale", "recommended size matches current size", Cluster.Timestamp);
        Conditions.Set(
            status,
            "ScalingActive",
            wanted > 0,
            wanted > 0 ? "ValidMetricFound" : "ScalingDisabled",
            wanted > 0
                ? "the HPA was able to successfully calculate a replica count"
                : "scaling is disabled since the replica count of the target is zero",
            Cluster.Timestamp);
        Conditions.Set(status, "ScalingLimited", false, "DesiredWithinRange", "the desired count is within the acceptable range",
            Cluster.Timestamp);
        Cluster.SetStatus(autoscaler, status);
        return null;
    }
}
