using Plumb.Kubernetes.Tests.Clusters;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Tests.Cache;

/// <summary>Unknown is not absent: what cannot be read is neither Missing nor pruned, and harms nothing else.</summary>
public sealed class UnreadableKindTests
{
    [Fact]
    public async Task AnAggregatedServerThatIsDown_HarmsItsGroupOnly_AndNothingOfItIsPrunedOrMissing()
    {
        await using var server = new RawApiServer { WidgetGroup = RawApiServer.WidgetsServed };
        server.Put("mine", "shop", "Widget");
        server.Put("a", "shop");
        await using var raw = new RawTarget(server.Kubeconfig);
        await raw.StartAsync();
        (await raw.PlanAsync("a")).Single(c => c.Action == ChangeAction.Delete).Id.ShouldBe(RawTarget.Id("mine", "Widget"), "while all is well it is to be pruned");

        server.Script = Down;
        server.EndWatches();
        await RawTarget.UntilAsync(() => raw.Target.Warnings.Count > 0, "the fault of the group shows");
        raw.Target.Warnings.ShouldHaveSingleItem().ShouldBe(
            "example.com/Widget cannot be read: the server is currently unable to handle the request. They are left alone until they can be");
        raw.Target.Fault.ShouldBeNull("the cluster itself is well");

        var plan = await raw.Target.PlanAsync(new PlanRequest(RawTarget.Shop, ["c0ffee"], [RawTarget.Manifest("a"), RawTarget.Manifest("new", "Widget")]), LiveTarget.Ct);
        plan.Changes.ShouldNotContain(c => c.Action == ChangeAction.Delete);
        plan.Diagnostics.ShouldContain(d => d.Message.StartsWith("example.com/Widget/shop/mine is no longer stated in Git and stays for now"));
        var wanted = plan.Changes.Single(c => c.Id.Name == "new");
        wanted.Health.Status.ShouldBe(HealthStatus.Unknown);
        wanted.Error.ShouldNotBeNull().ShouldContain("unable to handle the request");
        plan.Changes.Single(c => c.Id.Name == "a").Error.ShouldBeNull();
        raw.Target.Observe([RawTarget.Id("new", "Widget")])[0].ShouldSatisfyAllConditions(
            o => o.Exists.ShouldBeTrue(), o => o.Health.Status.ShouldBe(HealthStatus.Unknown), o => o.Health.Message.ShouldContain("cannot be read"));
        server.Put("b", "shop");
        await RawTarget.UntilAsync(() => raw.Exists("b"), "other kinds are followed");

        server.Script = _ => null;
        await RawTarget.UntilAsync(() => raw.Target.Warnings.Count == 0, "the group is back");
        (await raw.PlanAsync("a", "b")).Single(c => c.Action == ChangeAction.Delete).Id.ShouldBe(RawTarget.Id("mine", "Widget"));
        raw.Target.Observe([RawTarget.Id("new", "Widget")])[0].Exists.ShouldBeFalse("now it is known that it is not there");
    }

