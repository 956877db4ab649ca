using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>Endpoints and EndpointSlices of Services, and an address for load balancers.</summary>
internal sealed class ServiceController(Cluster cluster) : Controller(cluster)
{
    private const string ServiceName = "kubernetes.io/service-name";

    private readonly LabelIndex _pods = new();
    private readonly LabelIndex _services = new(); // by one label of their selectors

    public override void Observe(ObjectEvent change)
    {
        var (obj, isGone) = (change.Object, change.Kind == WatchKind.Deleted);
        if (Is(obj, "", "Service"))
        {
            if (isGone) _services.Remove(obj.Namespace, obj.Name);
            else _services.Set(obj.Namespace, obj.Name, obj.Root["spec"]["selector"].Entries().Take(1));
            Queue.Add(ObjectKey.Of(obj));
        }
        else if (Is(obj, "", "Pod"))
        {
            if (isGone) _pods.Remove(obj.Namespace, obj.Name);
            else _pods.Set(obj.Namespace, obj.Name, obj.Labels ?? []);
            foreach (var name in (obj.Labels ?? []).SelectMany(l => _services.Find(obj.Namespace, l.Key, l.Value)))
            {
                if (Cluster.Api.Get("", "Service", obj.Namespace, name) is { } service && Selectors.MatchesMap(service.Root["spec"]["selector"], obj.Labels))
                    Queue.Add(ObjectKey.Of(service));
            }
        }
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Cluster.Get(key) is not { } service)
        {
            Cluster.Api.Delete("", "Endpoints", key.Namespace, key.Name, DeletePropagation.Background);
            return null;
        }

