using Plumb.Kubernetes.Clusters;

namespace Plumb.Kubernetes;

/// <summary>How the options of a target say where its cluster is.</summary>
internal static class KubeconfigFile
{
    /// <summary>How to reach the cluster.</summary>
    /// <exception cref="Plumb.Reconcile.Targets.TargetException">The configuration cannot be read.</exception>
    public static async Task<ClusterAccess> ReadAsync(KubernetesTargetOptions options, CancellationToken ct = default)
    {
        if (options.Access is { } given) return given;
        if (options.InCluster) return InClusterAccess.Read();
        var config = await Kubeconfig.ReadAsync(options.Kubeconfig is { } file ? [file] : Kubeconfig.DefaultFiles(), ct);
        return config.Access(options.Context ?? config.CurrentContext);
    }
}
