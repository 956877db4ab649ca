using Microsoft.Extensions.Logging.Abstractions;
using Plumb.Kubernetes.Tests.Clusters;
using Plumb.Reconcile.Resources;

namespace Plumb.Kubernetes.Tests.Cache;

public sealed class ExpiredWatchTests
{
    [Fact]
    public async Task Watch_WhenItsPointIsForgotten_ListsAgainAndFindsWhatWentMeanwhile()
    {
        await using var server = new ScriptedApiServer();
        server.Put("a", "shop");
        server.Put("b", "shop");
        using var metrics = new KubernetesMetrics();
        await using var target = Target(server, metrics);
        await target.StartAsync(LiveTarget.Ct);
        target.Observe([Id("a"), Id("b"), Id("c")]).Select(o => o.Exists).ShouldBe([true, true, false]);
        await UntilAsync(() => server.Watches == 1);
        var lists = server.Lists;
        await using var events = target.WatchAsync(LiveTarget.Ct).GetAsyncEnumerator(LiveTarget.Ct);

        server.Remove("b");
        server.Put("c", "shop");
        server.ExpireWatches();
        (await events.MoveNextAsync()).ShouldBeTrue();
        events.Current.Application.ShouldBe("shop");
        await UntilAsync(() => !target.Observe([Id("b")])[0].Exists && target.Observe([Id("c")])[0].Exists);
        server.Lists.ShouldBe(lists + 1);
        target.Fault.ShouldBeNull();
    }

    [Fact]
    public async Task Requests_WhenTheServerIsBusy_ComeBack_WithTheirToken()
    {
        await using var server = new ScriptedApiServer { Busy = 2 };
        using var metrics = new KubernetesMetrics();
        await using var target = Target(server, metrics);
        var offered = await target.GetCapabilitiesAsync(LiveTarget.Ct);
        offered.Version.ShouldBe("v1.33.0");
        offered.ApiVersions.ShouldBe(["v1", "v1/ConfigMap"]);
        offered.ClusterScopedKinds.ShouldBeEmpty();
        server.Authorization.ShouldBe("Bearer secret-token");
    }

    private static KubernetesTarget Target(ScriptedApiServer server, KubernetesMetrics metrics) =>
        new(new() { Name = "scripted", Kubeconfig = server.Kubeconfig }, NullLogger<KubernetesTarget>.Instance, metrics, TimeProvider.System);

    private static ResourceId Id(string name) => new("", "ConfigMap", "shop", name);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(LiveTarget.Ct);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition()) await timer.WaitForNextTickAsync(deadline.Token);
    }
}
