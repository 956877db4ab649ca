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

    /// <summary>How to reach it, read already; then no kubeconfig is. Default: null.</summary>
    public ClusterAccess? Access { get; init; }

    /// <summary>How requests behave.</summary>
    public KubeClientOptions Client { get; init; } = new();
}
