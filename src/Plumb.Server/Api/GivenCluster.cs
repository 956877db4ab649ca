using System.Net;
using Plumb.Api;
using Plumb.Kubernetes.Clusters;
using Plumb.Reconcile.Targets;

namespace Plumb.Server.Api;

/// <summary>A cluster that somebody gave to be added, its kubeconfig read.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Context">The context that was taken; empty without a kubeconfig.</param>
/// <param name="Contexts">The kubeconfig's contexts.</param>
internal sealed record GivenCluster(NewCluster Cluster, string Context, IReadOnlyList<string> Contexts)
{
    /// <summary>As in Argo CD: the address, after the project that it belongs to.</summary>
    public string Subject => Cluster.Project.Length > 0 ? $"{Cluster.Project}/{Cluster.Address}" : Cluster.Address;

    /// <summary>Reads it.</summary>
    /// <exception cref="PlumbApiException">With status 400: it cannot be used. Nothing of its credentials is repeated.</exception>
    public static GivenCluster Read(ClusterBody body)
    {
        if (body.Kubeconfig.Length > 0 && (body.Server.Length > 0 || body.Config.Length > 0)) throw Bad("the body has a kubeconfig beside a server or config: give one or the other");
        try
        {
            return body.Kubeconfig.Length > 0 ? Read(body, Kubeconfig.Parse(body.Kubeconfig)) : new GivenCluster(Of(body, body.Server, body.Config), "", []);
        }
        catch (TargetException e)
        {
            throw Bad(e.Message, e);
        }
    }

    private static GivenCluster Read(ClusterBody body, Kubeconfig kubeconfig)
    {
        var contexts = kubeconfig.Contexts;
        var names = contexts.Select(c => c.Name).ToList();
        var context = body.Context.Length > 0 ? body.Context : names.Contains(kubeconfig.CurrentContext) ? kubeconfig.CurrentContext : names[0];
        if (contexts.FirstOrDefault(c => c.Name == context)?.Server.Contains('@') == true) throw Bad($"the server of the context {context} has an @ in it: user and password do not belong in an address");
        var access = kubeconfig.Access(context);
        return new GivenCluster(Of(body, access.Address, ClusterConfig.Write(access)), context, names);
    }

    private static NewCluster Of(ClusterBody body, string server, string config) => new()
    {
        Name = body.Name,
        Server = server,
        Config = config,
        Labels = body.Labels,
        Project = body.Project,
        Namespaces = body.Namespaces,
        ClusterResources = body.ClusterResources,
        Replace = body.Replace,
        Unchecked = body.NoCheck,
    };

    private static PlumbApiException Bad(string message, Exception? inner = null) => new(message, HttpStatusCode.BadRequest, inner);
}
