using Plumb.Manifests.Documents;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>Gives every Ingress an address, as if each class had a controller.</summary>
internal sealed class IngressController(Cluster cluster) : Controller(cluster)
{
    private const string Address = "172.19.0.10";

    public override void Observe(ObjectEvent change)
    {
        if (Is(change.Object, "networking.k8s.io", "Ingress")) Queue.Add(ObjectKey.Of(change.Object));
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Cluster.GetAlive(key) is not { } ingress) return null;
        if (!ingress.Root["status"]["loadBalancer"]["ingress"].IsEmpty()) return null;
        Cluster.SetStatus(ingress, new MapNode
        {
            { "loadBalancer", new MapNode { { "ingress", new ListNode([new MapNode { { "ip", Address } }]) } } },
        });
        return null;
    }
}
