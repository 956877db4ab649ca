using Plumb.Kubernetes.Tests.Clusters;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Tests.Applying;

/// <summary>What sync and compare options do on a cluster.</summary>
public sealed class SyncOptionTests
{
    private static readonly IgnoreDifferencesSpec Replicas = new() { Group = "apps", Kind = "Deployment", JqPathExpressions = [".spec.replicas"] };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RespectIgnoreDifferences_KeepsTheClustersValue_WhenSomethingElseIsWritten(bool respected)
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application("shop", respected ? ["RespectIgnoreDifferences=true"] : []) with { IgnoreDifferences = [Replicas] };
        await live.SyncAsync(application, Web(live, 1, "nginx:1"));
        await live.EditAsync("/apis/apps/v1/namespaces/NS/deployments/web", """{"spec":{"replicas":3}}""");
        var desired = Web(live, 1, "nginx:2");
        await live.EventuallyAsync(
            () => live.PlanAsync(application, desired).Result.Changes[0].DescribeLive().Contains("replicas: 3", StringComparison.Ordinal), "the edit is seen");

        var plan = await live.PlanAsync(application, desired);
        plan.Changes[0].Fields.ShouldNotContain(".spec.replicas");
        (await live.ApplyAsync(application, plan))[0].Status.ShouldBe(ResultStatus.Synced);

        var after = await live.GetAsync("/apis/apps/v1/namespaces/NS/deployments/web");
        after["spec"]["replicas"].AsInt().ShouldBe(respected ? 3 : 1);
        after["spec"]["template"]["spec"]["containers"][0]["image"].AsString().ShouldBe("nginx:2");
        await live.EventuallyAsync(() => live.PlanAsync(application, desired).Result.InSync, "it is in sync");
    }

    [Fact]
    public async Task ServerSideDiff_AsksTheServer_WhereItCouldBeDecidedWithoutIt()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        await live.SyncAsync(application, live.ConfigMap("a"));
        var before = live.Requests.Count(r => r == "dryrun");
        (await live.PlanAsync(application, live.ConfigMap("a"))).InSync.ShouldBeTrue();
        live.Requests.Count(r => r == "dryrun").ShouldBe(before);

        var asking = application with { Annotations = new Dictionary<string, string> { ["argocd.argoproj.io/compare-options"] = "ServerSideDiff=true" } };
        (await live.PlanAsync(asking, live.ConfigMap("a"))).InSync.ShouldBeTrue();
        live.Requests.Count(r => r == "dryrun").ShouldBe(before + 1);
        (await live.PlanAsync(asking, live.ConfigMap("a"))).InSync.ShouldBeTrue();
        live.Requests.Count(r => r == "dryrun").ShouldBe(before + 1, "the verdict is remembered");

        (await live.PlanAsync(asking, live.ConfigMap("a", "2"))).Changes[0].Fields.ShouldBe([".data.key"]);
        live.Requests.Count(r => r == "dryrun").ShouldBe(before + 2);
    }

    [Fact]
    public async Task AnImmutableField_IsRefusedWithTheRemedy_AndChangedOnlyWithForce()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        await live.SyncAsync(application, live.Deployment("web"));
        var uid = await UidAsync(live);

        var refused = (await live.SyncAsync(application, live.Deployment("web", app: "other")))[0];
        refused.Status.ShouldBe(ResultStatus.Failed);
        refused.Message.ShouldContain("spec.selector is immutable");
        refused.Message.ShouldContain("Force=true");
        (await UidAsync(live)).ShouldBe(uid);

        var forced = live.Deployment("web", app: "other") with { Options = new ResourceOptions { Force = true } };
        var result = (await live.SyncAsync(application, forced))[0];
        result.Status.ShouldBe(ResultStatus.Synced, result.Message);
        result.Message.ShouldContain("deleted and created anew");
        (await UidAsync(live)).ShouldNotBe(uid);
    }

    /// <summary>A selector that cannot be changed and a name that nobody could create: deleting would only lose the object.</summary>
    [Fact]
    public async Task Force_DeletesNothing_ThatCouldNotBeMadeAnew()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        await live.SyncAsync(application, live.Deployment("web"));
        var uid = await UidAsync(live);
        var bad = live.Manifest(
            """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"NS"},
             "spec":{"replicas":-1,"selector":{"matchLabels":{"app":"other"}},
              "template":{"metadata":{"labels":{"app":"other"}},"spec":{"containers":[{"name":"c","image":"nginx:1"}]}}}}
            """, new ResourceOptions { Force = true });

        var result = (await live.SyncAsync(application, bad))[0];

        result.Status.ShouldBe(ResultStatus.Failed);
        result.Message.ShouldContain("spec.replicas");
        (await UidAsync(live)).ShouldBe(uid);
    }

    private static ManifestResource Web(LiveTarget live, int replicas, string image) => live.Manifest(
        $$$"""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"NS"},
         "spec":{"replicas":{{{replicas}}},"selector":{"matchLabels":{"app":"web"}},
          "template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"{{{image}}}"}]} } } }
        """);

    private static async Task<string?> UidAsync(LiveTarget live) =>
        (await live.GetAsync("/apis/apps/v1/namespaces/NS/deployments/web"))["metadata"]["uid"].AsString();
}
