using Microsoft.Extensions.Time.Testing;
using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Tests.Clusters;

namespace Plumb.Kubernetes.Tests.Client;

public sealed class FairGateTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Enter_ServesTheFlowsInTurn()
    {
        var gate = new FairGate(1, _time);
        var first = await gate.EnterAsync("big", LiveTarget.Ct);
        var big = Enumerable.Range(0, 5000).Select(_ => gate.EnterAsync("big", LiveTarget.Ct).AsTask()).ToList();
        var small = gate.EnterAsync("small", LiveTarget.Ct).AsTask();
        first.Dispose();
        (await big[0]).Dispose();
        (await small).Dispose(); // not behind the other 4,999
        await big[1];
        big[4999].IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Enter_WhenAWaiterGivesUp_LetsTheNextOneIn()
    {
        var gate = new FairGate(1, _time);
        var first = await gate.EnterAsync("a", LiveTarget.Ct);
        using var cancel = new CancellationTokenSource();
        var given = gate.EnterAsync("b", cancel.Token).AsTask();
        var next = gate.EnterAsync("c", LiveTarget.Ct).AsTask();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => given);
        first.Dispose();
        (await next).Dispose();
        (await gate.EnterAsync("d", LiveTarget.Ct)).Dispose();
    }

    [Fact]
    public async Task Busy_HalvesTheBound_OncePerBurst_AndAnswersRaiseItAgain()
    {
        var gate = new FairGate(32, _time);
        for (var i = 0; i < 20; i++) gate.Busy(null); // all that was in flight
        gate.Limit.ShouldBe(16);
        _time.Advance(TimeSpan.FromSeconds(2));
        gate.Busy(null);
        gate.Limit.ShouldBe(8);
        for (var i = 0; i < 8; i++) gate.Answered();
        gate.Limit.ShouldBe(9);
        for (var i = 0; i < 10_000; i++) gate.Answered();
        gate.Limit.ShouldBe(32, "never above what it was made with");

        for (var i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            gate.Busy(null);
        }

        gate.Limit.ShouldBe(1, "never none");
        using var one = await gate.EnterAsync("a", LiveTarget.Ct);
        gate.EnterAsync("b", LiveTarget.Ct).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Busy_WhenTheServerSaysWhen_NobodyAsksBefore()
    {
        var gate = new FairGate(32, _time);
        gate.Busy(TimeSpan.FromSeconds(7));
        var waiting = gate.EnterAsync("a", LiveTarget.Ct).AsTask();
        _time.Advance(TimeSpan.FromSeconds(6.9));
        waiting.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(0.4));
        (await waiting).Dispose();
    }
}
