using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>Keeps as many Pods as a ReplicaSet or a ReplicationController asks for.</summary>
internal sealed class ReplicaSetController(Cluster cluster, string group, string kind) : Controller(cluster)
{
    private string Component => kind == "ReplicaSet" ? "replicaset-controller" : "replication-controller";

    public override void Observe(ObjectEvent change)
    {
        if (Is(change.Object, group, kind)) Queue.Add(ObjectKey.Of(change.Object));
        else if (Is(change.Object, "", "Pod")) QueueOwner(change.Object, group, kind);
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Cluster.GetAlive(key) is not { } set) return null;
        var wanted = set.Root["spec"]["replicas"].AsInt() ?? 1;
        var pods = Cluster.Dependents(set, "Pod").Where(PodState.IsActive).ToList();
        for (var missing = wanted - pods.Count; missing > 0; missing--)
        {
            var pod = Cluster.Create(Cluster.PodFrom(set, set.Root["spec"]["template"], set.Name + "-"));
            Cluster.Events.Normal(set, Component, "SuccessfulCreate", "Created pod: " + pod.Name);
            pods.Add(pod);
        }

        if (pods.Count > wanted)
        {
            // Those of least use go first.
            foreach (var pod in pods.OrderBy(PodState.IsReady).ThenByDescending(CreatedAt).Take((int)(pods.Count - wanted)).ToList())
            {
                Cluster.Delete(pod);
                pods.Remove(pod);
                Cluster.Events.Normal(set, Component, "SuccessfulDelete", "Deleted pod: " + pod.Name);
            }
        }

        return UpdateStatus(set, pods);
    }

    private TimeSpan? UpdateStatus(KubeObject set, List<KubeObject> pods)
    {
        var minReady = set.Root["spec"]["minReadySeconds"].AsInt() ?? 0;
        var templateLabels = set.Root["spec"]["template"]["metadata"]["labels"];
        long ready = 0, available = 0, labelled = 0;
        TimeSpan? again = null;
        foreach (var pod in pods)
        {
            if (templateLabels.Entries().All(l => pod.Labels?[l.Key] == l.Value)) labelled++;
            if (PodState.UntilAvailable(pod, minReady, Cluster.Now) is not { } wait) continue;
            ready++;
            if (wait == TimeSpan.Zero) available++;
            else again = PodState.Earlier(again, wait);
        }

        var status = PodState.CloneStatus(set);
        status["replicas"] = pods.Count;
        status.SetCount("fullyLabeledReplicas", labelled);
        status.SetCount("readyReplicas", ready);
        status.SetCount("availableReplicas", available);
        status["observedGeneration"] = set.Root["metadata"]["generation"];
        Cluster.SetStatus(set, status);
        return again;
    }

    private static string CreatedAt(KubeObject pod) => pod.Root["metadata"]["creationTimestamp"].AsString() ?? "";
}
