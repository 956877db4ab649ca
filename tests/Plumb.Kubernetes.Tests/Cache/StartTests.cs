using System.Globalization;
using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Tests.Clusters;

namespace Plumb.Kubernetes.Tests.Cache;

/// <summary>The first list, and watches that go on from it.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task AList_ThatExpiresBetweenItsPages_BeginsAnew_AndThenComesInOneAnswer()
    {
        await using var server = new RawApiServer();
        server.Put("a");
        var expired = 0;
        server.Script = request =>
            !request.IsList("configmaps") ? null
            : request.Path.Contains("continue=", StringComparison.Ordinal) ? Expired(Interlocked.Increment(ref expired))
            : request.Path.Contains("limit=", StringComparison.Ordinal) ? RawApiServer.Answer(200, server.List("configmaps", token: "more"))
            : null;
        await using var raw = new RawTarget(server.Kubeconfig);
        await raw.StartAsync();

        raw.Exists("a").ShouldBeTrue();
        expired.ShouldBe(2);
        server.Requests.Count(r => r.IsList("configmaps") && !r.Path.Contains('?', StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task APage_ThatFails_TakesNothingAway()
    {
        await using var server = new RawApiServer();
        server.Put("a", "shop");
        server.Put("b", "shop");
        await using var raw = new RawTarget(server.Kubeconfig);
        await raw.StartAsync();
        await RawTarget.UntilAsync(() => server.Watches == 1, "it is watched");

        var failing = true;
        server.Script = request =>
            !request.IsList("configmaps") || !Volatile.Read(ref failing) ? null
            : request.Path.Contains("continue=", StringComparison.Ordinal) ? RawApiServer.Refuse(500, "InternalError", "etcd went away")
            : RawApiServer.Answer(200, """{"metadata":{"resourceVersion":"900","continue":"more"},"items":[]}""");
        server.Send("configmaps", """{"type":"ERROR","object":{"kind":"Status","status":"Failure","reason":"Expired","code":410,"message":"too old"}}""" + "\n");
        await RawTarget.UntilAsync(() => server.Requests.Count(r => r.Path.Contains("continue=", StringComparison.Ordinal)) > 1, "the list fails twice");
        raw.Exists("a").ShouldBeTrue();
        raw.Exists("b").ShouldBeTrue();

        server.Remove("b", tell: false);
        Volatile.Write(ref failing, false);
        await RawTarget.UntilAsync(() => !raw.Exists("b"), "the list that succeeds says what is gone");
        raw.Exists("a").ShouldBeTrue();
    }

    [Fact]
    public async Task AWatch_GoesOnWhereTheLastOneEnded_WithoutAList()
    {
        await using var server = new RawApiServer();
        server.Put("a", "shop");
        await using var raw = new RawTarget(server.Kubeconfig);
        await raw.StartAsync();
        await RawTarget.UntilAsync(() => server.Watches == 1, "it is watched");
        server.Send("configmaps", """{"type":"BOOKMARK","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":"4711"} } }""" + "\n");
        var lists = server.Requests.Count(r => r.IsList("configmaps"));
        server.EndWatches();

        await RawTarget.UntilAsync(() => server.Requests.Last().Path.Contains("resourceVersion=4711", StringComparison.Ordinal), "it goes on at the bookmark");
        server.Requests.Count(r => r.IsList("configmaps")).ShouldBe(lists);
    }

    [Fact]
    public async Task AWatch_CutInTheMiddleOfALine_LosesNothing()
    {
        await using var server = new RawApiServer();
        server.Put("a", "shop");
        await using var raw = new RawTarget(server.Kubeconfig);
        await raw.StartAsync();
        await RawTarget.UntilAsync(() => server.Watches == 1, "it is watched");
        var watches = server.Requests.Count(r => r.IsWatch);
        server.EndWatches(midLine: true);
        await RawTarget.UntilAsync(() => server.Requests.Count(r => r.IsWatch) > watches && server.Watches == 1, "it is watched again");
        server.Put("b", "shop");
        await RawTarget.UntilAsync(() => raw.Exists("b"), "what comes later is seen");
        raw.Exists("a").ShouldBeTrue();
        raw.Target.Fault.ShouldBeNull();
    }

    [Fact]
    public async Task AWatch_ThatSaysNothing_IsOpenedAgain_WithoutAList()
    {
        await using var server = new RawApiServer();
        server.Put("a", "shop");
        await using var raw = new RawTarget(server.Kubeconfig, o => o with { Watch = o.Watch with { SilenceWithoutBookmarks = TimeSpan.FromMilliseconds(300) } });
        await raw.StartAsync();
        await RawTarget.UntilAsync(() => server.Requests.Count(r => r.IsWatch) > 2, "it is opened again and again");
        server.Requests.Count(r => r.IsList("configmaps")).ShouldBe(2, "metadata, then whole, and no more");
        raw.Target.Fault.ShouldBeNull();
        raw.Target.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task AServer_ThatEndsWatchesAtOnce_IsNotAskedInATightLoop()
    {
        await using var server = new RawApiServer();
        server.Script = request => request.IsWatch ? RawApiServer.Answer(200, "") : null;
        await using var raw = new RawTarget(server.Kubeconfig);
        await raw.StartAsync();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2));
        await timer.WaitForNextTickAsync(LiveTarget.Ct);
        server.Requests.Count(r => r.IsWatch).ShouldBeInRange(2, 8); // 0.1 s, 0.2 s, 0.4 s, 0.8 s … at least
    }

    [Fact]
    public async Task FirstLists_AreBounded_OverAllClustersOfTheProcess_ButASlowClusterHoldsUpNobody()
    {
        await using var hung = new RawApiServer();
        hung.Script = request => request.IsList("configmaps") ? async (_, ct) => await Task.Delay(Timeout.Infinite, ct) : null;
        await using var well = new RawApiServer();
        var lists = new SharedLists(TimeProvider.System);
        var slow = Enumerable.Range(0, 14).Select(i => new RawTarget(hung.Kubeconfig, o => o with
        {
            Name = "hung" + i.ToString(CultureInfo.InvariantCulture), Lists = lists, Client = new KubeClientOptions { RequestTimeout = TimeSpan.FromMinutes(5) },
        })).ToList();
        try
        {
            foreach (var target in slow) _ = target.StartAsync();
            await RawTarget.UntilAsync(() => hung.Requests.Count(r => r.IsList("configmaps")) == 12, "as many as are allowed are under way");
            await using var fast = new RawTarget(well.Kubeconfig, o => o with { Lists = lists });
            await fast.StartAsync();
        }
        finally
        {
            foreach (var target in slow) await target.DisposeAsync();
        }
    }

    private static Func<Stream, CancellationToken, Task> Expired(int _) =>
        RawApiServer.Refuse(410, "Expired", "The provided continue parameter is too old to display a consistent list result");
}
