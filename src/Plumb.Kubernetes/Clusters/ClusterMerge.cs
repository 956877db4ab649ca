using Plumb.Reconcile.Applications;

namespace Plumb.Kubernetes.Clusters;

/// <summary>The clusters of all sources together. Pure.</summary>
/// <param name="Clusters">Those that can be used, each with what a person should know of it.</param>
/// <param name="LeftOut">Those that cannot, with the reason.</param>
internal sealed record ClusterMerge(
    IReadOnlyList<(ClusterDefinition Cluster, IReadOnlyList<string> Warnings)> Clusters,
    IReadOnlyList<(ClusterDefinition Cluster, string Why)> LeftOut)
{
    /// <summary>
    /// Takes definitions in the order of their sources, then of their names. A name used twice leaves the later one out. So does an address,
    /// but between contexts of a kubeconfig, which are several users of one cluster: there <c>destination.server</c> means the first.
    /// </summary>
    public static ClusterMerge Of(IEnumerable<ClusterDefinition> definitions)
    {
        var taken = new List<(ClusterDefinition Cluster, List<string> Warnings)>();
        var leftOut = new List<(ClusterDefinition, string)>();
        var ordered = definitions.OrderBy(d => d.Source).ThenByDescending(d => d.IsInCluster).ThenBy(d => d.Source == ClusterSource.Kubeconfig ? "" : d.Key, StringComparer.Ordinal).ToList();
        foreach (var cluster in ordered)
        {
            if (cluster.Fault is { } fault)
            {
                leftOut.Add((cluster, $"the cluster {cluster.Name} ({cluster.Origin}) cannot be used: {fault}"));
            }
            else if (cluster.Source == ClusterSource.Secret && cluster.Server == DestinationSpec.InClusterServer)
            {
                AdoptInCluster(cluster, taken, leftOut);
            }
            else if (taken.Find(t => Names(t.Cluster).Intersect(Names(cluster)).Any()) is { Cluster: { } named })
            {
                leftOut.Add((cluster, $"the cluster {cluster.Name} ({cluster.Origin}) is left out: its name is that of {named.Origin}. Rename one of the two"));
            }
            else if (taken.Find(t => t.Cluster.Server == cluster.Server) is { Cluster: { } same } && !(same.Source == cluster.Source && cluster.Source == ClusterSource.Kubeconfig))
            {
                leftOut.Add((
                    cluster,
                    $"the cluster {cluster.Name} ({cluster.Origin}) is left out: its address {cluster.Server} is that of the cluster {same.Name} ({same.Origin}). Remove one of the two"));
            }
            else
            {
                var warnings = new List<string>();
                if (taken.Find(t => t.Cluster.Server == cluster.Server) is { Cluster: { } first })
                    warnings.Add($"its address is that of the cluster {first.Name} too, which is what destination.server means");
                taken.Add((cluster, warnings));
            }
        }

        return new ClusterMerge([.. taken.Select(t => (t.Cluster, (IReadOnlyList<string>)t.Warnings))], leftOut);
    }

    /// <summary>As in Argo CD, a Secret for <c>https://kubernetes.default.svc</c> names, labels and limits the cluster that is there anyway.</summary>
    private static void AdoptInCluster(
        ClusterDefinition secret, List<(ClusterDefinition Cluster, List<string> Warnings)> taken, List<(ClusterDefinition, string)> leftOut)
    {
        var at = taken.FindIndex(t => t.Cluster.IsInCluster);
        if (at < 0)
        {
            leftOut.Add((secret, $"the cluster {secret.Name} ({secret.Origin}) is left out: Plumb runs beside no cluster"));
            return;
        }

        var cluster = taken[at].Cluster;
        if (taken.Exists(t => !t.Cluster.IsInCluster && Names(t.Cluster).Contains(secret.Name)))
        {
            leftOut.Add((secret, $"the cluster {secret.Name} ({secret.Origin}) is left out: its name is used already. Rename one of the two"));
            return;
        }

        taken[at] = (
            cluster with
            {
                Alias = secret.Name == cluster.Name ? cluster.Alias : secret.Name,
                Labels = secret.Labels,
                Project = secret.Project,
                Namespaces = secret.Namespaces,
                ClusterResources = secret.ClusterResources,
                Origin = $"{cluster.Origin}; {secret.Origin}",
            },
            taken[at].Warnings);
    }

    private static IEnumerable<string> Names(ClusterDefinition cluster) => new[] { cluster.Name, cluster.Alias }.Where(n => n.Length > 0);
}
