using Plumb.Api;

namespace Plumb.Server.Http;

/// <summary>Applications over HTTP.</summary>
internal static class ApplicationEndpoints
{
    private const string Named = "Names it by the parameters group, kind, namespace and name.";

    public static void Map(RouteGroupBuilder api)
    {
        var json = ApiJson.Default;
        api.Events("watch", "What changes among applications, beginning with those there are.", json.ApplicationChange,
            (plumb, c) => plumb.WatchApplicationsAsync(c.RequestAborted)).WithTags("applications");
        var apps = api.MapGroup("applications").WithTags("applications");
        apps.Get("", "Applications: filtered, sorted and in pages.", json.PageApplicationSummary,
                (plumb, c) => plumb.ListApplicationsAsync(Query(new QueryReader(c.Request.Query)), c.RequestAborted))
            .Parameters("text", "health", "sync", "project", "cluster", "namespace", "labels", "attention", "sort", "limit", "after");
        apps.Get("{name}", "One application.", json.ApplicationDetail, (plumb, c) => plumb.GetApplicationAsync(c.Route("name"), c.RequestAborted));
        apps.Events("{name}/watch", "An application's states, beginning with the present one.", json.ApplicationDetail,
            (plumb, c) => plumb.WatchAsync(c.Route("name"), c.RequestAborted));
        apps.Get("{name}/plan", "What a sync would do now.", json.PlanRecord, (plumb, c) => plumb.GetPlanAsync(c.Route("name"), c.RequestAborted));
        apps.Get("{name}/runs", "Runs, newest first.", json.IReadOnlyListRunRecord,
                (plumb, c) => plumb.ListRunsAsync(c.Route("name"), new QueryReader(c.Request.Query).Number("limit", 20), c.RequestAborted))
            .Parameters("limit");
        apps.Get("{name}/runs/{id}", "One run.", json.RunRecord, (plumb, c) => plumb.GetRunAsync(c.Route("name"), c.Route("id"), c.RequestAborted));
        apps.Get("{name}/tree", "Its resources and what they own.", json.IReadOnlyListTreeRecord, (plumb, c) => plumb.GetTreeAsync(c.Route("name"), c.RequestAborted));
        apps.Get("{name}/resource", $"One resource, or an object that one owns: manifest, live, difference. {Named}", json.ResourceDetail,
                (plumb, c) => plumb.GetResourceAsync(c.Route("name"), new QueryReader(c.Request.Query).NamedResource(), c.RequestAborted))
            .Parameters("group", "kind", "namespace", "name");
        apps.Get("{name}/manifests", "What Git states of it, Secret values masked.", json.IReadOnlyListManifestRecord,
            (plumb, c) => plumb.ListManifestsAsync(c.Route("name"), c.RequestAborted));
        apps.Get("{name}/events", $"Events of the cluster about its resources, newest first. With one resource only about that and what it owns. {Named}",
                json.IReadOnlyListEventRecord, (plumb, c) => plumb.ListEventsAsync(c.Route("name"), new QueryReader(c.Request.Query).Resource(), c.RequestAborted))
            .Parameters("group", "kind", "namespace", "name");
        apps.Lines("{name}/logs", $"Lines that Pods print: of a Pod, or of all that a resource owns. {Named}", json.LogLine,
                (plumb, c) => plumb.ReadLogAsync(c.Route("name"), Log(new QueryReader(c.Request.Query)), c.RequestAborted))
            .Parameters("group", "kind", "namespace", "name", "container", "tail", "since", "follow", "previous");
        apps.Do(HttpMethod.Post, "{name}/sync", "Syncs, and waits for the run to end.", json.SyncBody, json.RunRecord,
            (plumb, body, c) => plumb.SyncAsync(c.Route("name"), body, c.RequestAborted));
        apps.Do(HttpMethod.Post, "{name}/refresh", "Asks for a fresh fetch and comparison.", (plumb, c) => plumb.RefreshAsync(c.Route("name"), c.RequestAborted));
        apps.Do(HttpMethod.Post, "{name}/terminate", "Stops the run that goes on.", (plumb, c) => plumb.TerminateAsync(c.Route("name"), c.RequestAborted));
        apps.Do(HttpMethod.Post, "{name}/confirm", "Allows what it asks a person to confirm.", (plumb, c) => plumb.ConfirmAsync(c.Route("name"), c.RequestAborted));
        apps.Do(HttpMethod.Put, "{name}/suspension", "Stops automated syncs of it.", json.SuspendBody, json.ApplicationDetail,
            (plumb, body, c) => plumb.SuspendAsync(c.Route("name"), body, c.RequestAborted));
        apps.Do(HttpMethod.Delete, "{name}/suspension", "Ends its suspension.", json.ApplicationDetail, (plumb, c) => plumb.ResumeAsync(c.Route("name"), c.RequestAborted));
        apps.Do(HttpMethod.Post, "{name}/rollback/preview", "The commit that would take it back to what a run delivered. Nothing is written.", json.RollbackBody,
            json.RollbackRecord, (plumb, body, c) => plumb.PreviewRollbackAsync(c.Route("name"), body, c.RequestAborted));
        apps.Do(HttpMethod.Post, "{name}/rollback", "Writes that commit.", json.RollbackBody, json.RollbackRecord,
            (plumb, body, c) => plumb.RollbackAsync(c.Route("name"), body, c.RequestAborted));
        apps.Get("{name}/deletion", "What deleting it would take away.", json.DeletionRecord,
                (plumb, c) => plumb.PreviewDeletionAsync(c.Route("name"), new QueryReader(c.Request.Query).Flag("cascade", true), c.RequestAborted))
            .Parameters("cascade");
        apps.Do(HttpMethod.Delete, "{name}", "Deletes it, and waits until it is gone.", DeleteAsync).Parameters("cascade", "propagation", "hooks");
    }

    private static Task DeleteAsync(IPlumbApi plumb, HttpContext context)
    {
        var query = new QueryReader(context.Request.Query);
        return plumb.DeleteAsync(
            context.Route("name"), query.Flag("cascade", true), context.RequestAborted, query.Optional("propagation") ?? "foreground", query.Flag("hooks", true));
    }

    private static ApplicationQuery Query(QueryReader query) => new()
    {
        Text = query.Text("text"),
        Health = query.List("health"),
        Sync = query.List("sync"),
        Projects = query.List("project"),
        Clusters = query.List("cluster"),
        Namespaces = query.List("namespace"),
        Labels = query.Text("labels"),
        Attention = query.Flag("attention"),
        Sort = query.Optional("sort") ?? "name",
        Limit = query.Number("limit", new ApplicationQuery().Limit),
        After = query.Optional("after"),
    };

    private static LogQuery Log(QueryReader query) => new()
    {
        Resource = query.NamedResource(),
        Container = query.Text("container"),
        Tail = query.Number("tail", 200),
        Since = query.Time("since"),
        Follow = query.Flag("follow"),
        Previous = query.Flag("previous"),
    };
}
