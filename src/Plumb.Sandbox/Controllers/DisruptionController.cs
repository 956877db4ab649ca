using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>Counts healthy Pods for PodDisruptionBudgets.</summary>
internal sealed class DisruptionController(Cluster cluster) : Controller(cluster)
{
    public override void Observe(ObjectEvent change)
    {
        if (Is(change.Object, "policy", "PodDisruptionBudget"))
        {
            Queue.Add(ObjectKey.Of(change.Object));
        }
        else if (Is(change.Object, "", "Pod"))
        {
            foreach (var budget in Cluster.Api.List("policy", "PodDisruptionBudget", change.Object.Namespace))
            {
                if (Selectors.Matches(budget.Root["spec"]["selector"], change.Object.Labels)) Queue.Add(ObjectKey.Of(budget));
            }
        }
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Cluster.GetAlive(key) is not { } budget) return null;
        var spec = budget.Root["spec"];
        var pods = Cluster.Api.List("", "Pod", budget.Namespace)
            .Where(p => Selectors.Matches(spec["selector"], p.Labels) && PodState.IsActive(p)).ToList();
        var healthy = pods.Count(PodState.IsReady);
        var expected = ExpectedPods(pods);
        var desired = !spec["maxUnavailable"].IsNullOrAbsent
            ? Math.Max(0, expected - PodState.Scaled(spec["maxUnavailable"], expected, roundUp: true))
            : spec["minAvailable"].IsNullOrAbsent ? 1 : PodState.Scaled(spec["minAvailable"], expected, roundUp: true);
        var allowed = expected == 0 ? 0 : Math.Max(0, healthy - desired);
        var status = PodState.CloneStatus(budget);
        status["currentHealthy"] = healthy;
        status["desiredHealthy"] = desired;
        status["disruptionsAllowed"] = allowed;
        status["expectedPods"] = expected;
        status["observedGeneration"] = budget.Root["metadata"]["generation"];
        Conditions.Set(
            status, "DisruptionAllowed", allowed > 0, allowed > 0 ? "SufficientPods" : "InsufficientPods", "", Cluster.Timestamp);
        Conditions.Find(status, "DisruptionAllowed")!["message"] = "";
        Conditions.Find(status, "DisruptionAllowed")!["observedGeneration"] = budget.Root["metadata"]["generation"];
        Cluster.SetStatus(budget, status);
        return null;
    }

    // What the Pods' controllers want, not what is there.
    private long ExpectedPods(List<KubeObject> pods)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var expected = 0L;
        foreach (var pod in pods)
        {
            var owner = Owners.ControllerOf(pod);
            if (owner is null)
            {
                expected++;
                continue;
            }

            if (!seen.Add(owner["uid"].Text())) continue;
            var type = GroupVersionKind.Parse(owner["apiVersion"].Text(), owner["kind"].Text());
            var wanted = Cluster.Api.Get(type.Group, type.Kind, pod.Namespace, owner["name"].Text())?.Root["spec"]["replicas"].AsInt();
            expected += wanted ?? pods.Count(p => Owners.ControllerOf(p)?["uid"].AsString() == owner["uid"].AsString());
        }

        return expected;
    }
}
