using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Inventory;

namespace Plumb.Kubernetes.Clusters;

/// <summary>Where clusters are stated.</summary>
public sealed record ClusterRegistryOptions
{
    /// <summary>Kubeconfig file; null: the files of <c>KUBECONFIG</c>, else <c>~/.kube/config</c>, and none when that does not exist.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Contexts to offer as clusters; empty: all of the file.</summary>
    public IReadOnlyList<string> Contexts { get; init; } = [];

    /// <summary>
    /// Context that <c>in-cluster</c> and <c>https://kubernetes.default.svc</c> mean. Null: the service account of the Pod that this
    /// process runs in, or outside a Pod the file's current context.
    /// </summary>
    public string? InClusterContext { get; init; }

    /// <summary>
    /// Namespace of <c>in-cluster</c> whose Secrets with the label <c>argocd.argoproj.io/secret-type: cluster</c> are clusters; empty: none
    /// are looked for. Default: <c>argocd</c>.
    /// </summary>
    public string SecretNamespace { get; init; } = "argocd";

    /// <summary>How often the kubeconfig is looked at. Default: 2 seconds. Must be positive.</summary>
    public TimeSpan KubeconfigInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>By what objects are known to belong to an application. Default: the annotation.</summary>
    public TrackingMethod TrackingMethod { get; init; }

    /// <summary>Tells several installations on one cluster apart; empty, the default: none.</summary>
    public string InstallationId { get; init; } = "";

    /// <summary>How requests behave.</summary>
    public KubeClientOptions Client { get; init; } = new();
}
