using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>
/// Rolls Deployments forward through ReplicaSets, with the steps, conditions, annotations and words of the real controller.
/// </summary>
internal sealed class DeploymentController(Cluster cluster) : Controller(cluster)
{
    private const string Component = "deployment-controller";
    private const string HashLabel = "pod-template-hash";
    private const string Revision = "deployment.kubernetes.io/revision";
    private const string RevisionHistory = "deployment.kubernetes.io/revision-history";
    private const string DesiredReplicas = "deployment.kubernetes.io/desired-replicas";
    private const string MaxReplicas = "deployment.kubernetes.io/max-replicas";
    private const string UpdateTime = "lastUpdateTime";

    private static readonly string[] NotCopied =
    [
        "kubectl.kubernetes.io/last-applied-configuration", Revision, RevisionHistory, DesiredReplicas, MaxReplicas,
    ];

    public override void Observe(ObjectEvent change)
    {
        if (Is(change.Object, "apps", "Deployment")) Queue.Add(ObjectKey.Of(change.Object));
        else if (Is(change.Object, "apps", "ReplicaSet")) QueueOwner(change.Object, "apps", "Deployment");
        // A Recreate rollout waits for the old Pods to be gone, which the ReplicaSet's status told already.
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Cluster.GetAlive(key) is not { } deployment) return null;
        var observed = deployment.Root["metadata"]["generation"];
        var spec = deployment.Root["spec"];
        if (spec["selector"]["matchLabels"].IsEmpty() && spec["selector"]["matchExpressions"].IsEmpty()) return null;
        var sets = Cluster.Dependents(deployment, "ReplicaSet").Where(s => !Cluster.IsDeleting(s))
            .OrderBy(s => s.Root["metadata"]["creationTimestamp"].Text(), StringComparer.Ordinal).ToList();
        var current = sets.FirstOrDefault(s => SameTemplate(s, spec["template"]));
        var paused = spec["paused"].AsBool() is true;
        if (paused)
        {
            ScaleOnly(deployment, sets, current);
            return UpdateStatus(deployment, observed, Reload(sets), Reload(current), null);
        }

        var old = sets.Where(s => s != current).ToList();
        string? progress = null;
        current = current is null
            ? CreateSet(deployment, sets, old, out progress)
            : KeepRevision(deployment, current, old);
        if (!sets.Any(s => s.Uid == current.Uid)) sets.Add(current);
        deployment = KeepDeploymentRevision(Cluster.Get(key) ?? deployment, current);

        if (spec["strategy"]["type"].AsString() == "Recreate") RollRecreate(deployment, current, old);
        else RollOver(deployment, current, old);

