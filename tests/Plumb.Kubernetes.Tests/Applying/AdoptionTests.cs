using Plumb.Kubernetes.Tests.Clusters;
using Plumb.Manifests.Documents;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Runs;

namespace Plumb.Kubernetes.Tests.Applying;

/// <summary>Objects that the real kubectl made become Plumb's without being made anew.</summary>
public sealed class AdoptionTests
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    [Fact]
    public async Task WhatKubectlApplied_IsUpdated_AndWhatLeftGitGoes()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        await Kubectl.RunAsync(ConfigMap(live, "a: '1'", "b: '2'"), "apply", "-f", "-");
        var uid = (await MapAsync(live))["metadata"]["uid"].AsString();

        var desired = Stated(live, "\"a\":\"1\"");
        await live.EventuallyAsync(() => live.Target.Observe([desired.Id])[0].Exists, "kubectl's object is seen");
        var plan = await live.PlanAsync(application, desired);
        plan.Changes.Single().Action.ShouldBe(ChangeAction.Update);
        plan.Changes[0].Fields.ShouldContain(".data.b");
        plan.Changes[0].DescribeDesired().ShouldContain("data:\n  a: \"1\"\nkind:");

        (await live.ApplyAsync(application, plan))[0].Status.ShouldBe(ResultStatus.Synced);

        var after = await MapAsync(live);
        after["metadata"]["uid"].AsString().ShouldBe(uid);
        after["data"].ShouldBe(Json.Parse("""{"a":"1"}"""));
        Managers(after).ShouldBe(["plumb Apply"]);
        after["metadata"]["annotations"][LastApplied].IsAbsent.ShouldBeTrue();
        (await live.PlanAsync(application, desired)).InSync.ShouldBeTrue();

        // A field that leaves Git later goes too: nobody else holds it any more.
        await live.SyncAsync(application, Stated(live, "\"c\":\"3\""));
        (await MapAsync(live))["data"].ShouldBe(Json.Parse("""{"c":"3"}"""));
    }

    [Fact]
    public async Task WithoutTheMigration_KubectlGoesOnHoldingItsFields()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application("shop", "ClientSideApplyMigration=false");
        await Kubectl.RunAsync(ConfigMap(live, "a: '1'", "b: '2'"), "apply", "-f", "-");
        var desired = Stated(live, "\"a\":\"1\"");
        await live.EventuallyAsync(() => live.Target.Observe([desired.Id])[0].Exists, "kubectl's object is seen");

        (await live.SyncAsync(application, desired))[0].Status.ShouldBe(ResultStatus.Synced);

        var after = await MapAsync(live);
        after["data"].ShouldBe(Json.Parse("""{"a":"1","b":"2"}"""));
        Managers(after).ShouldContain("kubectl-client-side-apply Update");
        after["metadata"]["annotations"][LastApplied].IsAbsent.ShouldBeFalse();
    }

    [Fact]
    public async Task AManagerThatIsNamed_IsTakenOverLikeKubectl()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application("shop", "ClientSideApplyMigrationManager=our-deployer");
        await Kubectl.RunAsync(ConfigMap(live, "a: '1'", "b: '2'"), "create", "--field-manager=our-deployer", "-f", "-");
        var desired = Stated(live, "\"a\":\"1\"");
        await live.EventuallyAsync(() => live.Target.Observe([desired.Id])[0].Exists, "the object is seen");

        await live.SyncAsync(application, desired);

        (await MapAsync(live))["data"].ShouldBe(Json.Parse("""{"a":"1"}"""));
        Managers(await MapAsync(live)).ShouldBe(["plumb Apply"]);
    }

    /// <summary>What a tool wrote once is not Git's to remove; what Git states is Git's alone from then on.</summary>
    [Fact]
    public async Task WhatKubectlCreated_IsSharedUntilGitStatesIt()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        await Kubectl.RunAsync(ConfigMap(live, "a: '1'", "b: '2'"), "create", "-f", "-");
        var desired = Stated(live, "\"a\":\"1\"");
        await live.EventuallyAsync(() => live.Target.Observe([desired.Id])[0].Exists, "the object is seen");
        await live.SyncAsync(application, desired);
        (await MapAsync(live))["data"].ShouldBe(Json.Parse("""{"a":"1","b":"2"}"""));

        await live.SyncAsync(application, Stated(live, "\"c\":\"3\""));

        (await MapAsync(live))["data"].ShouldBe(Json.Parse("""{"b":"2","c":"3"}"""));
    }

    [Fact]
    public async Task WhatKubectlAppliedAndSomebodyEdited_GoesWhenItLeftGit()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        await Kubectl.RunAsync(ConfigMap(live, "a: '1'", "b: '2'"), "apply", "-f", "-");
        await live.EditAsync("/api/v1/namespaces/NS/configmaps/m", """{"data":{"b":"edited"}}""");
        var desired = Stated(live, "\"a\":\"1\"");
        await live.EventuallyAsync(() => live.Target.Observe([desired.Id])[0].Exists, "the object is seen");
        await live.EventuallyAsync(
            () => live.PlanAsync(application, desired).Result.Changes[0].DescribeLive().Contains("edited", StringComparison.Ordinal), "the edit is seen");

        await live.SyncAsync(application, desired);

        (await MapAsync(live))["data"].ShouldBe(Json.Parse("""{"a":"1"}"""));
    }

    [Fact]
    public async Task ADeploymentOfKubectl_KeepsItsPods_AndLosesAContainerThatLeftGit()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        await Kubectl.RunAsync(
            $$"""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: {{live.Namespace}}, labels: {team: old} }
            spec:
              replicas: 1
              selector: {matchLabels: {app: web} }
              template:
                metadata: {labels: {app: web} }
                spec:
                  containers:
                  - {name: c, image: "nginx:1", resources: {requests: {cpu: 100m, memory: 1Gi} } }
                  - {name: side, image: "busybox:1"}
            """,
            "apply", "-f", "-");
        var desired = live.Deployment("web");
        await live.EventuallyAsync(() => live.Target.Observe([desired.Id])[0].Exists, "the object is seen");

        var plan = await live.PlanAsync(application, desired);
        plan.Changes[0].Action.ShouldBe(ChangeAction.Update);
        (await live.ApplyAsync(application, plan))[0].Status.ShouldBe(ResultStatus.Synced);

        var after = await live.GetAsync("/apis/apps/v1/namespaces/NS/deployments/web");
        after["spec"]["template"]["spec"]["containers"].AsList()!.Select(c => c["name"].AsString()).ShouldBe(["c"]);
        after["metadata"]["labels"].IsAbsent.ShouldBeTrue();
        Managers(after).Where(m => m.StartsWith("kubectl", StringComparison.Ordinal)).ShouldBeEmpty();
        await live.EventuallyAsync(() => live.PlanAsync(application, desired).Result.InSync, "it is in sync");
    }

    private static string ConfigMap(LiveTarget live, params string[] data) =>
        $"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\n  namespace: {live.Namespace}\ndata:\n  {string.Join("\n  ", data)}\n";

    private static Plumb.Manifests.Objects.ManifestResource Stated(LiveTarget live, string data) => live.Manifest(
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m","namespace":"NS"},"data":{{{{data}}}} }""");

    private static Task<Node> MapAsync(LiveTarget live) => live.GetAsync("/api/v1/namespaces/NS/configmaps/m");

    private static IEnumerable<string> Managers(Node obj) => obj["metadata"]["managedFields"].AsList()!
        .Where(e => e["subresource"].AsString() is null or "").Select(e => $"{e["manager"].AsString()} {e["operation"].AsString()}")
        .Where(m => !m.StartsWith("kube-controller-manager", StringComparison.Ordinal) && !m.StartsWith("plumb Update", StringComparison.Ordinal));
}
