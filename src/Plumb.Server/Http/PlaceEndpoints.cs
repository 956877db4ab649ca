using Plumb.Api;

namespace Plumb.Server.Http;

/// <summary>Clusters, repositories and projects over HTTP.</summary>
internal static class PlaceEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var json = ApiJson.Default;
        var clusters = api.MapGroup("clusters").WithTags("clusters");
        clusters.Get("", "Clusters.", json.IReadOnlyListClusterRecord, (plumb, c) => plumb.ListClustersAsync(c.RequestAborted));
        clusters.Get("{name}", "One cluster.", json.ClusterRecord, (plumb, c) => plumb.GetClusterAsync(c.Route("name"), c.RequestAborted));
        clusters.Do(HttpMethod.Post, "", "Adds a cluster, when it lets Plumb in.", json.ClusterBody, json.ClusterRecord, (plumb, body, c) => plumb.AddClusterAsync(body, c.RequestAborted));
        clusters.Do(HttpMethod.Post, "check", "Asks a cluster whether it lets Plumb in; nothing is kept.", json.ClusterBody, json.ClusterCheckRecord,
            (plumb, body, c) => plumb.CheckClusterAsync(body, c.RequestAborted));
        clusters.Do(HttpMethod.Patch, "{name}", "Renames or labels it.", json.ClusterPatch, json.ClusterRecord,
            (plumb, body, c) => plumb.ChangeClusterAsync(c.Route("name"), body, c.RequestAborted));
        clusters.Do(HttpMethod.Delete, "{name}", "Forgets it; nothing is deleted there.",
                (plumb, c) => plumb.RemoveClusterAsync(c.Route("name"), new QueryReader(c.Request.Query).Flag("force"), c.RequestAborted))
            .Parameters("force");
        api.Get("repositories", "Repositories in use.", json.IReadOnlyListRepositoryRecord, (plumb, c) => plumb.ListRepositoriesAsync(c.RequestAborted)).WithTags("repositories");
        api.Do(HttpMethod.Post, "push", "Tells of a push: the repository is fetched at once.", json.PushBody, (plumb, body, c) => plumb.PushedAsync(body.Repository, c.RequestAborted))
            .WithTags("repositories");
        api.Get("projects", "Projects.", json.IReadOnlyListProjectRecord, (plumb, c) => plumb.ListProjectsAsync(c.RequestAborted)).WithTags("projects");
        api.Get("projects/{name}", "One project.", json.ProjectRecord, (plumb, c) => plumb.GetProjectAsync(c.Route("name"), c.RequestAborted)).WithTags("projects");
    }
}