        current = Reload(current)!;
        sets = Reload(sets);
        if (IsComplete(deployment, sets, current)) CleanUp(deployment, [.. sets.Where(s => s.Uid != current.Uid)]);
        return UpdateStatus(deployment, observed, sets, current, progress);
    }

    private static long Wanted(KubeObject deployment) => deployment.Root["spec"]["replicas"].AsInt() ?? 1;

    private static long Replicas(KubeObject set) => set.Root["spec"]["replicas"].AsInt() ?? 0;

    private static long Count(KubeObject set, string field) => set.Root["status"][field].AsInt() ?? 0;

    private static long RevisionOf(KubeObject obj) =>
        long.TryParse(obj.Annotation(Revision), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static bool SameTemplate(KubeObject set, Node template)
    {
        var own = set.Root["spec"]["template"].DeepClone();
        own["metadata"]["labels"].AsMap()?.Remove(HashLabel);
        return own["spec"] == template["spec"]
            && Documents.Same(own["metadata"]["labels"], template["metadata"]["labels"])
            && Documents.Same(own["metadata"]["annotations"], template["metadata"]["annotations"]);
    }

    private static (long Surge, long Unavailable) Limits(KubeObject deployment)
    {
        var strategy = deployment.Root["spec"]["strategy"];
        if (strategy["type"].AsString() == "Recreate") return (0, 0);
        var wanted = Wanted(deployment);
        var surge = PodState.Scaled(strategy["rollingUpdate"]["maxSurge"], wanted, roundUp: true);
        var unavailable = PodState.Scaled(strategy["rollingUpdate"]["maxUnavailable"], wanted, roundUp: false);
        if (surge == 0 && unavailable == 0) unavailable = 1;
        return (surge, Math.Min(unavailable, wanted));
    }

    private KubeObject CreateSet(KubeObject deployment, List<KubeObject> sets, List<KubeObject> old, out string progress)
    {
        var template = deployment.Root["spec"]["template"].DeepClone();
        var hash = Cluster.HashName(template);
        template.AsMap()!.GetOrAddMap("metadata").GetOrAddMap("labels")[HashLabel] = hash;
        var selector = deployment.Root["spec"]["selector"].DeepClone();
        selector.AsMap()!.GetOrAddMap("matchLabels")[HashLabel] = hash;
        var replicas = NewReplicas(deployment, sets, 0);
        var annotations = CopiedAnnotations(deployment);
        annotations[Revision] = Text(NextRevision(old));
        SetLimits(annotations, deployment);
        var spec = new MapNode { { "replicas", replicas }, { "selector", selector }, { "template", template } };
        if (deployment.Root["spec"]["minReadySeconds"].AsInt() is > 0 and { } minReady) spec["minReadySeconds"] = minReady;
        var created = Cluster.Create(new KubeObject(new MapNode
        {
            { "apiVersion", "apps/v1" },
            { "kind", "ReplicaSet" },
            {
                "metadata",
                new MapNode
                {
                    { "name", deployment.Name + "-" + hash }, { "namespace", deployment.Namespace }, { "annotations", annotations },
                    { "labels", template["metadata"]["labels"].DeepClone() }, { "ownerReferences", Cluster.OwnedBy(deployment) },
                }
            },
            { "spec", spec },
        }));
        if (replicas > 0) ScaledEvent(deployment, created, 0, replicas);
        progress = created.Name;
        return created;
    }

    private KubeObject KeepRevision(KubeObject deployment, KubeObject set, List<KubeObject> old)
    {
        var next = Text(NextRevision(old));
        var wanted = CopiedAnnotations(deployment);
        wanted[Revision] = RevisionOf(set) >= NextRevision(old) ? set.Annotation(Revision) : next;
        if (wanted[Revision].AsString() != set.Annotation(Revision) && set.Annotation(Revision) is { } earlier)
        {
            wanted[RevisionHistory] = set.Annotation(RevisionHistory) is { Length: > 0 } history ? history + "," + earlier : earlier;
        }

        SetLimits(wanted, deployment);
        var minReady = deployment.Root["spec"]["minReadySeconds"].AsInt() ?? 0;
        var sameMinReady = (set.Root["spec"]["minReadySeconds"].AsInt() ?? 0) == minReady;
        if (sameMinReady && wanted.All(a => set.Annotations?[a.Key] == a.Value)) return set;
        return Cluster.Change(set, root =>
        {
            var annotations = root.GetOrAddMap("metadata").GetOrAddMap("annotations");
            foreach (var (key, value) in wanted) annotations[key] = value;
            root.GetOrAddMap("spec").SetCount("minReadySeconds", minReady);
        });
    }

    private KubeObject KeepDeploymentRevision(KubeObject deployment, KubeObject set)
    {
        var revision = set.Annotation(Revision);
        if (revision is null || deployment.Annotation(Revision) == revision) return deployment;
        return Cluster.Change(deployment, root => root.GetOrAddMap("metadata").GetOrAddMap("annotations")[Revision] = revision);
    }

    private static long NextRevision(List<KubeObject> old) => old.Count == 0 ? 1 : old.Max(RevisionOf) + 1;

    private static MapNode CopiedAnnotations(KubeObject deployment)
    {
        var copy = new MapNode();
        foreach (var (key, value) in deployment.Annotations ?? [])
        {
            if (Array.IndexOf(NotCopied, key) < 0) copy[key] = value;
        }

        return copy;
    }

    private static void SetLimits(MapNode annotations, KubeObject deployment)
    {
        annotations[DesiredReplicas] = Text(Wanted(deployment));
        annotations[MaxReplicas] = Text(Wanted(deployment) + Limits(deployment).Surge);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long NewReplicas(KubeObject deployment, List<KubeObject> sets, long now)
    {
        var wanted = Wanted(deployment);
        if (deployment.Root["spec"]["strategy"]["type"].AsString() == "Recreate")
        {
            return sets.All(s => Replicas(s) == 0 && Count(s, "replicas") == 0) ? wanted : 0;
        }

        var room = wanted + Limits(deployment).Surge - sets.Sum(Replicas);
        return room <= 0 ? now : now + Math.Min(room, wanted - now);
    }

    private void RollRecreate(KubeObject deployment, KubeObject current, List<KubeObject> old)
    {
        foreach (var set in old.Where(s => Replicas(s) > 0)) Scale(deployment, set, 0);
        if (old.Any(s => Replicas(s) > 0 || Count(s, "replicas") > 0)) return;
        Scale(deployment, current, Wanted(deployment));
    }

    private void RollOver(KubeObject deployment, KubeObject current, List<KubeObject> old)
    {
        var wanted = Wanted(deployment);
        var all = old.Append(current).ToList();
        if (Replicas(current) > wanted)
        {
            Scale(deployment, current, wanted);
            return;
        }

        if (Replicas(current) < wanted)
        {
            var next = NewReplicas(deployment, all, Replicas(current));
            if (next != Replicas(current))
            {
                Scale(deployment, current, next);
                return;
            }
        }

        if (old.Sum(Replicas) == 0) return;
        var minAvailable = wanted - Limits(deployment).Unavailable;
        var newUnavailable = Replicas(current) - Count(current, "availableReplicas");
        var room = all.Sum(Replicas) - minAvailable - newUnavailable;
        if (room <= 0) return;
        var sizes = old.ToDictionary(s => s, Replicas);
        foreach (var set in old)
        {
            // Broken ones first: they help nobody.
            var broken = sizes[set] - Math.Min(sizes[set], Count(set, "availableReplicas"));
            var cut = Math.Min(room, broken);
            sizes[set] -= cut;
            room -= cut;
        }

        var spare = all.Sum(s => Count(s, "availableReplicas")) - minAvailable;
        foreach (var set in old)
        {
            var cut = Math.Clamp(spare, 0, sizes[set]);
            sizes[set] -= cut;
            spare -= cut;
        }

        foreach (var (set, size) in sizes) Scale(deployment, set, size);
    }

    private void ScaleOnly(KubeObject deployment, List<KubeObject> sets, KubeObject? current)
    {
        var active = sets.Where(s => Replicas(s) > 0).ToList();
        var target = active.Count == 1 ? active[0] : active.Count == 0 ? current : null;
        if (target is not null) Scale(deployment, target, Wanted(deployment));
    }

    private void Scale(KubeObject deployment, KubeObject set, long replicas)
    {
        var before = Replicas(set);
        if (before == replicas) return;
        var changed = Cluster.Change(set, root => root.GetOrAddMap("spec")["replicas"] = replicas);
        ScaledEvent(deployment, changed, before, replicas);
    }

    private void ScaledEvent(KubeObject deployment, KubeObject set, long from, long to) => Cluster.Events.Normal(
        deployment,
        Component,
        "ScalingReplicaSet",
        string.Create(CultureInfo.InvariantCulture, $"Scaled {(to > from ? "up" : "down")} replica set {set.Name} from {from} to {to}"));

    private List<KubeObject> Reload(List<KubeObject> sets) => [.. sets.Select(Reload).OfType<KubeObject>()];

    private KubeObject? Reload(KubeObject? set) => set is null ? null : Cluster.Get(ObjectKey.Of(set));

    private static bool IsComplete(KubeObject deployment, List<KubeObject> sets, KubeObject? current) =>
        current is not null && Count(current, "replicas") == Wanted(deployment) && Count(current, "availableReplicas") == Wanted(deployment)
        && sets.Sum(s => Count(s, "replicas")) == Wanted(deployment) && Observed(current);

    private static bool Observed(KubeObject set) =>
        (set.Root["status"]["observedGeneration"].AsInt() ?? 0) >= (set.Root["metadata"]["generation"].AsInt() ?? 0);

    private void CleanUp(KubeObject deployment, List<KubeObject> old)
    {
        var limit = deployment.Root["spec"]["revisionHistoryLimit"].AsInt() ?? 10;
        var extra = old.Count - limit;
        if (extra <= 0) return;
        foreach (var set in old.OrderBy(RevisionOf).Take((int)extra))
        {
            if (Replicas(set) == 0 && Count(set, "replicas") == 0) Cluster.Delete(set);
        }
    }

    /// <param name="deployment">The deployment; its status may have changed since.</param>
    /// <param name="observed">
    /// The generation that this round acted on. A newer one may be there by now; to claim it would show its rollout as finished.
    /// </param>
    /// <param name="sets">All sets.</param>
    /// <param name="current">The set of the wanted template.</param>
    /// <param name="created">What made progress.</param>
    private TimeSpan? UpdateStatus(KubeObject deployment, Node observed, List<KubeObject> sets, KubeObject? current, string? created)
    {
        deployment = Cluster.Get(ObjectKey.Of(deployment)) ?? deployment;
        var wanted = Wanted(deployment);
        var status = PodState.CloneStatus(deployment);
        var total = sets.Sum(s => Count(s, "replicas"));
        var available = sets.Sum(s => Count(s, "availableReplicas"));
        status["observedGeneration"] = observed;
        status.SetCount("replicas", total);
        status.SetCount("updatedReplicas", current is null ? 0 : Count(current, "replicas"));
        status.SetCount("readyReplicas", sets.Sum(s => Count(s, "readyReplicas")));
        status.SetCount("availableReplicas", available);
        status.SetCount("unavailableReplicas", Math.Max(0, total - available));
        var enough = available >= wanted - Limits(deployment).Unavailable;
        Conditions.Set(
            status,
            "Available",
            enough,
            enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
            enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
            Cluster.Timestamp,
            UpdateTime);
        var again = UpdateProgress(deployment, status, sets, current, created);
        Cluster.SetStatus(deployment, status);
        return again;
    }

    private TimeSpan? UpdateProgress(KubeObject deployment, MapNode status, List<KubeObject> sets, KubeObject? current, string? created)
    {
        if (deployment.Root["spec"]["progressDeadlineSeconds"].AsInt() is not { } deadline || deadline == int.MaxValue) return null;
        var found = Conditions.Find(status, "Progressing");
        void Set(bool value, string reason, string message) =>
            Conditions.Set(status, "Progressing", value, reason, message, Cluster.Timestamp, UpdateTime);

        if (deployment.Root["spec"]["paused"].AsBool() is true)
        {
            if (found?["reason"].AsString() != "ProgressDeadlineExceeded" && found?["reason"].AsString() != "DeploymentPaused")
            {
                Set(true, "DeploymentPaused", "Deployment is paused");
            }

            return null;
        }

        if (found?["reason"].AsString() == "DeploymentPaused") Set(true, "DeploymentResumed", "Deployment is resumed");
        var name = current?.Name ?? "";
        if (created is not null)
        {
            // A new rollout starts its clock even when the last one had run out of time.
            Set(true, "NewReplicaSetCreated", $"Created new replica set \"{created}\"");
        }
        else if (found?["reason"].AsString() == "NewReplicaSetAvailable" && status["replicas"] == status["updatedReplicas"])
        {
            // The rollout was over before; scaling or a crash does not begin a new one.
            return null;
        }
        else if (IsComplete(deployment, sets, current))
        {
            Set(true, "NewReplicaSetAvailable", $"ReplicaSet \"{name}\" has successfully progressed.");
            return null;
        }
        else if (Progressed(deployment.Root["status"], status))
        {
            if (found?["reason"].AsString() == "ReplicaSetUpdated") found["lastUpdateTime"] = Cluster.Timestamp;
            Set(true, "ReplicaSetUpdated", $"ReplicaSet \"{name}\" is progressing.");
        }

        found = Conditions.Find(status, "Progressing");
        if (found is null || found["reason"].AsString() is "ProgressDeadlineExceeded" or "NewReplicaSetAvailable") return null;
        var since = Cluster.ParseTime(found["lastUpdateTime"]) ?? Cluster.Now;
        var left = since.AddSeconds(deadline) - Cluster.Now;
        if (left > TimeSpan.Zero) return left + TimeSpan.FromMilliseconds(5);
        Set(false, "ProgressDeadlineExceeded", $"ReplicaSet \"{name}\" has timed out progressing.");
        return null;
    }

    private static bool Progressed(Node before, Node after)
    {
        long Grew(string field) => (after[field].AsInt() ?? 0) - (before[field].AsInt() ?? 0);
        var old = (before["replicas"].AsInt() ?? 0) - (before["updatedReplicas"].AsInt() ?? 0);
        var left = (after["replicas"].AsInt() ?? 0) - (after["updatedReplicas"].AsInt() ?? 0);
        return Grew("updatedReplicas") > 0 || left < old || Grew("readyReplicas") > 0 || Grew("availableReplicas") > 0;
    }
}
