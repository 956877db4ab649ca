using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>What a cluster has without anyone writing it: the node and the default storage class.</summary>
internal sealed class ClusterContentsController(Cluster cluster) : Controller(cluster)
{
    private static readonly ObjectKey NodeKey = new("", "Node", "", Cluster.NodeName);
    private static readonly ObjectKey ClassKey = new("storage.k8s.io", "StorageClass", "", "standard");

    public override void Start()
    {
        Queue.Add(NodeKey);
        Queue.Add(ClassKey);
    }

    public override void Observe(ObjectEvent change)
    {
        // Deleted by somebody, they come back, as the kubelet would register its node again.
        if (change.Kind != WatchKind.Deleted) return;
        if (Is(change.Object, "", "Node") && change.Object.Name == Cluster.NodeName) Queue.Add(NodeKey);
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (key == NodeKey) EnsureNode();
        else EnsureClass();
        return null;
    }

    private void EnsureClass()
    {
        if (Cluster.Get(ClassKey) is not null) return;
        Cluster.Create(new KubeObject(new MapNode
        {
            { "apiVersion", "storage.k8s.io/v1" },
            { "kind", "StorageClass" },
            {
                "metadata",
                new MapNode
                {
                    { "name", "standard" }, { "annotations", new MapNode { { "storageclass.kubernetes.io/is-default-class", "true" } } },
                }
            },
            { "provisioner", "sandbox.plumb.dev/volume" },
            { "reclaimPolicy", "Delete" },
            { "volumeBindingMode", "Immediate" },
            { "allowVolumeExpansion", true },
        }));
    }

    private void EnsureNode()
    {
        var node = Cluster.Get(NodeKey) ?? Cluster.Create(new KubeObject(new MapNode
        {
            { "apiVersion", "v1" },
            { "kind", "Node" },
            {
                "metadata",
                new MapNode
                {
                    { "name", Cluster.NodeName },
                    {
                        "labels",
                        new MapNode
                        {
                            { "beta.kubernetes.io/arch", "amd64" }, { "beta.kubernetes.io/os", "linux" }, { "kubernetes.io/arch", "amd64" },
                            { "kubernetes.io/hostname", Cluster.NodeName }, { "kubernetes.io/os", "linux" },
                            { "node-role.kubernetes.io/control-plane", "" },
                        }
                    },
                }
            },
            { "spec", new MapNode { { "podCIDR", "10.244.0.0/16" }, { "podCIDRs", Documents.List("10.244.0.0/16") } } },
        }), Cluster.Kubelet);
        var status = PodState.CloneStatus(node);
        var resources = new MapNode { { "cpu", "64" }, { "ephemeral-storage", "1Ti" }, { "memory", "256Gi" }, { "pods", "10000" } };
        status["addresses"] = new ListNode(
        [
            new MapNode { { "address", KubeletController.NodeAddress }, { "type", "InternalIP" } },
            new MapNode { { "address", Cluster.NodeName }, { "type", "Hostname" } },
        ]);
        status["allocatable"] = resources;
        status["capacity"] = resources.DeepClone();
        status["nodeInfo"] = new MapNode
        {
            { "architecture", "amd64" }, { "bootID", "" }, { "containerRuntimeVersion", "sandbox://1" }, { "kernelVersion", "6.1.0" },
            { "kubeProxyVersion", "" }, { "kubeletVersion", "v1.33.0" }, { "machineID", "" }, { "operatingSystem", "linux" },
            { "osImage", "Plumb sandbox" }, { "systemUUID", "" },
        };
        foreach (var (type, holds, reason, message) in (ReadOnlySpan<(string, bool, string, string)>)
        [
            ("MemoryPressure", false, "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
            ("DiskPressure", false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            ("PIDPressure", false, "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            ("Ready", true, "KubeletReady", "kubelet is posting ready status"),
        ])
        {
            Conditions.Set(status, type, holds, reason, message, Cluster.Timestamp, "lastHeartbeatTime");
        }

        Cluster.SetStatus(node, status, Cluster.Kubelet);
    }
}
