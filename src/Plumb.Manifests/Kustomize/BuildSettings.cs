using Plumb.Manifests.Kustomize.Files;

namespace Plumb.Manifests.Kustomize;

/// <summary>In which order a build gives its objects when the kustomization does not say.</summary>
public enum BuildOrder
{
    /// <summary>As <c>kubectl kustomize</c>: by kind, namespaces and definitions first, then by name.</summary>
    Legacy,

    /// <summary>As they were found.</summary>
    Found,
}

/// <summary>How a kustomization is built.</summary>
public sealed record BuildSettings
{
    /// <summary>The defaults of <c>kubectl kustomize</c>.</summary>
    public static BuildSettings Default { get; } = new();

    /// <summary>Whether files have to be in the folder of the kustomization that names them, or below it.</summary>
    public bool RestrictsToRoot { get; init; } = true;

    /// <summary>Order of the output.</summary>
    public BuildOrder Order { get; init; }

    /// <summary>Whether charts (<c>helmCharts</c>) are rendered.</summary>
    public bool HelmEnabled { get; init; }

    /// <summary>Kubernetes version for charts that state none; empty for Helm's default.</summary>
    public string KubeVersion { get; init; } = "";

    /// <summary>API versions for charts that state none.</summary>
    public IReadOnlyList<string> ApiVersions { get; init; } = [];

    /// <summary>Where other repositories are read from; null refuses them.</summary>
    public IRemoteBases? Remote { get; init; }

    /// <summary>Whether objects get the label <c>app.kubernetes.io/managed-by</c>, as <c>buildMetadata: [managedByLabel]</c> asks for too.</summary>
    public bool AddsManagedByLabel { get; init; }

    /// <summary>Most bytes that a build may read, in all its files together.</summary>
    public long MaxBytes { get; init; } = 128L * 1024 * 1024;

    /// <summary>Most objects that a build may read and generate.</summary>
    public int MaxResources { get; init; } = 100_000;
}
