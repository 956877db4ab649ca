using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>Pods with ordinals and claims of their own, one after the other.</summary>
internal sealed class StatefulSetController(Cluster cluster) : Controller(cluster)
{
    private const string Component = "statefulset-controller";

    public override void Observe(ObjectEvent change)
    {
        if (Is(change.Object, "apps", "StatefulSet")) Queue.Add(ObjectKey.Of(change.Object));
        else if (Is(change.Object, "", "Pod")) QueueOwner(change.Object, "apps", "StatefulSet");
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Cluster.GetAlive(key) is not { } set) return null;
        var status = set.Root["status"];
        var update = Revisions.Current(Cluster, set, [status["currentRevision"].AsString()]);
        var currentName = status["currentRevision"].AsString() is { Length: > 0 } known ? known : update.Name;
        var pods = Cluster.Dependents(set, "Pod").ToDictionary(Ordinal);
        Step(set, pods, currentName, update);
        pods = Cluster.Dependents(set, "Pod").ToDictionary(Ordinal);
        return UpdateStatus(set, [.. pods.Values.Where(p => !Cluster.IsDeleting(p))], currentName, update.Name);
    }

    private static long Wanted(KubeObject set) => set.Root["spec"]["replicas"].AsInt() ?? 1;

    private static long First(KubeObject set) => set.Root["spec"]["ordinals"]["start"].AsInt() ?? 0;

    private static long Ordinal(KubeObject pod) =>
        long.TryParse(pod.Name[(pod.Name.LastIndexOf('-') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : -1;

    private static bool IsHealthy(KubeObject pod) => PodState.IsReady(pod) && !Cluster.IsDeleting(pod);

    private static string RevisionOf(KubeObject pod) => pod.Labels?[Revisions.HashLabel].AsString() ?? "";

    // One step: whatever must wait for a Pod returns, the Pod's event comes back here.
    private void Step(KubeObject set, Dictionary<long, KubeObject> pods, string current, KubeObject update)
    {
        var ordered = set.Root["spec"]["podManagementPolicy"].AsString() != "Parallel";
        var first = First(set);
        var end = first + Wanted(set);
        for (var ordinal = first; ordinal < end; ordinal++)
        {
            if (pods.TryGetValue(ordinal, out var pod) && PodState.IsFinished(pod) && !Cluster.IsDeleting(pod))
            {
                Delete(set, pod);
                pods.Remove(ordinal);
                pod = null;
            }

            if (pod is null) pods[ordinal] = pod = CreatePod(set, ordinal, RevisionFor(set, ordinal, current, update));
            if (ordered && !IsHealthy(pod)) return;
        }

        foreach (var pod in pods.Values.Where(p => Ordinal(p) < first || Ordinal(p) >= end).OrderByDescending(Ordinal))
        {
            if (!Cluster.IsDeleting(pod)) Delete(set, pod);
            if (ordered) return;
        }

        if (set.Root["spec"]["updateStrategy"]["type"].AsString() == "OnDelete") return;
        var partition = set.Root["spec"]["updateStrategy"]["rollingUpdate"]["partition"].AsInt() ?? 0;
        for (var ordinal = end - 1; ordinal >= Math.Max(first, partition); ordinal--)
        {
            var pod = pods[ordinal];
            if (RevisionOf(pod) != update.Name && !Cluster.IsDeleting(pod))
            {
                Delete(set, pod);
                return;
            }

            if (!IsHealthy(pod)) return;
        }
    }

    private KubeObject RevisionFor(KubeObject set, long ordinal, string current, KubeObject update)
    {
        var partition = set.Root["spec"]["updateStrategy"]["rollingUpdate"]["partition"].AsInt() ?? 0;
        var byPartition = set.Root["spec"]["updateStrategy"]["type"].AsString() != "OnDelete" && ordinal < partition;
        if (!byPartition || current == update.Name) return update;
        return Cluster.Api.Get("apps", "ControllerRevision", set.Namespace, current) ?? update;
    }

    private KubeObject CreatePod(KubeObject set, long ordinal, KubeObject revision)
    {
        var number = ordinal.ToString(CultureInfo.InvariantCulture);
        var name = set.Name + "-" + number;
        var pod = Cluster.PodFrom(set, revision.Root["data"]["spec"]["template"], name);
        var labels = pod.Root["metadata"].AsMap()!.GetOrAddMap("labels");
        labels[Revisions.HashLabel] = revision.Name;
        labels["apps.kubernetes.io/pod-index"] = number;
        labels["statefulset.kubernetes.io/pod-name"] = name;
        var spec = pod.Root.GetOrAddMap("spec");
        spec["hostname"] = name;
        if (!set.Root["spec"]["serviceName"].IsEmpty()) spec["subdomain"] = set.Root["spec"]["serviceName"];
        var volumes = spec["volumes"].AsList() ?? new ListNode();
        foreach (var template in set.Root["spec"]["volumeClaimTemplates"].Maps())
        {
            var volume = template["metadata"]["name"].Text();
            var claim = volume + "-" + name;
            EnsureClaim(set, template, claim);
            for (var i = volumes.Count - 1; i >= 0; i--)
            {
                if (volumes[i]["name"].AsString() == volume) volumes.RemoveAt(i);
            }

            volumes.Add(new MapNode { { "name", volume }, { "persistentVolumeClaim", new MapNode { { "claimName", claim } } } });
        }

        if (volumes.Count > 0) spec["volumes"] = volumes;
        var created = Cluster.Create(pod);
        Cluster.Events.Normal(
            set, Component, "SuccessfulCreate", $"create Pod {name} in StatefulSet {set.Name} successful");
        return created;
    }

    private void EnsureClaim(KubeObject set, MapNode template, string name)
    {
        if (Cluster.Api.Get("", "PersistentVolumeClaim", set.Namespace, name) is not null) return;
        var metadata = template["metadata"].AsMap()?.DeepClone() ?? new MapNode();
        metadata["name"] = name;
        metadata["namespace"] = set.Namespace;
        var labels = metadata.GetOrAddMap("labels");
        foreach (var (key, value) in set.Root["spec"]["selector"]["matchLabels"].Entries()) labels[key] = value;
        Cluster.Create(new KubeObject(new MapNode
        {
            { "apiVersion", "v1" }, { "kind", "PersistentVolumeClaim" }, { "metadata", metadata }, { "spec", template["spec"].DeepClone() },
        }));
        Cluster.Events.Normal(
            set, Component, "SuccessfulCreate", $"create Claim {name} Pod {name[(template["metadata"]["name"].Text().Length + 1)..]} in StatefulSet {set.Name} success");
    }

    private void Delete(KubeObject set, KubeObject pod)
    {
        Cluster.Delete(pod);
        Cluster.Events.Normal(set, Component, "SuccessfulDelete", $"delete Pod {pod.Name} in StatefulSet {set.Name} successful");
    }

    private TimeSpan? UpdateStatus(KubeObject set, List<KubeObject> pods, string current, string update)
    {
        var observed = set.Root["metadata"]["generation"]; // what this round acted on; a newer one may be there by now
        set = Cluster.Get(ObjectKey.Of(set)) ?? set;
        var minReady = set.Root["spec"]["minReadySeconds"].AsInt() ?? 0;
        TimeSpan? again = null;
        long ready = 0, available = 0, updatedReady = 0;
        foreach (var pod in pods)
        {
            if (PodState.UntilAvailable(pod, minReady, Cluster.Now) is not { } wait) continue;
            ready++;
            if (RevisionOf(pod) == update) updatedReady++;
            if (wait == TimeSpan.Zero) available++;
            else again = PodState.Earlier(again, wait);
        }

        var updated = pods.Count(p => RevisionOf(p) == update);
        var status = PodState.CloneStatus(set);
        // The rollout is over when every Pod has the new revision and is ready.
        if (updated == Wanted(set) && updated == pods.Count && updatedReady == updated) current = update;
        status["observedGeneration"] = observed;
        status["replicas"] = pods.Count;
        status.SetCount("readyReplicas", ready);
        status["availableReplicas"] = available;
        status.SetCount("currentReplicas", pods.Count(p => RevisionOf(p) == current));
        status.SetCount("updatedReplicas", updated);
        status["currentRevision"] = current;
        status["updateRevision"] = update;
        status["collisionCount"] = 0;
        Cluster.SetStatus(set, status);
        return again;
    }
}
