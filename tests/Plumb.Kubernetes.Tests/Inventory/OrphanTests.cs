using System.Collections.Concurrent;
using Plumb.Kubernetes.Tests.Clusters;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Projects;

namespace Plumb.Kubernetes.Tests.Inventory;

public sealed class OrphanTests
{
    [Fact]
    public async Task Orphans_AreWhatNobodyStates_WithoutWhatEveryNamespaceHas_AndWithoutARequest()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        await live.SyncAsync(application, live.ConfigMap("stated"), live.Deployment("web"));
        await Kubectl.RunAsync(
            $$"""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: left, namespace: {{live.Namespace}} }
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: cache-token-keeper, namespace: {{live.Namespace}} }
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: old, namespace: {{live.Namespace}} }
            spec: {ports: [{port: 80}], selector: {app: none} }
            """, "apply", "-f", "-");
        string[] wanted = ["ConfigMap/left", "Secret/cache-token-keeper", "Service/old"];
        await live.EventuallyAsync(() => Orphans(live).Count() >= wanted.Length, "they are seen");
        await live.EventuallyAsync(() => live.HealthyAsync(live.Deployment("web").Id).Result, "the Pods of the Deployment run, and are no orphans");
        var before = live.Requests.Count;

        Orphans(live).ShouldBe(wanted);

        live.Requests.Count.ShouldBe(before);
        live.Target.Orphans("nowhere", "web").ShouldBeEmpty();
    }

    [Fact]
    public async Task AProject_SaysWhichOrphansItMeans()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        await Kubectl.RunAsync("", "create", "configmap", "left", "-n", live.Namespace);
        await Kubectl.RunAsync("", "create", "configmap", "meant-x", "-n", live.Namespace);
        await live.EventuallyAsync(() => Orphans(live).Count() == 2, "they are seen");
        var project = new ProjectSpec { Name = "p" };

        OrphanRules.Of(application, project, live.Target).ShouldBeEmpty("the project does not ask for them");
        project = project with { OrphanedResources = new OrphanedResourcesSpec(true, [new OrphanPattern("", "ConfigMap", "meant-*")]) };
        var orphans = OrphanRules.Of(application, project, live.Target);
        orphans.Select(o => o.Name).ShouldBe(["left"]);
        OrphanRules.Words(application, project, orphans).ShouldBe(
            $"1 object belongs to no application in namespace {live.Namespace}: ConfigMap/{live.Namespace}/left. State them in Git, delete them, "
            + "or name them in orphanedResources.ignore of the project p");
    }

    [Fact]
    public async Task WhoAskedForOrphans_IsToldOnce_WhenOneComes()
    {
        await using var live = await LiveTarget.OpenAsync();
        await Kubectl.RunAsync("", "create", "configmap", "first", "-n", live.Namespace);
        await live.EventuallyAsync(() => Orphans(live).Any(), "it is seen");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var told = new ConcurrentQueue<string>();
        var changes = live.Target.WatchAsync(stop.Token);
        var listening = Task.Run(
            async () =>
            {
                await foreach (var change in changes) told.Enqueue(change.Application ?? "*");
            },
            CancellationToken.None);
        await Kubectl.RunAsync("", "create", "configmap", "second", "-n", live.Namespace);
        await live.EventuallyAsync(() => told.Contains("web"), "the one that asked is told");
        await Kubectl.RunAsync("", "create", "configmap", "third", "-n", live.Namespace);
        await live.EventuallyAsync(() => live.Target.Orphans(live.Namespace, "another").Count == 3, "all are seen");

        told.Count(name => name == "web").ShouldBe(1, "it has not asked again");
        await stop.CancelAsync();
        await listening; // it ends with the cancellation
    }

    private static IEnumerable<string> Orphans(LiveTarget live) => live.Target.Orphans(live.Namespace, "web").Select(o => $"{o.Kind}/{o.Name}");
}
