using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Clusters;

/// <summary>Where a cluster is stated. In this order the first to use a name or an address wins.</summary>
public enum ClusterSource
{
    /// <summary>The service account of the Pod that this process runs in.</summary>
    Pod,

    /// <summary>A context of the kubeconfig.</summary>
    Kubeconfig,

    /// <summary>A <c>Cluster</c> in Git.</summary>
    Git,

    /// <summary>A Secret in Argo CD's form.</summary>
    Secret,
}

/// <summary>What one source says of one cluster.</summary>
internal sealed record ClusterDefinition
{
    public required ClusterSource Source { get; init; }

    /// <summary>The same for the same entry of the source, whatever it says.</summary>
    public required string Key { get; init; }

    /// <summary>Where it is stated, in words.</summary>
    public required string Origin { get; init; }

    public required string Name { get; init; }

    /// <summary>Its address as destinations write it, normalized.</summary>
    public required string Server { get; init; }

    /// <summary>Another name that destinations may use.</summary>
    public string Alias { get; init; } = "";

    /// <summary>It is the cluster that Plumb runs beside.</summary>
    public bool IsInCluster { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public string Project { get; init; } = "";

    public IReadOnlyList<string> Namespaces { get; init; } = [];

    public bool ClusterResources { get; init; }

    /// <summary>How to reach it; null when <see cref="Fault"/> says why not.</summary>
    public ClusterAccess? Access { get; init; }

    /// <summary>Why it cannot be used; null when it can.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether a destination means it.</summary>
    public bool Is(DestinationSpec destination) => destination.Name.Length > 0
        ? destination.Name == Name || destination.Name == Alias
        : Addresses.Normalize(destination.Server) == Server;

    public TargetDescription Describe(IReadOnlyList<string> warnings) => new(Name)
    {
        Server = Server,
        Aliases = IsInCluster ? [DestinationSpec.InClusterServer] : [],
        Labels = Labels,
        Project = Project,
        Namespaces = Namespaces,
        ClusterResources = ClusterResources,
        Origin = Origin,
        Warnings = warnings,
    };
}
