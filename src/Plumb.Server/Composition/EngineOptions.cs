using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Inventory;
using Plumb.Reconcile.Loop;

namespace Plumb.Server.Composition;

/// <summary>What the loop runs on.</summary>
public sealed record EngineOptions
{
    /// <summary>Folder for mirrors and history; created (mode 0700) when it is not there. Required.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Kubeconfig file; null: <c>KUBECONFIG</c>, else <c>~/.kube/config</c>.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Contexts to offer as clusters; empty: all of the file.</summary>
    public IReadOnlyList<string> Contexts { get; init; } = [];

    /// <summary>Context that <c>in-cluster</c> means; null: the file's current context, or in a Pod its service account.</summary>
    public string? InClusterContext { get; init; }

    /// <summary>Namespace of <c>in-cluster</c> whose cluster Secrets are clusters; empty: none are looked for. Default: <c>argocd</c>.</summary>
    public string ClusterSecretNamespace { get; init; } = "argocd";

    /// <summary>By what objects are known to belong to an application. Default: the annotation.</summary>
    public TrackingMethod TrackingMethod { get; init; }

    /// <summary>Tells several installations on one cluster apart; empty, the default: none.</summary>
    public string InstallationId { get; init; } = "";

    /// <summary>How requests to clusters behave.</summary>
    public KubeClientOptions Client { get; init; } = new();

    /// <summary>Public repository addresses fetched from elsewhere, as <c>FROM=TO</c>.</summary>
    public IReadOnlyList<string> RepositoryMap { get; init; } = [];

    /// <summary>Whether kustomizations may use files of web servers, which change without a commit. Default: false.</summary>
    public bool AllowWebFiles { get; init; }

    /// <summary>Time between polls of a repository. Default: 120 s, as Argo CD.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Up to this much is added at random to each. Default: 60 s.</summary>
    public TimeSpan PollJitter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Keep the history in the data folder; otherwise in memory. Default: true.</summary>
    public bool KeepHistory { get; init; } = true;

    /// <summary>Runs kept per application. Default: 200. At least 1.</summary>
    public int RunsKept { get; init; } = 200;

    /// <summary>Settings of the loop.</summary>
    public ReconcilerOptions Reconciler { get; init; } = new();
}
