using Plumb.Kubernetes.Tests.Clusters;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;

namespace Plumb.Kubernetes.Tests.Planning;

public sealed class PlanTests
{
    [Fact]
    public async Task Plan_WhenNothingIsLive_CreatesEverything()
    {
        await using var live = await LiveTarget.OpenAsync();
        var plan = await live.PlanAsync(live.Application(), live.ConfigMap("a"), live.Deployment("web"));

        plan.Changes.Select(c => c.Action).ShouldAllBe(a => a == ChangeAction.Create);
        plan.InSync.ShouldBeFalse();
    }

    [Fact]
    public async Task Plan_AfterApply_HasNothingToDoAndSendsNothing()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        await live.SyncAsync(application, live.ConfigMap("a"), live.Deployment("web"));
        var first = await live.PlanAsync(application, live.ConfigMap("a"), live.Deployment("web"));
        first.Changes.ShouldAllBe(c => c.Action == ChangeAction.None, string.Join("; ", first.Changes.Select(c => $"{c.Id} {c.Action} {string.Join(",", c.Fields)} {c.Error}")));

        var before = live.Requests.Count(v => v != "watch");
        var second = await live.PlanAsync(application, live.ConfigMap("a"), live.Deployment("web"));
        second.InSync.ShouldBeTrue();
        live.Requests.Count(v => v != "watch").ShouldBe(before);
    }

    [Fact]
    public async Task Plan_OfAnObjectWhoseAnnotationTakesItsHealthOut_SaysSo()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        var ignored = live.Manifest("""
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata":
              {"name": "b", "namespace": "NS", "annotations": {"argocd.argoproj.io/ignore-healthcheck": "true"}}}
            """);
        await live.SyncAsync(application, live.ConfigMap("a"), ignored);

        var plan = await live.PlanAsync(application, live.ConfigMap("a"), ignored);

        plan.Changes.Select(c => (c.Id.Name, c.IgnoresHealth)).ShouldBe([("a", false), ("b", true)]);
    }

    [Fact]
    public async Task Plan_WhenAFieldWasEdited_NamesIt()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        await live.SyncAsync(application, live.Deployment("web"));
        await live.EditAsync("/apis/apps/v1/namespaces/NS/deployments/web", """{"spec":{"replicas":3}}""");
        var plan = await EventuallyOutOfSync(live, () => live.PlanAsync(application, live.Deployment("web")));

        plan.Changes[0].Action.ShouldBe(ChangeAction.Update);
        plan.Changes[0].Fields.ShouldContain(".spec.replicas");
        (await live.ApplyAsync(application, plan))[0].Status.ShouldBe(ResultStatus.Synced);
        (await live.GetAsync("/apis/apps/v1/namespaces/NS/deployments/web"))["spec"]["replicas"].AsInt().ShouldBe(1);
    }

    [Fact]
    public async Task Plan_WhenAnObjectLeftGit_DeletesIt_AndOnlyIt()
    {
        await using var live = await LiveTarget.OpenAsync();
        var (mine, other) = (live.Application(), live.Application("other"));
        await live.SyncAsync(mine, live.ConfigMap("a"), live.ConfigMap("b"));
        await live.SyncAsync(other, live.ConfigMap("theirs"));

        var plan = await live.PlanAsync(mine, live.ConfigMap("a"));
        plan.Changes.Select(c => (c.Id.Name, c.Action)).ShouldBe([("a", ChangeAction.None), ("b", ChangeAction.Delete)]);
        plan.Changes[1].DescribeDesired().ShouldBe("");

        (await live.ApplyAsync(mine, plan))[1].Status.ShouldBe(ResultStatus.Pruned);
        live.Target.Observe([plan.Changes[1].Id])[0].Exists.ShouldBeFalse();
        (await live.GetAsync("/api/v1/namespaces/NS/configmaps/theirs"))["data"]["key"].AsString().ShouldBe("1");
    }

    [Fact]
    public async Task Plan_WhenALiveObjectSaysPruneFalse_CarriesThatOption()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        var kept = live.Manifest(
            """
            {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"kept","namespace":"NS",
             "annotations":{"argocd.argoproj.io/sync-options":"Prune=false","argocd.argoproj.io/sync-wave":"3"}}}
            """);
        await live.SyncAsync(application, kept);

        var change = (await live.PlanAsync(application)).Changes.ShouldHaveSingleItem();
        change.Options.Prune.ShouldBe(Permission.Denied);
        change.Wave.ShouldBe(3);
    }

    [Fact]
    public async Task Plan_WhenACopyCarriesTheAnnotation_DoesNotDeleteIt()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        await live.SyncAsync(application, live.ConfigMap("a"));
        var annotation = (await live.GetAsync("/api/v1/namespaces/NS/configmaps/a"))["metadata"]["annotations"]["argocd.argoproj.io/tracking-id"].AsString();
        await live.SyncAsync(live.Application("copier"), live.ConfigMap("copy"));
        await live.EditAsync(
            "/api/v1/namespaces/NS/configmaps/copy", $$$$"""{"metadata":{"annotations":{"argocd.argoproj.io/tracking-id":"{{{{annotation}}}}"}}}""");

        await live.EventuallyAsync(() => live.Target.ClusterAsync(LiveTarget.Ct).Result.Cache
            .Find(new ResourceId("", "ConfigMap", live.Namespace, "copy"))?.Application is null, "the copy belongs to nobody");
        (await live.PlanAsync(application, live.ConfigMap("a"))).Changes.ShouldHaveSingleItem().Action.ShouldBe(ChangeAction.None);
    }

    [Fact]
    public async Task Plan_WhenAnotherApplicationClaimsTheObject_SaysSo()
    {
        await using var live = await LiveTarget.OpenAsync();
        var (first, second) = (live.Application("first"), live.Application("second"));
        await live.SyncAsync(first, live.ConfigMap("a"));

        var plan = await live.PlanAsync(second, live.ConfigMap("a"));
        plan.Changes[0].ClaimedBy.ShouldBe(first.Name);
        plan.Diagnostics.ShouldHaveSingleItem().Message.ShouldContain(first.Name);

        var strict = live.Application("second", "FailOnSharedResource=true");
        (await live.ApplyAsync(strict, plan))[0].Status.ShouldBe(ResultStatus.Failed);
    }

    [Fact]
    public async Task Plan_WhenTheKindIsUnknown_SaysWhatToDo()
    {
        await using var live = await LiveTarget.OpenAsync();
        var strange = live.Manifest("""{"apiVersion":"nowhere.example.com/v1","kind":"Ghost","metadata":{"name":"g","namespace":"NS"}}""");
        var change = (await live.PlanAsync(live.Application(), strange)).Changes.ShouldHaveSingleItem();
        change.Error.ShouldNotBeNull().ShouldContain("CustomResourceDefinition");

        var lenient = strange with { Options = new ResourceOptions { SkipDryRunOnMissingResource = true } };
        (await live.PlanAsync(live.Application(), lenient)).Changes[0].Error.ShouldBeNull();
    }

    [Fact]
    public async Task Plan_WhenTheVersionIsNotServed_NamesThoseThatAre()
    {
        await using var live = await LiveTarget.OpenAsync();
        var old = live.Manifest("""{"apiVersion":"apps/v1beta1","kind":"Deployment","metadata":{"name":"g","namespace":"NS"}}""");
        (await live.PlanAsync(live.Application(), old)).Changes[0].Error.ShouldNotBeNull().ShouldContain("apps/v1");
    }

    [Fact]
    public async Task Plan_WhenOneObjectIsStatedTwice_TakesTheLastAndWarns()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        var plan = await live.PlanAsync(application, live.ConfigMap("a", "first"), live.ConfigMap("a", "last"));
        plan.Changes.ShouldHaveSingleItem();
        plan.Diagnostics.ShouldHaveSingleItem().Message.ShouldContain("stated twice");
        await live.ApplyAsync(application, plan);
        (await live.GetAsync("/api/v1/namespaces/NS/configmaps/a"))["data"]["key"].AsString().ShouldBe("last");
    }

    [Fact]
    public async Task Plan_WhenAnImmutableFieldDiffers_ExplainsAndNamesTheRemedy()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        await live.SyncAsync(application, live.Deployment("web", app: "web"));

        var results = await live.SyncAsync(application, live.Deployment("web", app: "other"));
        results[0].Status.ShouldBe(ResultStatus.Failed);
        results[0].Message.ShouldContain("spec.selector");
        results[0].Message.ShouldContain("Force=true");

        var forced = live.Deployment("web", app: "other") with { Options = new ResourceOptions { Force = true } };
        var again = await live.SyncAsync(application, forced);
        again[0].Status.ShouldBe(ResultStatus.Synced, again[0].Message);
        again[0].Message.ShouldContain("anew");
        (await live.GetAsync("/apis/apps/v1/namespaces/NS/deployments/web"))["spec"]["selector"]["matchLabels"]["app"].AsString().ShouldBe("other");
    }

    private static async Task<Plan> EventuallyOutOfSync(LiveTarget live, Func<Task<Plan>> plan)
    {
        Plan latest = await plan();
        await live.EventuallyAsync(
            () =>
            {
                if (latest.InSync) latest = plan().GetAwaiter().GetResult();
                return !latest.InSync;
            }, "the plan sees the drift");
        return latest;
    }
}
