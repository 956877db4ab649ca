using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Tests.Support;

namespace Plumb.Reconcile.Tests.Loop;

public sealed class WavesAndHooksTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Waves_GoInOrder_EachWaitingForTheHealthOfTheOneBefore()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "late=1 wave=2\nfirst=slow wave=-1\nmiddle=1"));
        await rig.StartAsync(Specs.Automated("web", "web"));

        var waiting = await rig.UntilAsync("web", s => s.Operation?.Message.Contains("waiting for Thing/default/first", StringComparison.Ordinal) == true);
        waiting.Operation!.Message.ShouldContain("wave -1");
        rig.Target.Log.ShouldBe(["+first"]);

        rig.Target.Heal("first");
        await rig.UntilReadyAsync("web");
        rig.Target.Log.ShouldBe(["+first", "+middle", "+late"]);
    }

    [Fact]
    public async Task Hooks_RunInTheirPhases_AndGoAsTheirPolicySays()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1\nafter=1 hook=PostSync\nbefore=1 hook=PreSync policy=HookSucceeded"));
        await rig.StartAsync(Specs.Automated("web", "web"));

        var state = await rig.UntilReadyAsync("web");

        rig.Target.Log.ShouldBe(["+before", "-before", "+a", "+after"]);
        state.Resources.Count.ShouldBe(1);
        state.LastRun!.Results.Count(r => r.IsHook).ShouldBe(2);
    }

    [Fact]
    public async Task AHook_IsCreatedAnewForEachSync()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1\njob=1 hook=PreSync"));
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilReadyAsync("web");

        rig.Git.Commit(("web", "a=2\njob=1 hook=PreSync"));
        await rig.UntilAsync("web", s => s.IsReady && rig.Target.Content("a") == "2");

        rig.Target.Log.ShouldBe(["+job", "+a", "-job", "+job", "+a"]);
    }

    [Fact]
    public async Task AFailedPreSyncHook_StopsTheSync_AndRunsTheSyncFailHook()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1\nmigrate=bad hook=PreSync policy=HookFailed\nalert=1 hook=SyncFail"));
        await rig.StartAsync(Specs.Manual("web", "web"));
        await rig.UntilAsync("web", s => s.Resources.Count > 0);

        var run = await rig.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann" }, Ct);

        run.Phase.ShouldBe(RunPhase.Failed);
        run.Message.ShouldContain("migrate");
        rig.Target.Log.ShouldBe(["+migrate", "-migrate", "+alert"]);
    }

    [Fact]
    public async Task ADegradedWave_FailsTheRun_AndLaterWavesAreNotBegun()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=bad\nb=1 wave=1"));
        await rig.StartAsync(Specs.Manual("web", "web"));
        await rig.UntilAsync("web", s => s.Resources.Count > 0);

        var run = await rig.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann" }, Ct);

        run.Phase.ShouldBe(RunPhase.Failed);
        run.Message.ShouldContain("it is bad");
        rig.Target.Log.ShouldBe(["+a"]);
    }

    [Fact]
    public async Task ANewerCommit_SupersedesARunThatWaits()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=slow\nb=1 wave=1"));
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilAsync("web", s => s.Operation?.Message.Contains("waiting", StringComparison.Ordinal) == true);

        rig.Git.Commit(("web", "a=1\nb=1 wave=1"));
        await rig.UntilReadyAsync("web");

        var runs = await rig.Runs.ListAsync("web", 10, Ct);
        runs.Select(r => r.Phase).ShouldBe([RunPhase.Succeeded, RunPhase.Superseded]);
    }

    [Fact]
    public async Task ACommitThatChangesNothingHere_DoesNotSupersede_AndIsTheRevisionAfterwards()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=slow\nb=1 wave=1"), ("other", "x=1"));
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilAsync("web", s => s.Operation?.Message.Contains("waiting", StringComparison.Ordinal) == true);

        var head = rig.Git.Commit(("other", "x=2"));
        rig.Target.Heal("a");
        await rig.UntilAsync("web", s => s.IsReady && s.Revisions[0] == head);

        (await rig.Runs.ListAsync("web", 10, Ct)).Single().Phase.ShouldBe(RunPhase.Succeeded);
    }

    [Fact]
    public async Task Terminate_StopsARunThatWaits_AndItsHooks()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1\njob=slow hook=PreSync"));
        await rig.StartAsync(Specs.Manual("web", "web"));
        await rig.UntilAsync("web", s => s.Resources.Count > 0);
        var running = rig.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann" }, Ct);
        await rig.UntilAsync("web", s => s.Operation?.Message.Contains("hook", StringComparison.Ordinal) == true);

        rig.Reconciler.Terminate("web");

        (await running).Phase.ShouldBe(RunPhase.Terminated);
        rig.Target.Log.ShouldBe(["+job", "-job"]);
    }

    [Fact]
    public async Task AWaveThatNeverBecomesHealthy_TimesOut()
    {
        await using var rig = new Rig(options: new ReconcilerOptions { WaveTimeout = TimeSpan.FromMilliseconds(100) });
        rig.Git.Commit(("web", "a=slow\nb=1 wave=1"));
        await rig.StartAsync(Specs.Manual("web", "web"));
        await rig.UntilAsync("web", s => s.Resources.Count > 0);

        var run = await rig.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann" }, Ct);

        run.Phase.ShouldBe(RunPhase.Failed);
        run.Message.ShouldContain("timed out");
    }

    [Fact]
    public async Task Deletes_RunThroughTheirWavesInReverse()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "keep=1\nw0=1\nw1=1 wave=1\nw2=1 wave=2"));
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilReadyAsync("web");

        rig.Git.Commit(("web", "keep=1"));
        await rig.UntilAsync("web", s => s.IsReady && rig.Target.Content("w0") is null);

        rig.Target.Log.Where(l => l[0] == '-').ShouldBe(["-w2", "-w1", "-w0"]);
    }

    [Fact]
    public async Task AHookOfSeveralPhases_RunsInEach_MadeAnewEachTime()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1\nsmoke=1 hook=PreSync,PostSync"));
        await rig.StartAsync(Specs.Automated("web", "web"));

        var state = await rig.UntilReadyAsync("web");

        rig.Target.Log.ShouldBe(["+smoke", "+a", "-smoke", "+smoke"]);
        state.LastRun!.Results.Where(r => r.IsHook).Select(r => r.Phase.ToString()).ShouldBe(["PreSync", "PostSync"]);
    }

    [Fact]
    public async Task HooksTakePartInWaves_InsideEveryPhase()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "b=1 wave=1\na=1\nseed=1 hook=Sync wave=1\ncheck=1 hook=Sync wave=2\nlast=1 hook=PostSync wave=5\nfirst=1 hook=PostSync wave=-5"
            + "\ntwo=1 hook=PreSync wave=2\none=1 hook=PreSync wave=1\nbye=1 hook=PreDelete\nnever=1 hook=PostDelete"));
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilReadyAsync("web");

        rig.Target.Log.ShouldBe(["+one", "+two", "+a", "+b", "+seed", "+check", "+first", "+last"]);
    }

    [Fact]
    public async Task SyncFailHooks_AreReportedWithTheFailure_TheirOwnIncluded()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=refused\nalert=bad hook=SyncFail\nnote=1 hook=SyncFail wave=-1\nafter=1 hook=PostSync"));
        await rig.StartAsync(Specs.Manual("web", "web"));
        await rig.UntilAsync("web", s => s.Resources.Count > 0);

        var run = await rig.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann" }, Ct);

        run.Phase.ShouldBe(RunPhase.Failed);
        run.Message.ShouldBe("Thing/default/a: apply refused; a SyncFail hook failed: Thing/default/alert: hook failed: it is bad");
        rig.Target.Log.ShouldBe(["+note", "+alert"]);
        run.Results.Where(r => r.IsHook).Select(r => $"{r.Id.Name} {r.Phase} {r.Status}").ShouldBe(["note SyncFail Synced", "alert SyncFail Failed"]);
    }

    [Fact]
    public async Task AHookThatIsDeletedWhileItRuns_HasFailed()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1\njob=slow hook=PreSync"));
        await rig.StartAsync(Specs.Manual("web", "web"));
        await rig.UntilAsync("web", s => s.Resources.Count > 0);
        var running = rig.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann" }, Ct);
        await rig.UntilAsync("web", s => s.Operation?.Message.Contains("hook", StringComparison.Ordinal) == true);

        rig.Target.Remove("job");

        (await running).Message.ShouldBe("Thing/default/job: hook failed: the hook object was deleted while it ran");
    }

    [Fact]
    public async Task AHookOfAnEarlierSyncThatCannotGo_IsNamedWithItsFinalizer()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1\njob=held hook=PreSync"));
        await rig.StartAsync(Specs.Manual("web", "web"));
        await rig.UntilAsync("web", s => s.Resources.Count > 0);
        await rig.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann" }, Ct);

        var run = await rig.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann" }, Ct);

        run.Phase.ShouldBe(RunPhase.Failed);
        run.Message.ShouldBe("Thing/default/job: the hook of an earlier sync is in the way: waits for its finalizers tests.plumb.dev/hold");
    }
}
