using k8s;
using k8s.KubeConfigModels;

namespace Plumb.Kubernetes;

/// <summary>Reads kubeconfig files by KubernetesClient's rules.</summary>
internal static class KubeconfigFile
{
    /// <summary>The file in use when none is named.</summary>
    public static string DefaultPath()
    {
        var fromEnvironment = Environment.GetEnvironmentVariable("KUBECONFIG")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return fromEnvironment is { Length: > 0 }
            ? fromEnvironment[0]
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");
    }

    /// <summary>How to reach one cluster.</summary>
    public static async Task<KubernetesClientConfiguration> ReadAsync(KubernetesTargetOptions options)
    {
        if (options.InCluster) return KubernetesClientConfiguration.InClusterConfig();
        var file = new FileInfo(options.Kubeconfig ?? DefaultPath());
        if (!file.Exists) throw new FileNotFoundException($"there is no kubeconfig {file.FullName}");
        return await KubernetesClientConfiguration.BuildConfigFromConfigFileAsync(file, options.Context);
    }

    /// <summary>The contexts of a file, with the address of each one's cluster, and the current one.</summary>
    public static async Task<(IReadOnlyList<(string Context, string Server)> Contexts, string Current)> ContextsAsync(string path)
    {
        K8SConfiguration config = await KubernetesClientConfiguration.LoadKubeConfigAsync(new FileInfo(path));
        var servers = (config.Clusters ?? []).ToDictionary(c => c.Name, c => c.ClusterEndpoint?.Server ?? "");
        var contexts = (config.Contexts ?? [])
            .Select(c => (c.Name, servers.GetValueOrDefault(c.ContextDetails?.Cluster ?? "", "")))
            .ToList();
        return (contexts, config.CurrentContext ?? "");
    }
}
