using Plumb.Kubernetes.Tests.Clusters;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Tests.Applying;

public sealed class ApplyTests
{
    [Fact]
    public async Task Apply_CreatesThenLeavesAlone_AndIsObservedAtOnce()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        var map = live.ConfigMap("a");
        var items = new ApplyItem[] { new(map.Id, ChangeAction.Create, map) };

        var first = await live.Target.ApplyAsync(new ApplyRequest(application, items), LiveTarget.Ct);
        first[0].ShouldBe(new ResourceResult(map.Id, ResultStatus.Synced, "created", ChangeAction.Create));
        live.Target.Observe([map.Id])[0].Exists.ShouldBeTrue();

        var second = await live.Target.ApplyAsync(new ApplyRequest(application, items), LiveTarget.Ct);
        second[0].Status.ShouldBe(ResultStatus.Unchanged);
    }

    [Fact]
    public async Task Apply_ADefinitionItsNamespaceAndItsObject_InOneBatch()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        var group = live.Namespace + ".example.com";
        var definition = Definition(live, group);
        var widget = live.Manifest(
            $$$$"""{"apiVersion":"{{{{group}}}}/v1","kind":"Widget","metadata":{"name":"w","namespace":"NS-made"},"spec":{"size":3}}""");
        var @namespace = live.Manifest("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"NS-made"}}""");

        var plan = await live.PlanAsync(application, widget, definition, @namespace);
        plan.Changes.ShouldAllBe(c => c.Error == null);
        var results = await live.ApplyAsync(application, plan);
        results.ShouldAllBe(r => r.Status == ResultStatus.Synced, string.Join("; ", results.Select(r => $"{r.Id}: {r.Message}")));
        (await live.Target.GetCapabilitiesAsync(LiveTarget.Ct)).ApiVersions.ShouldContain(group + "/v1/Widget");

        var settled = await live.PlanAsync(application, widget, definition, @namespace);
        settled.Changes.Where(c => !c.InSync).Select(c => $"{c.Id} {c.Action} {c.Error} {string.Join(",", c.Fields)}").ShouldBeEmpty();

        // Deleted in reverse: the object, then the definition and the namespace. Then the kind is known no more.
        var none = await live.PlanAsync(application);
        none.Changes.Select(c => c.Id.Kind).First().ShouldBe("Widget");
        (await live.ApplyAsync(application, none)).ShouldAllBe(r => r.Status == ResultStatus.Pruned);
        await live.EventuallyAsync(
            () => !live.Target.GetCapabilitiesAsync(LiveTarget.Ct).Result.ApiVersions.Contains(group + "/v1/Widget"), "the kind is gone");
    }

    [Fact]
    public async Task Apply_WhenAnotherManagerOwnsAField_GitWinsUnlessToldOtherwise()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        await live.SyncAsync(application, live.ConfigMap("a"));
        await live.EditAsync("/api/v1/namespaces/NS/configmaps/a", """{"data":{"key":"theirs"}}""");

        var polite = live.ConfigMap("a", "2", new ResourceOptions { ForceConflicts = false });
        var refused = await live.Target.ApplyAsync(
            new ApplyRequest(application, [new ApplyItem(polite.Id, ChangeAction.Update, polite)]), LiveTarget.Ct);
        refused[0].Status.ShouldBe(ResultStatus.Failed);
        refused[0].Message.ShouldContain("data.key");
        refused[0].Message.ShouldContain("kubectl-edit");

        var firm = live.ConfigMap("a", "2");
        (await live.Target.ApplyAsync(new ApplyRequest(application, [new ApplyItem(firm.Id, ChangeAction.Update, firm)]), LiveTarget.Ct))[0]
            .Status.ShouldBe(ResultStatus.Synced);
    }

    [Fact]
    public async Task Apply_WhenOneItemIsInvalid_FillsItsSlotAndDoesTheRest()
    {
        await using var live = await LiveTarget.OpenAsync();
        var bad = live.Manifest("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"Not_A_Name","namespace":"NS"}}""");
        var results = await live.SyncAsync(live.Application(), live.ConfigMap("a"), bad, live.ConfigMap("b"));
        results.ToDictionary(r => r.Id.Name, r => r.Status).ShouldBe(
            new Dictionary<string, ResultStatus> { ["Not_A_Name"] = ResultStatus.Failed, ["a"] = ResultStatus.Synced, ["b"] = ResultStatus.Synced },
            ignoreOrder: true);
        results.Single(r => r.Status == ResultStatus.Failed).Message.ShouldContain("metadata.name");
    }

    [Fact]
    public async Task Apply_WhenTheNamespaceIsMissing_NamesTheRemedy()
    {
        await using var live = await LiveTarget.OpenAsync();
        var lost = live.Manifest("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"NS-nowhere"}}""");
        var result = (await live.SyncAsync(live.Application(), lost))[0];
        result.Status.ShouldBe(ResultStatus.Failed);
        result.Message.ShouldContain("CreateNamespace=true");
    }

    [Fact]
    public async Task Apply_DryRun_ChangesNothing()
    {
        await using var live = await LiveTarget.OpenAsync();
        var map = live.ConfigMap("a");
        var result = await live.Target.ApplyAsync(
            new ApplyRequest(live.Application(), [new ApplyItem(map.Id, ChangeAction.Create, map)], DryRun: true), LiveTarget.Ct);
        result[0].Status.ShouldBe(ResultStatus.Synced);
        live.Target.Observe([map.Id])[0].Exists.ShouldBeFalse();
    }

    [Fact]
    public async Task Replace_DropsWhatOthersAdded()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        await live.SyncAsync(application, live.ConfigMap("a"));
        await live.EditAsync("/api/v1/namespaces/NS/configmaps/a", """{"data":{"added":"x"}}""");

        var replaced = live.ConfigMap("a", "2", new ResourceOptions { Replace = true });
        var result = await live.Target.ApplyAsync(
            new ApplyRequest(application, [new ApplyItem(replaced.Id, ChangeAction.Replace, replaced)]), LiveTarget.Ct);
        result[0].Status.ShouldBe(ResultStatus.Synced, result[0].Message);
        (await live.GetAsync("/api/v1/namespaces/NS/configmaps/a"))["data"].ToString().ShouldBe("""{"key":"2"}""");
    }

    [Fact]
    public async Task Delete_WhenTheObjectIsNotOurs_IsRefused()
    {
        await using var live = await LiveTarget.OpenAsync();
        await live.SyncAsync(live.Application("owner"), live.ConfigMap("a"));
        var id = live.ConfigMap("a").Id;
        var result = await live.Target.ApplyAsync(
            new ApplyRequest(live.Application("thief"), [new ApplyItem(id, ChangeAction.Delete, null)]), LiveTarget.Ct);
        result[0].Status.ShouldBe(ResultStatus.Failed);
        result[0].Message.ShouldContain("owner");
        live.Target.Observe([id])[0].Exists.ShouldBeTrue();
    }

    [Fact]
    public async Task Delete_WhenAFinalizerHoldsIt_WaitsAndSaysWhich()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        var held = live.Manifest(
            """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"held","namespace":"NS","finalizers":["example.com/hold"]}}""");
        await live.SyncAsync(application, held);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var item = new ApplyItem(held.Id, ChangeAction.Delete, null) { WaitUntilGone = true };
        var stuck = await live.Target.ApplyAsync(new ApplyRequest(application, [item]), patience.Token);
        stuck[0].Message.ShouldContain("example.com/hold");
        live.Target.Observe([held.Id])[0].Deleting.ShouldBeTrue();

        await live.EditAsync("/api/v1/namespaces/NS/configmaps/held", """{"metadata":{"finalizers":null}}""");
        (await live.Target.ApplyAsync(new ApplyRequest(application, [item]), LiveTarget.Ct))[0].Status.ShouldBe(ResultStatus.Pruned);
    }

    [Fact]
    public async Task Hook_WithAGeneratedName_IsObservedByItsNamelessId()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        var hook = live.Manifest(
            """
            {"apiVersion":"batch/v1","kind":"Job","metadata":{"generateName":"migrate-","namespace":"NS",
             "annotations":{"argocd.argoproj.io/hook":"PreSync"}},
             "spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"busybox"}]}}}}
            """, hook: true);
        (await live.PlanAsync(application, hook)).Hooks.ShouldHaveSingleItem();
        var result = await live.Target.ApplyAsync(new ApplyRequest(application, [new ApplyItem(hook.Id, ChangeAction.Create, hook)]), LiveTarget.Ct);
        result[0].Id.Name.ShouldStartWith("migrate-");
        await live.EventuallyAsync(() => live.Target.Observe([hook.Id])[0].Health.Status == HealthStatus.Healthy, "the job completes", 60);

        (await live.PlanAsync(application, hook)).Changes.ShouldBeEmpty(); // no inventory lists a hook
        (await live.Target.ApplyAsync(
            new ApplyRequest(application, [new ApplyItem(hook.Id, ChangeAction.Delete, null) { WaitUntilGone = true }]), LiveTarget.Ct))[0]
            .Status.ShouldBe(ResultStatus.Pruned);
        live.Target.Observe([hook.Id])[0].Exists.ShouldBeFalse();
    }

    [Fact]
    public async Task Deployment_BecomesHealthy_AndItsTreeShows()
    {
        await using var live = await LiveTarget.OpenAsync();
        var web = live.Deployment("web", 2);
        await live.SyncAsync(live.Application(), web);
        await live.EventuallyAsync(() => live.Target.Observe([web.Id])[0].Health.Status == HealthStatus.Healthy, "the deployment is healthy", 60);
        var tree = live.Target.OwnerTree([web.Id]);
        tree.Select(o => o.Id.Kind).Order().ShouldBe(["Pod", "Pod", "ReplicaSet"]);
        tree.Where(o => o.Id.Kind == "Pod").ShouldAllBe(o => o.Owner.Kind == "ReplicaSet" && o.Health.Status == HealthStatus.Healthy);
    }

    [Fact]
    public async Task ThousandObjects_AreAppliedAndPlannedAgainWithoutARequest()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        var maps = Enumerable.Range(0, 1000).Select(i => live.ConfigMap($"m{i}")).ToList();
        var results = await live.SyncAsync(application, maps);
        results.ShouldAllBe(r => r.Status == ResultStatus.Synced);

        var before = live.Requests.Count(v => v != "watch");
        (await live.PlanAsync(application, maps)).InSync.ShouldBeTrue();
        live.Requests.Count(v => v != "watch").ShouldBe(before);
    }

    private static Plumb.Manifests.Objects.ManifestResource Definition(LiveTarget live, string group) => live.Manifest(
        $$$$"""
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"widgets.{{{{group}}}}"},
         "spec":{"group":"{{{{group}}}}","scope":"Namespaced","names":{"plural":"widgets","singular":"widget","kind":"Widget"},
          "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object",
           "properties":{"spec":{"type":"object","properties":{"size":{"type":"integer"},"mode":{"type":"string","default":"fast"} } } } } } }]} }
        """);
}
