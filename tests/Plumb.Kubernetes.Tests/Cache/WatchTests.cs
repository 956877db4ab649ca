using System.Diagnostics;
using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Tests.Clusters;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Tests.Cache;

public sealed class WatchTests
{
    private static readonly KubeClientOptions Impatient = new() { MaxRetries = 2, RetryDelay = TimeSpan.FromMilliseconds(50) };

    [Fact]
    public async Task Watch_WhenAManagedObjectIsEditedOrDeleted_NamesTheApplication()
    {
        await using var live = await LiveTarget.OpenAsync();
        var application = live.Application();
        await live.SyncAsync(application, live.ConfigMap("a"), live.ConfigMap("b"));
        await using var events = live.Target.WatchAsync(LiveTarget.Ct).GetAsyncEnumerator(LiveTarget.Ct);

        var watch = Stopwatch.StartNew();
        await live.EditAsync("/api/v1/namespaces/NS/configmaps/a", """{"data":{"key":"drift"}}""");
        await NextAsync(events, live.ConfigMap("a").Id, application.Name);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2));

        await live.DeleteAsync("/api/v1/namespaces/NS/configmaps/b");
        await NextAsync(events, live.ConfigMap("b").Id, application.Name);
        live.Target.Observe([live.ConfigMap("b").Id])[0].Exists.ShouldBeFalse();
        (await live.PlanAsync(application, live.ConfigMap("a"), live.ConfigMap("b"))).Changes.Select(c => c.Action)
            .ShouldBe([ChangeAction.Update, ChangeAction.Create]);
    }

    [Fact]
    public async Task Idle_SendsNothing()
    {
        await using var live = await LiveTarget.OpenAsync();
        await live.SyncAsync(live.Application(), live.ConfigMap("a"));
        await live.PlanAsync(live.Application(), live.ConfigMap("a"));
        // Elsewhere in the cluster things go on; none of that is a reason to ask.
        await live.EditAsync("/api/v1/namespaces/NS", """{"metadata":{"labels":{"x":"y"}}}""");

        var before = live.Requests.Count;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(3));
        await timer.WaitForNextTickAsync(LiveTarget.Ct);
        live.Requests.Skip(before).ShouldBeEmpty();
    }

    [Fact]
    public async Task Server_GoneAndBack_IsAFaultAndThenForgotten()
    {
        await using var proxy = await FlakyProxy.StartAsync();
        await using var live = await LiveTarget.OpenAsync(Impatient, proxy.Kubeconfig);
        var application = live.Application();
        await live.SyncAsync(application, live.ConfigMap("a"), live.ConfigMap("b"));

        await proxy.CutAsync();
        await live.EventuallyAsync(() => live.Target.Fault is not null, "the fault shows");
        await Should.ThrowAsync<TargetException>(() => live.PlanAsync(application, live.ConfigMap("a")));
        var skipped = await live.Target.ApplyAsync(
            new ApplyRequest(application, [new ApplyItem(live.ConfigMap("a").Id, ChangeAction.Update, live.ConfigMap("a"))]), LiveTarget.Ct);
        skipped[0].Status.ShouldBe(ResultStatus.Skipped);
        await live.DeleteAsync("/api/v1/namespaces/NS/configmaps/b");

        proxy.Resume();
        await live.EventuallyAsync(() => live.Target.Fault is null, "the fault is over", 40);
        await live.EventuallyAsync(() => !live.Target.Observe([live.ConfigMap("b").Id])[0].Exists, "what happened meanwhile is seen");
        (await live.PlanAsync(application, live.ConfigMap("a"), live.ConfigMap("b"))).Changes.Select(c => c.Action)
            .ShouldBe([ChangeAction.None, ChangeAction.Create]);
    }

    [Fact]
    public async Task Server_GoneDuringAnApply_FailsWhatWasUnderWayAndSkipsTheRest()
    {
        await using var proxy = await FlakyProxy.StartAsync();
        await using var live = await LiveTarget.OpenAsync(Impatient, proxy.Kubeconfig);
        var application = live.Application();
        var maps = Enumerable.Range(0, 400).Select(i => live.ConfigMap($"m{i}")).ToList();
        var plan = await live.PlanAsync(application, maps);

        var applying = live.ApplyAsync(application, plan);
        await live.EventuallyAsync(() => live.Requests.Count(v => v == "apply") > 30, "the apply is under way");
        await proxy.CutAsync();
        var results = await applying;

        results.Count.ShouldBe(400);
        results.Count(r => r.Status == ResultStatus.Synced).ShouldBeGreaterThan(0);
        results.Count(r => r.Status == ResultStatus.Failed).ShouldBeGreaterThan(0);
        results.Where(r => r.Status == ResultStatus.Failed).ShouldAllBe(r => r.Message.Contains("cannot reach"));
        results.Count(r => r.Status == ResultStatus.Skipped).ShouldBeGreaterThan(0);

        proxy.Resume();
        await live.EventuallyAsync(() => live.Target.Fault is null, "the server is back", 40);
        (await live.SyncAsync(application, maps)).ShouldAllBe(r => r.Status != ResultStatus.Failed);
    }

    [Fact]
    public async Task Start_WhenNobodyAnswers_SaysSo()
    {
        await using var proxy = await FlakyProxy.StartAsync();
        await proxy.CutAsync();
        using var metrics = new KubernetesMetrics();
        await using var target = new KubernetesTarget(
            new() { Name = "lost", Kubeconfig = proxy.Kubeconfig, Client = Impatient },
            Microsoft.Extensions.Logging.Abstractions.NullLogger<KubernetesTarget>.Instance, metrics, TimeProvider.System);
        var e = await Should.ThrowAsync<TargetException>(() => target.GetCapabilitiesAsync(LiveTarget.Ct));
        e.Message.ShouldContain("cannot reach");
        target.Fault.ShouldNotBeNull();

        proxy.Resume();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (target.Fault is not null) await Task.Delay(20, deadline.Token);
        (await target.GetCapabilitiesAsync(LiveTarget.Ct)).Version.ShouldStartWith("v1.");
    }

    private static async Task NextAsync(IAsyncEnumerator<TargetEvent> events, ResourceId id, string application)
    {
        while (await events.MoveNextAsync())
        {
            if (events.Current.Application == application && (events.Current.Resource is null || events.Current.Resource == id)) return;
        }

        throw new ShouldAssertException("the watch ended");
    }
}
