using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Clusters;

/// <summary>The clusters of a kubeconfig and of the Pod around this process.</summary>
internal sealed class KubeconfigClusters(ClusterRegistryOptions options)
{
    private readonly IReadOnlyList<string> _files = options.Kubeconfig is { } file ? [file] : Kubeconfig.DefaultFiles();
    private string _stamp = "";

    /// <summary>The file that <c>Cluster</c> objects without a file mean.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>Whether a file was replaced since the last <see cref="ReadAsync"/>.</summary>
    public bool HasChanged => Stamp() != _stamp;

    /// <summary>Reads all.</summary>
    /// <exception cref="TargetException">A file cannot be read, or a context that was asked for is not in it.</exception>
    public async Task<IReadOnlyList<ClusterDefinition>> ReadAsync(CancellationToken ct)
    {
        _stamp = Stamp();
        var inPod = InClusterAccess.IsHere && options.InClusterContext is null;
        var clusters = new List<ClusterDefinition>();
        if (inPod) clusters.Add(OfPod());
        if (options.Kubeconfig is null && !_files.Any(File.Exists)) return clusters;

        var config = await Kubeconfig.ReadAsync(_files, ct);
        var known = config.Contexts.Select(c => c.Name).ToList();
        foreach (var asked in options.Contexts.Append(options.InClusterContext).OfType<string>().Where(c => !known.Contains(c)))
            throw new TargetException($"kubeconfig {string.Join(", ", _files)} has no context {asked}; it has {string.Join(", ", known)}");

        var wanted = options.Contexts.Count > 0 ? options.Contexts : known;
        var current = wanted.Contains(config.CurrentContext) ? config.CurrentContext : wanted.Count > 0 ? wanted[0] : null;
        var beside = options.InClusterContext ?? (inPod ? null : current);
        clusters.AddRange(wanted.Append(beside).OfType<string>().Distinct(StringComparer.Ordinal).Select(c => OfContext(config, c, c == beside)));
        return clusters;
    }

    private static ClusterDefinition OfPod()
    {
        var cluster = new ClusterDefinition
        {
            Source = ClusterSource.Pod,
            Key = "pod",
            Origin = "the service account of this Pod",
            Name = DestinationSpec.InClusterName,
            Server = DestinationSpec.InClusterServer,
            IsInCluster = true,
        };
        try
        {
            return cluster with { Access = InClusterAccess.Read() };
        }
        catch (TargetException e)
        {
            return cluster with { Fault = e.Message };
        }
    }

    private ClusterDefinition OfContext(Kubeconfig config, string context, bool isInCluster)
    {
        var cluster = new ClusterDefinition
        {
            Source = ClusterSource.Kubeconfig,
            Key = "kubeconfig:" + context,
            Origin = $"kubeconfig {string.Join(", ", _files)}, context {context}",
            Name = isInCluster ? DestinationSpec.InClusterName : context,
            Alias = isInCluster ? context : "", // the cluster that is called in-cluster is also known by its context
            Server = Addresses.Normalize(config.Contexts.First(c => c.Name == context).Server),
            IsInCluster = isInCluster,
        };
        try
        {
            return cluster with { Access = config.Access(context) };
        }
        catch (TargetException e)
        {
            return cluster with { Fault = e.Message };
        }
    }

    private string Stamp()
    {
        var stamps = _files.Select(f =>
        {
            var info = new FileInfo(f);
            var target = info.Exists ? info.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? info : info;
            return target.Exists ? $"{target.FullName} {target.LastWriteTimeUtc.Ticks} {target.Length}" : "-";
        });
        return string.Join("\n", stamps);
    }
}
