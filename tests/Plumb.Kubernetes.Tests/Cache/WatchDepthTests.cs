using Plumb.Kubernetes.Tests.Clusters;

namespace Plumb.Kubernetes.Tests.Cache;

/// <summary>How much of a kind is asked for, and when more is.</summary>
public sealed class WatchDepthTests
{
    [Fact]
    public async Task AKindThatNobodyManages_IsFollowedByItsMetadata()
    {
        await using var server = new RawApiServer();
        server.Put("a");
        await using var raw = new RawTarget(server.Kubeconfig);
        await raw.StartAsync();
        await RawTarget.UntilAsync(() => server.Watches == 1, "it is watched");
        server.Put("b");
        await RawTarget.UntilAsync(() => raw.Exists("b"), "the new one is seen");

        Asked(server).ShouldAllBe(accept => accept.StartsWith("application/json;as=PartialObjectMetadata", StringComparison.Ordinal));
        (await raw.Target.ClusterAsync(LiveTarget.Ct)).Cache.Find(RawTarget.Id("a")).ShouldNotBeNull().Document.ShouldBeNull();
    }

    [Fact]
    public async Task AKind_OfWhichAnApplicationHasAnObject_IsReadWholeFromTheStart()
    {
        await using var server = new RawApiServer();
        server.Put("a", "shop");
        server.Put("b");
        await using var raw = new RawTarget(server.Kubeconfig);
        await raw.StartAsync();

        var cache = (await raw.Target.ClusterAsync(LiveTarget.Ct)).Cache;
        cache.Find(RawTarget.Id("a")).ShouldNotBeNull().Document.ShouldNotBeNull();
        cache.Find(RawTarget.Id("b")).ShouldNotBeNull().Document.ShouldBeNull("it is nobody's");
        Asked(server)[^1].ShouldBe("application/json");
    }

    [Fact]
    public async Task AKind_ThatAnApplicationBeginsToState_IsReadWholeFromThenOn()
    {
        await using var server = new RawApiServer();
        server.Put("a");
        await using var raw = new RawTarget(server.Kubeconfig);
        await raw.StartAsync();
        var before = server.Requests.Count;

        await raw.PlanAsync("a");

        var cache = (await raw.Target.ClusterAsync(LiveTarget.Ct)).Cache;
        cache.Find(RawTarget.Id("a")).ShouldNotBeNull().Document.ShouldNotBeNull();
        server.Requests.Skip(before).Where(r => r.IsList("configmaps")).ShouldHaveSingleItem().Accept.ShouldBe("application/json");
        await RawTarget.UntilAsync(() => server.Requests.LastOrDefault(r => r.IsWatch)?.Accept == "application/json", "the watch is whole too");
    }

    [Fact]
    public async Task AKind_InWhichAnApplicationsObjectTurnsUp_IsReadWholeFromThenOn()
    {
        await using var server = new RawApiServer();
        await using var raw = new RawTarget(server.Kubeconfig);
        await raw.StartAsync();
        await RawTarget.UntilAsync(() => server.Watches == 1, "it is watched");
        server.Put("a", "shop");
        var cache = (await raw.Target.ClusterAsync(LiveTarget.Ct)).Cache;
        await RawTarget.UntilAsync(() => cache.Find(RawTarget.Id("a"))?.Document is not null, "it is there, whole");
    }

    private static List<string> Asked(RawApiServer server) =>
        [.. server.Requests.Where(r => r.IsWatch || r.IsList("configmaps")).Select(r => r.Accept)];
}
