using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Clusters;

namespace Plumb.Kubernetes;

/// <summary>One cluster to keep plumb.</summary>
public sealed record KubernetesTargetOptions
{
    /// <summary>Its name, as in <c>destination.name</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Kubeconfig file; null: the file that <c>KUBECONFIG</c> names, else <c>~/.kube/config</c>. Not used with <see cref="InCluster"/>.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Context in the kubeconfig; null: its current one.</summary>
    public string? Context { get; init; }

    /// <summary>Use the service account of the Pod that this process runs in. Default: false.</summary>
    public bool InCluster { get; init; }

    /// <summary>
    /// The only namespaces to use; empty: the whole cluster. Then nothing outside them is read, cluster-scoped kinds only where an
    /// application states one, and an object in another namespace is an error. For accounts that may see some namespaces only.
    /// </summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>How to reach it, read already; then no kubeconfig is. Default: null.</summary>
    public ClusterAccess? Access { get; init; }

    /// <summary>How requests behave.</summary>
    public KubeClientOptions Client { get; init; } = new();

    /// <summary>How the cluster is followed.</summary>
    public WatchOptions Watch { get; init; } = new();

    /// <summary>Bounds the lists over all clusters of the process; null: this cluster is alone.</summary>
    public SharedLists? Lists { get; init; }
}
