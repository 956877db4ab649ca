using Plumb.Kubernetes.Tests.Clusters;

namespace Plumb.Kubernetes.Tests.Cache;

/// <summary>Runs alone: other tests' definitions are a reason to read discovery again.</summary>
[CollectionDefinition(nameof(IdleTests), DisableParallelization = true)]
[Collection(nameof(IdleTests))]
public sealed class IdleTests
{
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
}