        if (Cluster.IsDeleting(service)) return null;
        Balance(service);
        var spec = service.Root["spec"];
        if (spec["selector"].IsEmpty() || spec["type"].AsString() == "ExternalName") return null;
        var (label, value) = spec["selector"].Entries().First();
        var pods = _pods.Find(service.Namespace, label, value).Select(n => Cluster.Api.Get("", "Pod", service.Namespace, n)).OfType<KubeObject>()
            .Where(p => Selectors.MatchesMap(spec["selector"], p.Labels) && PodState.IsActive(p) && !p.Root["status"]["podIP"].IsEmpty())
            .OrderBy(p => p.Name, StringComparer.Ordinal).ToList();
        WriteEndpoints(service, pods);
        WriteSlice(service, pods);
        return null;
    }

    private void Balance(KubeObject service)
    {
        var status = PodState.CloneStatus(service);
        if (service.Root["spec"]["type"].AsString() != "LoadBalancer")
        {
            status["loadBalancer"] = new MapNode();
            Cluster.SetStatus(service, status);
            return;
        }

        status["loadBalancer"] = new MapNode
        {
            { "ingress", new ListNode([new MapNode { { "ip", BalancerAddress(service) }, { "ipMode", "VIP" } }]) },
        };
        if (Cluster.SetStatus(service, status))
            Cluster.Events.Normal(service, "service-controller", "EnsuredLoadBalancer", "Ensured load balancer");
    }

    // Derived from the cluster address, which is unique already.
    private static string BalancerAddress(KubeObject service)
    {
        var parts = service.Root["spec"]["clusterIP"].Text().Split('.');
        return parts.Length == 4 ? $"172.19.{parts[2]}.{parts[3]}" : "172.19.0.1";
    }

    private void WriteEndpoints(KubeObject service, List<KubeObject> pods)
    {
        var ports = Ports(service, pods);
        var subset = new MapNode();
        var ready = new ListNode(pods.Where(PodState.IsReady).Select(p => (Node)Address(p)));
        var waiting = new ListNode(pods.Where(p => !PodState.IsReady(p)).Select(p => (Node)Address(p)));
        if (ready.Count > 0) subset["addresses"] = ready;
        if (waiting.Count > 0) subset["notReadyAddresses"] = waiting;
        if (ports.Count > 0) subset["ports"] = ports;
        Node subsets = pods.Count == 0 ? Node.Absent : new ListNode([subset]);
        var labels = service.Labels?.DeepClone() ?? new MapNode();
        labels["endpoints.kubernetes.io/managed-by"] = "endpoint-controller";
        if (service.Root["spec"]["clusterIP"].AsString() == "None") labels["service.kubernetes.io/headless"] = "";
        Write("v1", "Endpoints", service, service.Name, labels, null, root => root["subsets"] = subsets.DeepClone());
    }

    private void WriteSlice(KubeObject service, List<KubeObject> pods)
    {
        var labels = service.Labels?.DeepClone() ?? new MapNode();
        labels["endpointslice.kubernetes.io/managed-by"] = "endpointslice-controller.k8s.io";
        labels[ServiceName] = service.Name;
        if (service.Root["spec"]["clusterIP"].AsString() == "None") labels["service.kubernetes.io/headless"] = "";
        var publish = service.Root["spec"]["publishNotReadyAddresses"].AsBool() is true;
        var endpoints = new ListNode(pods.Select(p => (Node)new MapNode
        {
            { "addresses", new ListNode([p.Root["status"]["podIP"]]) },
            {
                "conditions",
                new MapNode { { "ready", publish || PodState.IsReady(p) }, { "serving", PodState.IsReady(p) }, { "terminating", false } }
            },
            { "nodeName", p.Root["spec"]["nodeName"] },
            { "targetRef", Reference(p) },
        }));
        var ports = Ports(service, pods);
        foreach (var port in ports)
        {
            if (!port["name"].IsAbsent) continue;
            port.AsMap()!["name"] = "";
        }

        // One slice a Service: its name is made from the Service's, so that it is found again.
        var name = service.Name + "-" + Cluster.HashName(service.Uid)[..5];
        Write("discovery.k8s.io/v1", "EndpointSlice", service, name, labels, Cluster.OwnedBy(service), root =>
        {
            root["addressType"] = "IPv4";
            root["endpoints"] = endpoints;
            root["ports"] = ports;
        });
    }

    private void Write(
        string apiVersion, string kind, KubeObject service, string name, MapNode labels, ListNode? owners, Action<MapNode> fill)
    {
        var group = GroupVersionKind.Parse(apiVersion, kind).Group;
        if (Cluster.Api.Get(group, kind, service.Namespace, name) is not { } stored)
        {
            var metadata = new MapNode { { "name", name }, { "namespace", service.Namespace }, { "labels", labels } };
            if (owners is not null) metadata["ownerReferences"] = owners;
            var made = new MapNode { { "apiVersion", apiVersion }, { "kind", kind }, { "metadata", metadata } };
            fill(made);
            Cluster.Create(new KubeObject(made));
            return;
        }

        var copy = stored.Root.DeepClone();
        copy.GetOrAddMap("metadata")["labels"] = labels;
        fill(copy);
        if ((Node)copy == (Node)stored.Root) return;
        Cluster.Api.Update(new KubeObject(copy), Cluster.Manager);
    }

    private static MapNode Address(KubeObject pod) => new()
    {
        { "ip", pod.Root["status"]["podIP"] }, { "nodeName", pod.Root["spec"]["nodeName"] }, { "targetRef", Reference(pod) },
    };

    private static MapNode Reference(KubeObject pod) => new()
    {
        { "kind", "Pod" }, { "name", pod.Name }, { "namespace", pod.Namespace }, { "uid", pod.Uid },
    };

    private static ListNode Ports(KubeObject service, List<KubeObject> pods)
    {
        var ports = new ListNode();
        foreach (var port in service.Root["spec"]["ports"].Maps())
        {
            var target = port["targetPort"].AsInt() ?? Named(port["targetPort"].AsString(), pods) ?? port["port"].AsInt();
            var entry = new MapNode { { "port", target ?? 0 }, { "protocol", port["protocol"].AsString() ?? "TCP" } };
            if (port["name"].AsString() is { } name) entry["name"] = name;
            if (port["appProtocol"].AsString() is { } protocol) entry["appProtocol"] = protocol;
            ports.Add(entry);
        }

        return ports;
    }

    private static long? Named(string? name, List<KubeObject> pods)
    {
        if (name is null) return null;
        if (long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        return pods.SelectMany(p => p.Root["spec"]["containers"].Maps()).SelectMany(c => c["ports"].Maps())
            .FirstOrDefault(p => p["name"].AsString() == name)?["containerPort"].AsInt();
    }
}
