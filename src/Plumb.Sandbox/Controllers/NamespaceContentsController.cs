using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>What every cluster and every namespace has without anyone writing it: the node, the default storage class, service accounts.</summary>
internal sealed class NamespaceContentsController(Cluster cluster) : Controller(cluster)
{
    private const string RootCertificates = "kube-root-ca.crt";

    private static readonly ObjectKey NodeKey = new("", "Node", "", Cluster.NodeName);
    private static readonly ObjectKey ClassKey = new("storage.k8s.io", "StorageClass", "", "standard");

    public override void Start()
    {
        Queue.Add(NodeKey);
        Queue.Add(ClassKey);
    }

    public override void Observe(ObjectEvent change)
    {
        var obj = change.Object;
        if (Is(obj, "", "Namespace") && change.Kind != WatchKind.Deleted)
        {
            Queue.Add(ObjectKey.Of(obj));
        }
        else if (change.Kind == WatchKind.Deleted && ((Is(obj, "", "ServiceAccount") && obj.Name == "default") || (Is(obj, "", "ConfigMap") && obj.Name == RootCertificates)))
        {
            Queue.Add(new("", "Namespace", "", obj.Namespace));
        }
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (key == NodeKey) EnsureNode();
        else if (key == ClassKey) EnsureClass();
        else if (Cluster.GetAlive(key) is { } found && found.Root["status"]["phase"].AsString() != "Terminating") Fill(found.Name);
        return null;
    }

    private void Fill(string @namespace)
    {
        if (Cluster.Api.Get("", "ServiceAccount", @namespace, "default") is null)
        {
            Cluster.Create(new KubeObject(new MapNode
            {
                { "apiVersion", "v1" }, { "kind", "ServiceAccount" },
                { "metadata", new MapNode { { "name", "default" }, { "namespace", @namespace } } },
            }));
        }

        if (Cluster.Api.Get("", "ConfigMap", @namespace, RootCertificates) is not null) return;
        Cluster.Create(new KubeObject(new MapNode
        {
            { "apiVersion", "v1" },
            { "kind", "ConfigMap" },
            {
                "metadata",
                new MapNode
                {
                    { "name", RootCertificates }, { "namespace", @namespace },
                    {
                        "annotations",
                        new MapNode
                        {
                            {
                                "kubernetes.io/description",
                                "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints."
                            },
                        }
                    },
                }
            },
            { "data", new MapNode { { "ca.crt", "" } } },
        }));
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
