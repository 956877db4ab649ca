using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Admission;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>Counts what ResourceQuotas limit. The sandbox shows usage; it refuses nothing.</summary>
internal sealed class QuotaController(Cluster cluster) : Controller(cluster)
{
    public override void Observe(ObjectEvent change)
    {
        if (change.Object.Kind == "Event" || change.Object.Namespace.Length == 0) return;
        foreach (var quota in Cluster.Api.List("", "ResourceQuota", change.Object.Namespace)) Queue.Add(ObjectKey.Of(quota));
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Cluster.GetAlive(key) is not { } quota || quota.Root["spec"]["hard"].AsMap() is not { } hard) return null;
        var used = new MapNode();
        foreach (var name in hard.Keys) used[name] = QuotaUsage.Print(name, QuotaUsage.Total(Cluster.Api, quota, name));
        Cluster.SetStatus(quota, new MapNode { { "hard", hard.DeepClone() }, { "used", used } });
        return null;
    }
}
