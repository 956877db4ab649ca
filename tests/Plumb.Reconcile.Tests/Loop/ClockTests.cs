using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Tests.Support;

namespace Plumb.Reconcile.Tests.Loop;

/// <summary>Somebody sets the clock: forward a day, back an hour.</summary>
public sealed class ClockTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan HourBack = TimeSpan.FromHours(-1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<TimeSpan> Jumps => [Day, HourBack];

    [Theory]
    [MemberData(nameof(Jumps))]
    public async Task RunsAfterAJump_SortAfterThoseBeforeIt_AlsoForTheNextProcess(TimeSpan jump)
    {
        var clock = new SettableClock();
        var (git, target, runs) = (new MemoryGit(), new MemoryTarget(), new MemoryRunStore());
        git.Commit(("web", "a=1"));
        await using (var first = new Rig(runs, git, target, time: clock))
        {
            await first.StartAsync(Specs.Automated("web", "web"));
            await first.UntilReadyAsync("web");
            clock.Jump(jump);
            git.Commit(("web", "a=2"));
            await first.UntilAsync("web", s => s.IsReady && target.Content("a") == "2");
        }

        clock.Jump(-jump);
        git.Commit(("web", "a=3"));
        await using var second = new Rig(runs, git, target, time: clock);
        await second.StartAsync(Specs.Automated("web", "web"));
        await second.UntilAsync("web", s => s.IsReady && target.Content("a") == "3");

        var newestFirst = await runs.ListAsync("web", 10, Ct);
        newestFirst.Count.ShouldBe(3);
        newestFirst.Select(r => r.DesiredDigest).Distinct().Count().ShouldBe(3);
        newestFirst[0].Id.ShouldBe(second.Reconciler.Find("web")!.LastRun!.Id);
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public async Task AWaitForAWave_IsNeitherEndedNorProlongedByAJump(TimeSpan jump)
    {
        var clock = new SettableClock();
        await using var rig = new Rig(
            options: new ReconcilerOptions { WaveTimeout = TimeSpan.FromSeconds(3), EventDelay = TimeSpan.FromMilliseconds(1) }, time: clock);
        rig.Git.Commit(("web", "a=slow wave=-1\nb=1"));
        await rig.StartAsync(Specs.Manual("web", "web"));
        await rig.UntilAsync("web", s => s.Resources.Count > 0);
        var syncing = rig.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann" }, Ct);
        await rig.UntilAsync("web", s => s.Operation?.Message.Contains("waiting for", StringComparison.Ordinal) == true);

        clock.Jump(jump);
        rig.Target.Wake(); // it looks again, by the new clock
        var began = TimeProvider.System.GetTimestamp();
        var run = await syncing;

        run.Message.ShouldStartWith("timed out after 00:00:03");
        TimeProvider.System.GetElapsedTime(began).ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public async Task RetriesAfterAJump_AreAsManyAsThePolicySays(TimeSpan jump)
    {
        var clock = new SettableClock();
        await using var rig = new Rig(time: clock);
        rig.Git.Commit(("web", "a=refused"));
        var spec = Specs.Automated("web", "web");
        await rig.StartAsync(spec with
        {
            SyncPolicy = spec.SyncPolicy with { Retry = new RetrySpec(2, TimeSpan.FromMilliseconds(300), 1, TimeSpan.FromMilliseconds(300)) },
        });
        await rig.UntilAsync("web", s => s.WaitingFor.StartsWith("retries", StringComparison.Ordinal));

        clock.Jump(jump);
        rig.Target.Wake();
        await rig.UntilAsync("web", s => s.WaitingFor.Contains("failed 3 times", StringComparison.Ordinal));

        (await rig.Runs.ListAsync("web", 10, Ct)).Select(r => r.Attempt).ShouldBe([2, 1, 0]);
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public async Task DriftAfterAJump_IsUndone(TimeSpan jump)
    {
        var clock = new SettableClock();
        await using var rig = new Rig(time: clock);
        rig.Git.Commit(("web", "a=1"));
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilReadyAsync("web");
        rig.Target.Edit("a", "2");
        await rig.UntilAsync("web", s => s.IsReady && rig.Target.Content("a") == "1");

        clock.Jump(jump);
        rig.Target.Edit("a", "3");
        await rig.UntilAsync("web", s => s.IsReady && rig.Target.Content("a") == "1");
    }
}
