using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>One Pod of each DaemonSet on every node it fits.</summary>
internal sealed class DaemonSetController(Cluster cluster) : Controller(cluster)
{
    private const string Component = "daemonset-controller";

    public override void Observe(ObjectEvent change)
    {
        if (Is(change.Object, "apps", "DaemonSet"))
        {
            Queue.Add(ObjectKey.Of(change.Object));
        }
        else if (Is(change.Object, "", "Pod"))
        {
            QueueOwner(change.Object, "apps", "DaemonSet");
        }
        else if (Is(change.Object, "", "Node"))
        {
            foreach (var set in Cluster.Api.List("apps", "DaemonSet", null)) Queue.Add(ObjectKey.Of(set));
        }
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Cluster.GetAlive(key) is not { } set) return null;
        var pods = Cluster.Dependents(set, "Pod").Where(p => !Cluster.IsDeleting(p)).ToList();
        var revision = Revisions.Current(Cluster, set, pods.Select(p => p.Labels?[Revisions.HashLabel].AsString()));
        var hash = revision.Labels?[Revisions.HashLabel].AsString() ?? "";
        var nodes = Cluster.Api.List("", "Node", null).ToList();
        var fitting = nodes.Where(n => Scheduling.Fits(set.Root["spec"]["template"]["spec"], n)).Select(n => n.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var pod in pods.Where(p => PodState.IsFinished(p) || !fitting.Contains(NodeOf(p))).ToList())
        {
            Delete(set, pod);
            pods.Remove(pod);
        }

        foreach (var node in fitting.Where(n => pods.All(p => NodeOf(p) != n)).Order(StringComparer.Ordinal))
            pods.Add(CreatePod(set, node, hash));
        Roll(set, pods, hash, fitting.Count);
        return UpdateStatus(set, pods, hash, fitting.Count);
    }

    private static string NodeOf(KubeObject pod)
    {
        if (pod.Root["spec"]["nodeName"].AsString() is { Length: > 0 } name) return name;
        var terms = pod.Root["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"];
        return terms[0]["matchFields"][0]["values"][0].Text();
    }

    private static bool IsOld(KubeObject pod, string hash) => pod.Labels?[Revisions.HashLabel].AsString() != hash;

    private KubeObject CreatePod(KubeObject set, string node, string hash)
    {
        var pod = Cluster.PodFrom(set, set.Root["spec"]["template"], set.Name + "-");
        pod.Root["metadata"].AsMap()!.GetOrAddMap("labels")[Revisions.HashLabel] = hash;
        var affinity = pod.Root.GetOrAddMap("spec").GetOrAddMap("affinity").GetOrAddMap("nodeAffinity");
        affinity["requiredDuringSchedulingIgnoredDuringExecution"] = new MapNode
        {
            {
                "nodeSelectorTerms",
                new ListNode(
                [
                    new MapNode
                    {
                        {
                            "matchFields",
                            new ListNode(
                            [
                                new MapNode { { "key", "metadata.name" }, { "operator", "In" }, { "values", Documents.List(node) } },
                            ])
                        },
                    },
                ])
            },
        };
        var created = Cluster.Create(pod);
        Cluster.Events.Normal(set, Component, "SuccessfulCreate", "Created pod: " + created.Name);
        return created;
    }

    private void Roll(KubeObject set, List<KubeObject> pods, string hash, int nodes)
    {
        if (set.Root["spec"]["updateStrategy"]["type"].AsString() == "OnDelete") return;
        var limit = Math.Max(1,
            PodState.Scaled(set.Root["spec"]["updateStrategy"]["rollingUpdate"]["maxUnavailable"], nodes, roundUp: true));
        var room = limit - pods.Count(p => !IsOld(p, hash) && !PodState.IsReady(p));
        foreach (var pod in pods.Where(p => IsOld(p, hash)).OrderBy(PodState.IsReady).ToList())
        {
            // An old Pod that is not ready costs nothing; a ready one takes from what may be unavailable.
            if (PodState.IsReady(pod) && room-- <= 0) continue;
            Delete(set, pod);
            pods.Remove(pod);
        }
    }

    private void Delete(KubeObject set, KubeObject pod)
    {
        Cluster.Delete(pod);
        Cluster.Events.Normal(set, Component, "SuccessfulDelete", "Deleted pod: " + pod.Name);
    }

    private TimeSpan? UpdateStatus(KubeObject set, List<KubeObject> pods, string hash, int desired)
    {
        var minReady = set.Root["spec"]["minReadySeconds"].AsInt() ?? 0;
        TimeSpan? again = null;
        long ready = 0, available = 0;
        foreach (var pod in pods)
        {
            if (PodState.UntilAvailable(pod, minReady, Cluster.Now) is not { } wait) continue;
            ready++;
            if (wait == TimeSpan.Zero) available++;
            else again = PodState.Earlier(again, wait);
        }

        var status = PodState.CloneStatus(set);
        status["currentNumberScheduled"] = pods.Count;
        status["desiredNumberScheduled"] = desired;
        status["numberMisscheduled"] = 0;
        status["numberReady"] = ready;
        status.SetCount("numberAvailable", available);
        status.SetCount("numberUnavailable", desired - available);
        status.SetCount("updatedNumberScheduled", pods.Count(p => !IsOld(p, hash)));
        status["observedGeneration"] = set.Root["metadata"]["generation"];
        Cluster.SetStatus(set, status);
        return again;
    }
}
