using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Clusters;

/// <summary>Makes the clusters that Git states usable: looks up the credentials that they refer to.</summary>
internal static class GitClusters
{
    /// <summary>Reads one; what is wrong is in its <see cref="ClusterDefinition.Fault"/>.</summary>
    /// <param name="spec">As Git states it.</param>
    /// <param name="files">The kubeconfig that is meant where none is named.</param>
    /// <param name="secret">The <c>config</c> of a Secret of credentials; null when it is not there.</param>
    /// <param name="ct">Stops reading.</param>
    public static async Task<ClusterDefinition> ReadAsync(
        ClusterSpec spec, IReadOnlyList<string> files, Func<string, string?> secret, CancellationToken ct)
    {
        var cluster = new ClusterDefinition
        {
            Source = ClusterSource.Git,
            Key = "git:" + spec.Name,
            Origin = $"Git, {spec.Origin}",
            Name = spec.Name,
            Server = Addresses.Normalize(spec.Server),
            Labels = spec.Labels,
            Project = spec.Project,
            Namespaces = spec.Namespaces,
            ClusterResources = spec.ClusterResources,
        };
        try
        {
            var access = await AccessAsync(spec, files, secret, ct);
            if (spec.CaData.Length > 0) access = access with { Authority = spec.CaData };
            if (spec.ServerName.Length > 0) access = access with { ServerName = spec.ServerName };
            if (spec.Insecure) access = access with { Insecure = true };
            if (spec.ProxyUrl.Length > 0) access = access with { Proxy = Addresses.Proxy(spec.ProxyUrl, what => new TargetException("it " + what)) };
            return cluster with { Access = access, Server = cluster.Server.Length > 0 ? cluster.Server : Addresses.Normalize(access.Address) };
        }
        catch (TargetException e)
        {
            return cluster with { Fault = e.Message };
        }
    }

    private static async Task<ClusterAccess> AccessAsync(
        ClusterSpec spec, IReadOnlyList<string> files, Func<string, string?> secret, CancellationToken ct)
    {
        if (spec.Kubeconfig is { } reference)
        {
            var config = await Kubeconfig.ReadAsync(reference.File.Length > 0 ? [reference.File] : files, ct);
            var access = config.Access(reference.Context.Length > 0 ? reference.Context : config.CurrentContext);
            return spec.Server.Length > 0 ? access with { Server = new Uri(spec.Server) } : access;
        }

        if (spec.Secret.Length > 0)
        {
            var found = secret(spec.Secret) ?? throw new TargetException(
                $"there is no Secret {spec.Secret} with the label {ClusterSecret.TypeLabel}: {ClusterSecret.Credentials} beside the cluster Secrets");
            return ClusterSecret.Access(spec.Server, found);
        }

        return new ClusterAccess
        {
            Server = new Uri(spec.Server),
            Exec = spec.Exec is not { } exec ? null : new ExecPlugin
            {
                Command = exec.Command,
                Arguments = exec.Arguments,
                Environment = [.. exec.Environment],
                ApiVersion = exec.ApiVersion,
                InstallHint = exec.InstallHint,
            },
        };
    }
}
