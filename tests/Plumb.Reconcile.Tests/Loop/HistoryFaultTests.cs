using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Tests.Support;

namespace Plumb.Reconcile.Tests.Loop;

/// <summary>The history cannot be written: syncs go on, it is said, and what waited is written when it can be.</summary>
public sealed class HistoryFaultTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AFullDisk_HoldsUpNoSync_IsShown_AndWhatWaitedIsWrittenLater()
    {
        var runs = new FlakyRuns();
        await using var rig = new Rig(runs);
        rig.Git.Commit(("web", "a=1"));
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilReadyAsync("web");

        runs.Fault = "history.db: the disk is full. Free space.";
        rig.Git.Commit(("web", "a=2"));
        var state = await rig.UntilAsync("web", s => s.IsReady && rig.Target.Content("a") == "2" && s.Conditions.Any(c => c.Type == Condition.HistoryWarning));

        state.LastRun!.Phase.ShouldBe(RunPhase.Succeeded);
        state.Conditions.Single(c => c.Type == Condition.HistoryWarning).Message.ShouldBe(
            "the history is not being written; syncs go on. history.db: the disk is full. Free space.");
        (await runs.Stored.ListAsync("web", 10, Ct)).Count.ShouldBe(1);
        (await rig.Reconciler.Runs.ListAsync("web", 10, Ct)).Select(r => r.Phase).ShouldContain(RunPhase.Succeeded);

        runs.Fault = null;
        await rig.UntilAsync("web", s => s.IsReady && s.Conditions.Count == 0);
        (await runs.Stored.ListAsync("web", 10, Ct)).Select(r => r.Phase).ShouldBe([RunPhase.Succeeded, RunPhase.Succeeded]);
    }

    [Fact]
    public async Task AHistoryThatCannotBeOpenedAtTheStart_IsCaughtUpWithLater_UnfinishedRunsToo()
    {
        var runs = new FlakyRuns();
        var left = new Run
        {
            Id = new string('0', 32), Application = "web", Revisions = ["x"], DesiredDigest = "y", Trigger = RunTrigger.Automated, Initiator = "plumb",
            StartedAt = DateTimeOffset.UnixEpoch,
        };
        await runs.SaveAsync(left, Ct);
        runs.Fault = "history.db: another program holds it locked. Close that program.";
        await using var rig = new Rig(runs);
        rig.Git.Commit(("web", "a=1"));
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilReadyAsync("web");

        runs.Fault = null;
        await rig.UntilAsync("web", s => s.IsReady && s.Conditions.Count == 0);

        (await runs.Stored.FindAsync(left.Id, Ct))!.Phase.ShouldBe(RunPhase.Error);
        (await runs.Stored.ListAsync("web", 10, Ct))[0].Phase.ShouldBe(RunPhase.Succeeded);
    }
}
