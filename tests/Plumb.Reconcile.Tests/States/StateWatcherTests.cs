using Plumb.Reconcile.Health;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Tests.Support;

namespace Plumb.Reconcile.Tests.States;

/// <summary>Who watches sees the last state of each application, however slowly they read.</summary>
public sealed class StateWatcherTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AReaderThatKeepsUp_SeesEachState()
    {
        var watcher = new StateWatcher();
        for (var i = 0; i < 4000; i++) watcher.Add(State("web", i));

        (await ReadAsync(watcher, 4000)).Select(s => s.Health.Message).ShouldBe(Enumerable.Range(0, 4000).Select(i => $"{i}"));
    }

    [Fact]
    public async Task AReaderThatIsFarBehind_SeesTheLastOfEachApplication_InOrder_AndTheUnseenAreFew()
    {
        const int Applications = 6000;
        var watcher = new StateWatcher();
        for (var round = 0; round < 10; round++)
        {
            for (var i = 0; i < Applications; i++) watcher.Add(State($"app-{i}", round));
        }

        watcher.Add(State("end", 0));
        var seen = new List<ApplicationState>();
        await foreach (var state in watcher.ReadAllAsync(Ct))
        {
            if (state.Spec.Name == "end") break;
            seen.Add(state);
        }

        seen.Count.ShouldBeLessThan(2 * Applications + 1);
        var last = seen.GroupBy(s => s.Spec.Name).ToDictionary(g => g.Key, g => g.Last().Health.Message);
        last.Count.ShouldBe(Applications);
        last.Values.ShouldAllBe(message => message == "9");
        foreach (var states in seen.GroupBy(s => s.Spec.Name)) states.Select(s => s.Health.Message).ShouldBe(states.Select(s => s.Health.Message).Order());
    }

    [Fact]
    public async Task WhoWaits_IsWoken()
    {
        var watcher = new StateWatcher();
        var reading = ReadAsync(watcher, 1);
        reading.IsCompleted.ShouldBeFalse();

        watcher.Add(State("web", 1));

        (await reading).ShouldHaveSingleItem();
    }

    private static ApplicationState State(string name, int number) =>
        new() { Spec = Specs.Manual(name, name), Health = new HealthState(HealthStatus.Healthy, $"{number}") };

    private static async Task<List<ApplicationState>> ReadAsync(StateWatcher watcher, int count)
    {
        var seen = new List<ApplicationState>();
        await foreach (var state in watcher.ReadAllAsync(Ct))
        {
            seen.Add(state);
            if (seen.Count == count) break;
        }

        return seen;
    }
}