    [Fact]
    public async Task AGroup_ThatDiscoveryCannotRead_KeepsItsKindsAndObjects()
    {
        await using var server = new RawApiServer { WidgetGroup = RawApiServer.WidgetsServed };
        server.Put("mine", "shop", "Widget");
        await using var raw = new RawTarget(server.Kubeconfig);
        await raw.StartAsync();
        var cluster = await raw.Target.ClusterAsync(LiveTarget.Ct);

        server.WidgetGroup = RawApiServer.WidgetsStale;
        await cluster.RefreshAsync(LiveTarget.Ct);
        raw.Exists("mine", "Widget").ShouldBeTrue();
        raw.Target.Warnings.ShouldHaveSingleItem().ShouldStartWith("the API group example.com cannot be read");
        (await raw.PlanAsync()).ShouldBeEmpty("nothing is pruned on old news");

        await using var events = raw.Target.WatchAsync(LiveTarget.Ct).GetAsyncEnumerator(LiveTarget.Ct);
        server.WidgetGroup = "";
        await cluster.RefreshAsync(LiveTarget.Ct);
        await RawTarget.UntilAsync(() => !raw.Target.Observe([RawTarget.Id("mine", "Widget")])[0].Exists, "a kind that is really gone takes its objects along");
        (await events.MoveNextAsync()).ShouldBeTrue();
        raw.Target.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task AGroup_ThatIsDownFromTheStart_IsNoReasonToCallItsKindsUnknownToTheCluster()
    {
        await using var server = new RawApiServer { WidgetGroup = RawApiServer.WidgetsStale };
        await using var raw = new RawTarget(server.Kubeconfig);
        await raw.StartAsync();
        var plan = await raw.Target.PlanAsync(new PlanRequest(RawTarget.Shop, ["c0ffee"], [RawTarget.Manifest("w", "Widget")]), LiveTarget.Ct);
        plan.Changes.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            c => c.Health.Status.ShouldBe(HealthStatus.Unknown),
            c => c.Error.ShouldNotBeNull().ShouldContain("the API group example.com cannot be read"));
    }

    [Fact]
    public async Task AKind_ThatWeMayNotList_IsAWarning_AndIsNoticedWhenWeMay()
    {
        await using var server = new RawApiServer { WidgetGroup = RawApiServer.WidgetsServed };
        server.Put("w", "", "Widget");
        server.Script = request => request.IsWatch || !request.IsList("widgets") ? null
            : RawApiServer.Refuse(403, "Forbidden", "widgets.example.com is forbidden: User plumb cannot list resource widgets");
        await using var raw = new RawTarget(server.Kubeconfig);
        await raw.StartAsync();
        raw.Target.Fault.ShouldBeNull();
        raw.Target.Warnings.ShouldHaveSingleItem().ShouldStartWith("example.com/Widget cannot be followed: widgets.example.com is forbidden");
        raw.Target.Observe([RawTarget.Id("w", "Widget")])[0].Health.Status.ShouldBe(HealthStatus.Unknown);

        server.Script = _ => null;
        await RawTarget.UntilAsync(() => raw.Exists("w", "Widget"), "what we may read now is read");
        raw.Target.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task ACluster_UsedWithSomeNamespaces_IsReadInThoseOnly()
    {
        await using var server = new RawApiServer();
        server.Put("a", "shop");
        await using var raw = new RawTarget(server.Kubeconfig, o => o with { Namespaces = ["shop", "shop-staging"] });
        await raw.StartAsync();
        await RawTarget.UntilAsync(() => server.Requests.Count(r => r.IsWatch) >= 2, "both are watched");

        raw.Exists("a").ShouldBeTrue();
        server.Requests.Where(r => r.IsWatch || r.IsList("configmaps")).ShouldAllBe(r =>
            r.Path.StartsWith("/api/v1/namespaces/shop/configmaps?") || r.Path.StartsWith("/api/v1/namespaces/shop-staging/configmaps?"));
        (await raw.PlanAsync("a")).ShouldHaveSingleItem().Error.ShouldBeNull();
        var elsewhere = RawTarget.Manifest("x") with { Id = RawTarget.Id("x") with { Namespace = "billing" } };
        var plan = await raw.Target.PlanAsync(new PlanRequest(RawTarget.Shop, ["c0ffee"], [RawTarget.Manifest("a"), elsewhere]), LiveTarget.Ct);
        plan.Changes.Single(c => c.Id.Name == "x").Error.ShouldNotBeNull()
            .ShouldContain("the namespace billing is not among those that this cluster is used with (shop, shop-staging)");
    }

    private static Func<Stream, CancellationToken, Task>? Down(RawRequest request) =>
        request.Path.StartsWith("/apis/example.com/", StringComparison.Ordinal)
            ? RawApiServer.Refuse(503, "ServiceUnavailable", "the server is currently unable to handle the request")
            : null;
}
