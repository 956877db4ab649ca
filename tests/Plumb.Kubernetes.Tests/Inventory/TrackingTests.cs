using Plumb.Kubernetes.Inventory;
using Plumb.Kubernetes.Tests.Clusters;
using Plumb.Kubernetes.Tests.Compare;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;

namespace Plumb.Kubernetes.Tests.Inventory;

public sealed class TrackingTests
{
    private const string Annotated = "{argocd.argoproj.io/tracking-id: 'shop:/ConfigMap:ns/m'}";

    [Theory]
    [InlineData(TrackingMethod.Annotation, "", Annotated, "{}", "shop", null)]
    [InlineData(TrackingMethod.Annotation, "", "{argocd.argoproj.io/tracking-id: 'shop:/ConfigMap:ns/other'}", "{}", null, null)] // a copy
    [InlineData(TrackingMethod.Annotation, "", "{}", "{app.kubernetes.io/instance: shop}", null, null)]
    [InlineData(TrackingMethod.Label, "", "{}", "{app.kubernetes.io/instance: shop}", "shop", null)]
    [InlineData(TrackingMethod.Label, "", Annotated, "{}", null, null)]
    [InlineData(TrackingMethod.AnnotationAndLabel, "", Annotated, "{app.kubernetes.io/instance: other}", "shop", null)]
    [InlineData(TrackingMethod.Annotation, "a", Annotated, "{}", null, null)] // carries no id: to be adopted, not ours yet
    [InlineData(TrackingMethod.Annotation, "a", "{argocd.argoproj.io/tracking-id: 'shop:/ConfigMap:ns/m', argocd.argoproj.io/installation-id: a}", "{}", "shop", null)]
    [InlineData(TrackingMethod.Annotation, "a", "{argocd.argoproj.io/tracking-id: 'shop:/ConfigMap:ns/m', argocd.argoproj.io/installation-id: b}", "{}", null, "the application shop of the installation b")]
    [InlineData(TrackingMethod.Annotation, "", "{argocd.argoproj.io/tracking-id: 'shop:/ConfigMap:ns/m', argocd.argoproj.io/installation-id: b}", "{}", null, "the application shop of the installation b")]
    public void OwnerOf_FollowsMethodAndInstallation(
        TrackingMethod method, string installation, string annotations, string labels, string? owner, string? foreign)
    {
        var obj = KubeYaml.Object($"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m, namespace: ns, annotations: {annotations}, labels: {labels}}}");
        var tracking = new Tracking(method, installation);
        tracking.OwnerOf(obj, namespaced: true).ShouldBe(owner);
        tracking.ForeignOwnerOf(obj, namespaced: true).ShouldBe(foreign);
    }

    [Theory]
    [InlineData("v1", "Endpoints", "web")]
    [InlineData("discovery.k8s.io/v1", "EndpointSlice", "web-x7k2p")]
    [InlineData("v1", "PersistentVolumeClaim", "data-web-0")]
    public void ByLabel_WhatControllersCopyLabelsTo_IsNobodys(string version, string kind, string name) => new Tracking(TrackingMethod.Label)
        .OwnerOf(KubeYaml.Object($"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}, namespace: ns, labels: {{app.kubernetes.io/instance: shop}}}}"), true)
        .ShouldBeNull();

    [Fact]
    public async Task TwoInstallationsOnOneCluster_LeaveEachOthersObjectsAlone_AndSayWhoseTheyAre()
    {
        await using var ours = await LiveTarget.OpenAsync(change: o => o with { InstallationId = "ours" });
        await using var theirs = await LiveTarget.OpenAsync(change: o => o with { InstallationId = "theirs" }, beside: ours);
        var application = ours.Application(); // both have one of this name
        (await theirs.SyncAsync(application, theirs.ConfigMap("a")))[0].Status.ShouldBe(ResultStatus.Synced);
        var id = new ResourceId("", "ConfigMap", ours.Namespace, "a");
        await ours.EventuallyAsync(() => ours.Target.Observe([id])[0].Exists, "the object is seen");

        (await ours.PlanAsync(application)).Changes.ShouldBeEmpty("what another installation made is not pruned");

        var change = (await ours.PlanAsync(application, ours.ConfigMap("a", "2"))).Changes.Single();
        change.Error.ShouldNotBeNull();
        change.Error.ShouldContain($"the application {application.Name} of the installation theirs");
        change.Error.ShouldContain("Remove it from one of the two");
    }

    [Fact]
    public async Task AnInstallationId_IsWrittenToWhatHadNone()
    {
        await using var old = await LiveTarget.OpenAsync();
        var application = old.Application();
        await old.SyncAsync(application, old.ConfigMap("a"));
        await using var named = await LiveTarget.OpenAsync(change: o => o with { InstallationId = "ours" }, beside: old);
        var id = new ResourceId("", "ConfigMap", old.Namespace, "a");
        await named.EventuallyAsync(() => named.Target.Observe([id])[0].Exists, "the object is seen");

        var plan = await named.PlanAsync(application, named.ConfigMap("a"));
        plan.Changes.Single().Action.ShouldBe(ChangeAction.Update);
        plan.Changes[0].Error.ShouldBeNull();
        await named.ApplyAsync(application, plan);

        (await named.GetAsync("/api/v1/namespaces/NS/configmaps/a"))["metadata"]["annotations"]["argocd.argoproj.io/installation-id"].AsString().ShouldBe("ours");
        (await named.PlanAsync(application, named.ConfigMap("a"))).InSync.ShouldBeTrue();
        (await named.PlanAsync(application)).Changes.Single().Action.ShouldBe(ChangeAction.Delete);
    }

    [Fact]
    public async Task ByLabel_WhatCarriesItIsPruned_WhoeverWroteIt()
    {
        await using var live = await LiveTarget.OpenAsync(change: o => o with { TrackingMethod = TrackingMethod.Label });
        var application = live.Application();
        await live.SyncAsync(application, live.ConfigMap("a"));
        (await live.GetAsync("/api/v1/namespaces/NS/configmaps/a"))["metadata"]["labels"]["app.kubernetes.io/instance"].AsString().ShouldBe(application.Name);
        await Kubectl.RunAsync(
            $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: b, namespace: {live.Namespace}, labels: {{app.kubernetes.io/instance: {application.Name}}}}}",
            "apply", "-f", "-");
        var id = new ResourceId("", "ConfigMap", live.Namespace, "b");
        await live.EventuallyAsync(() => live.Target.Observe([id])[0].Exists, "the object is seen");

        (await live.PlanAsync(application, live.ConfigMap("a"))).Changes.Single(c => c.Action == ChangeAction.Delete).Id.ShouldBe(id);
    }
}
