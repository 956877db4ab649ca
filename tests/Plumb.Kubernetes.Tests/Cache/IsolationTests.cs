using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Tests.Clusters;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Targets;
using Plumb.Sandbox;

namespace Plumb.Kubernetes.Tests.Cache;

/// <summary>Nobody waits for others: not one application for another, not one cluster for another.</summary>
public sealed class IsolationTests
{
    [Fact]
    public async Task AnApplicationOfThousands_DoesNotHoldUpAnotherOfOne_OnASlowServer()
    {
        var folder = Directory.CreateTempSubdirectory("plumb-slow-");
        var slow = new SandboxOptions
        {
            RunControllers = false,
            Fault = request => request.Verb == "patch" ? new SandboxFault { Delay = TimeSpan.FromMilliseconds(30) } : null,
        };
        await using (var server = await SandboxServer.StartAsync(slow, LiveTarget.Ct))
        {
            var kubeconfig = Path.Combine(folder.FullName, "kubeconfig");
            await File.WriteAllTextAsync(kubeconfig, server.Kubeconfig, LiveTarget.Ct);
            server.Objects.Create(new(Manifests.Documents.Json.Parse("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"} }""").AsMap()!), "test");
            await using var raw = new RawTarget(kubeconfig, o => o with { Client = new KubeClientOptions { MaxConcurrency = 8 } });
            await raw.StartAsync();

            var big = ApplyAsync(raw, "big", Enumerable.Range(0, 5000).Select(i => $"big-{i}"));
            await RawTarget.UntilAsync(() => server.RequestCountByVerb.GetValueOrDefault("patch") > 100, "the big one is under way");
            var before = server.RequestCountByVerb["patch"];
            (await ApplyAsync(raw, "small", ["one"])).ShouldHaveSingleItem().Status.ShouldBe(ResultStatus.Synced);
            big.IsCompleted.ShouldBeFalse();
            (server.RequestCountByVerb["patch"] - before).ShouldBeLessThan(200, "the small one's turn came among the first");
            await server.StopAsync(); // the rest of the big one proves nothing more
            (await big).Count.ShouldBe(5000);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task AClusterThatDoesNotAnswer_DelaysNoOther()
    {
        await using var hung = new RawApiServer { Script = _ => async (_, ct) => await Task.Delay(Timeout.Infinite, ct) };
        await using var well = new RawApiServer();
        var lists = new SharedLists(TimeProvider.System);
        await using var lost = new RawTarget(hung.Kubeconfig, o => o with { Lists = lists, Client = new KubeClientOptions() });
        await using var good = new RawTarget(well.Kubeconfig, o => o with { Lists = lists });
        var waiting = lost.Target.GetCapabilitiesAsync(LiveTarget.Ct);
        well.Put("a", "shop");
        await good.StartAsync();
        (await good.PlanAsync("a")).ShouldHaveSingleItem().Error.ShouldBeNull();
        well.Put("b", "shop");
        await RawTarget.UntilAsync(() => good.Exists("b"), "it is followed");
        waiting.IsCompleted.ShouldBeFalse();
        lost.Target.Observe([RawTarget.Id("a")])[0].ShouldSatisfyAllConditions(
            o => o.Exists.ShouldBeTrue(), o => o.Health.Status.ShouldBe(Reconcile.Health.HealthStatus.Unknown));
    }

    private static Task<IReadOnlyList<ResourceResult>> ApplyAsync(RawTarget raw, string application, IEnumerable<string> names) => raw.Target.ApplyAsync(
        new ApplyRequest(
            RawTarget.Shop with { Name = application },
            [.. names.Select(n => RawTarget.Manifest(n)).Select(m => new ApplyItem(m.Id, ChangeAction.Create, m))]),
        LiveTarget.Ct);
}
