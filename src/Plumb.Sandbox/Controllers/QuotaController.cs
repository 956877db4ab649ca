using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>Counts what ResourceQuotas limit. The sandbox shows usage; it refuses nothing.</summary>
internal sealed class QuotaController(Cluster cluster) : Controller(cluster)
{
    // Resource name in a quota to the kind counted.
    private static readonly Dictionary<string, (string Group, string Kind)> Counted = new(StringComparer.Ordinal)
    {
        ["pods"] = ("", "Pod"),
        ["services"] = ("", "Service"),
        ["configmaps"] = ("", "ConfigMap"),
        ["secrets"] = ("", "Secret"),
        ["persistentvolumeclaims"] = ("", "PersistentVolumeClaim"),
        ["replicationcontrollers"] = ("", "ReplicationController"),
        ["resourcequotas"] = ("", "ResourceQuota"),
        ["count/deployments.apps"] = ("apps", "Deployment"),
        ["count/replicasets.apps"] = ("apps", "ReplicaSet"),
        ["count/statefulsets.apps"] = ("apps", "StatefulSet"),
        ["count/jobs.batch"] = ("batch", "Job"),
        ["count/cronjobs.batch"] = ("batch", "CronJob"),
        ["count/ingresses.networking.k8s.io"] = ("networking.k8s.io", "Ingress"),
    };

    private static readonly HashSet<(string, string)> Kinds = [.. Counted.Values];

    public override void Observe(ObjectEvent change)
    {
        if (change.Object.Kind == "Event" || !Kinds.Contains((change.Object.GroupVersionKind.Group, change.Object.Kind))) return;
        foreach (var quota in Cluster.Api.List("", "ResourceQuota", change.Object.Namespace)) Queue.Add(ObjectKey.Of(quota));
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Cluster.GetAlive(key) is not { } quota || quota.Root["spec"]["hard"].AsMap() is not { } hard) return null;
        var used = new MapNode();
        foreach (var name in hard.Keys) used[name] = Used(quota.Namespace, name);
        Cluster.SetStatus(quota, new MapNode { { "hard", hard.DeepClone() }, { "used", used } });
        return null;
    }

    private string Used(string @namespace, string name)
    {
        var plain = name.StartsWith("count/", StringComparison.Ordinal) && name.IndexOf('.') < 0 ? name["count/".Length..] : name;
        if (Counted.TryGetValue(plain, out var kind))
        {
            return Amounts.Format(Cluster.Api.List(kind.Group, kind.Kind, @namespace).Count(o => kind.Kind != "Pod" || !PodState.IsFinished(o)));
        }

        if (name == "services.nodeports") return CountServices(@namespace, "NodePort", "LoadBalancer");
        if (name == "services.loadbalancers") return CountServices(@namespace, "LoadBalancer", "LoadBalancer");
        if (name == "requests.storage")
        {
            return Amounts.Format(Cluster.Api.List("", "PersistentVolumeClaim", @namespace)
                .Sum(c => Amounts.Parse(c.Root["spec"]["resources"]["requests"]["storage"]) ?? 0));
        }

        var (list, resource) = name switch
        {
            "cpu" or "memory" => ("requests", name),
            _ when name.StartsWith("requests.", StringComparison.Ordinal) => ("requests", name["requests.".Length..]),
            _ when name.StartsWith("limits.", StringComparison.Ordinal) => ("limits", name["limits.".Length..]),
            _ => ("", ""),
        };
        if (list.Length == 0) return "0";
        return Amounts.Format(Cluster.Api.List("", "Pod", @namespace).Where(p => !PodState.IsFinished(p))
            .SelectMany(p => p.Root["spec"]["containers"].Maps()).Sum(c => Amounts.Parse(c["resources"][list][resource]) ?? 0));
    }

    private string CountServices(string @namespace, string type, string orType) => Amounts.Format(
        Cluster.Api.List("", "Service", @namespace).Count(s => s.Root["spec"]["type"].AsString() is { } t && (t == type || t == orType)));
}
