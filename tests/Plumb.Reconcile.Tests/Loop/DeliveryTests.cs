using Plumb.Reconcile.Health;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Sources;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Tests.Support;

namespace Plumb.Reconcile.Tests.Loop;

public sealed class DeliveryTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ACommit_IsAppliedAndRecorded()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1\nb=1"));
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilReadyAsync("web");

        var commit = rig.Git.Commit(("web", "a=2\nb=1"));
        var state = await rig.UntilAsync("web", s => s.IsReady && s.Revisions is [var r] && r == commit);

        rig.Target.Content("a").ShouldBe("2");
        state.LastRun!.Trigger.ShouldBe(RunTrigger.Automated);
        state.LastRun.Phase.ShouldBe(RunPhase.Succeeded);
        (await rig.Runs.ListAsync("web", 10, Ct)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task ACommitElsewhere_RendersNothingAndSyncsNothing()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1"), ("other", "b=1"));
        await rig.StartAsync(Specs.Automated("web", "web"), Specs.Automated("other", "other"));
        await rig.UntilReadyAsync("web");
        await rig.UntilReadyAsync("other");
        var renders = rig.Metrics.Renders;

        var commit = rig.Git.Commit(("other", "b=2"));
        await rig.UntilAsync("web", s => s.Revisions.Contains(commit));
        await rig.UntilAsync("other", s => s.IsReady && s.Revisions.Contains(commit));

        (rig.Metrics.Renders - renders).ShouldBe(1);
        (await rig.Runs.ListAsync("web", 10, Ct)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task ARevert_IsAnsweredFromMemory()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1"));
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilReadyAsync("web");
        rig.Git.Commit(("web", "a=2"));
        await rig.UntilAsync("web", s => s.IsReady && rig.Target.Content("a") == "2");
        var renders = rig.Metrics.Renders;

        rig.Git.Commit(("web", "a=1"));
        await rig.UntilAsync("web", s => s.IsReady && rig.Target.Content("a") == "1");

        rig.Metrics.Renders.ShouldBe(renders);
    }

    [Fact]
    public async Task Drift_IsUndoneAtOnce_AgainAndAgain()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1\nb=1"));
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilReadyAsync("web");

        rig.Target.Edit("a", "edited");
        await rig.UntilAsync("web", s => s.IsReady && rig.Target.Content("a") == "1");
        rig.Target.Remove("b");
        var state = await rig.UntilAsync("web", s => s.IsReady && rig.Target.Content("b") == "1");

        state.LastRun!.Trigger.ShouldBe(RunTrigger.SelfHeal);
    }

    [Fact]
    public async Task Drift_IsUndoneWhereItIs_WithoutRunningHooks()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1\nb=1\njob=1 hook=PreSync"));
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilReadyAsync("web");

        rig.Target.Edit("a", "edited");
        var state = await rig.UntilAsync("web", s => s.IsReady && s.LastRun?.Trigger == RunTrigger.SelfHeal);

        rig.Target.Log.ShouldBe(["+job", "+a", "+b", "+a"]);
        state.LastRun!.Results.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Drift_WithoutSelfHeal_IsOnlyShown()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1"));
        var spec = Specs.Automated("web", "web");
        await rig.StartAsync(spec with { SyncPolicy = spec.SyncPolicy with { Automated = new(Prune: true) } });
        await rig.UntilReadyAsync("web");

        rig.Target.Edit("a", "edited");
        await rig.UntilAsync("web", s => s.Sync == SyncStatus.OutOfSync && s.Operation is null);

        rig.Target.Content("a").ShouldBe("edited");
    }

    [Fact]
    public async Task AFightWithAnotherController_IsSlowedDown()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1"));
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilReadyAsync("web");

        for (var i = 0; i < 5; i++)
        {
            rig.Target.Edit("a", $"edited{i}");
            await rig.UntilAsync("web", s => s.IsReady && rig.Target.Content("a") == "1");
        }

        rig.Target.Edit("a", "edited again");
        var state = await rig.UntilAsync("web", s => s.WaitingFor.Contains("undoes drift again", StringComparison.Ordinal));
        state.Sync.ShouldBe(SyncStatus.OutOfSync);
    }

    [Fact]
    public async Task WhatLeftGit_IsPruned_AndKeptWithoutPrune()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1\nb=1"), ("keep", "c=1\nd=1"));
        var keep = Specs.Automated("keep", "keep");
        await rig.StartAsync(Specs.Automated("web", "web"), keep with { SyncPolicy = keep.SyncPolicy with { Automated = new(SelfHeal: true) } });
        await rig.UntilReadyAsync("web");
        await rig.UntilReadyAsync("keep");

        rig.Git.Commit(("web", "a=1"), ("keep", "c=1"));
        await rig.UntilAsync("web", s => s.IsReady && rig.Target.Content("b") is null);
        var kept = await rig.UntilAsync("keep", s => s.Sync == SyncStatus.OutOfSync && s.LastRun?.Results.Any(r => r.Status == ResultStatus.PruneSkipped) == true);

        rig.Target.Content("d").ShouldBe("1");
        kept.Resources.Count(r => r.Sync == SyncStatus.OutOfSync).ShouldBe(1);
    }

    [Fact]
    public async Task ACommitThatRemovesEverything_PrunesNothing_UnlessAllowed()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1\nb=1"));
        var spec = Specs.Automated("web", "web");
        await rig.StartAsync(spec);
        await rig.UntilReadyAsync("web");

        rig.Git.Commit(("web", "# nothing left"));
        var held = await rig.UntilAsync("web", s => s.WaitingFor.Contains("allowEmpty", StringComparison.Ordinal));
        held.Sync.ShouldBe(SyncStatus.OutOfSync);
        rig.Target.Content("a").ShouldBe("1");

        await rig.StartAsync(spec with { Digest = "changed", SyncPolicy = spec.SyncPolicy with { Automated = new(Prune: true, SelfHeal: true, AllowEmpty: true) } });
        await rig.UntilAsync("web", s => s.IsReady && rig.Target.Content("a") is null && rig.Target.Content("b") is null);
    }

    [Fact]
    public async Task ABrokenCommit_IsShownWithFileAndLine_AndTheLastGoodStateIsHeld()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1"), ("other", "b=1"));
        await rig.StartAsync(Specs.Automated("web", "web"), Specs.Automated("other", "other"));
        await rig.UntilReadyAsync("web");

        var commit = rig.Git.Commit(("web", "a=2\n!bad indentation"), ("other", "b=2"));
        var broken = await rig.UntilAsync("web", s => s.Conditions.Any(c => c.Type == Condition.ComparisonError));
        await rig.UntilAsync("other", s => s.IsReady && s.Revisions.Contains(commit));
        broken.Conditions.ShouldContain(c => c.Message.Contains("web(2): bad indentation", StringComparison.Ordinal));

        rig.Target.Edit("a", "edited");
        await rig.UntilAsync("web", _ => rig.Target.Content("a") == "1");

        rig.Git.Commit(("web", "a=3"));
        var mended = await rig.UntilReadyAsync("web");
        mended.Conditions.ShouldBeEmpty();
        rig.Target.Content("a").ShouldBe("3");
    }

    [Fact]
    public async Task AnUnreachableRepository_LosesNothing_AndIsTriedAgain()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1"));
        rig.Git.Fault = new SourceException(SourceFault.Unreachable, "https://git.example: connection refused");
        await rig.StartAsync(Specs.Automated("web", "web"));
        var state = await rig.UntilAsync("web", s => s.Conditions.Count > 0);
        state.Conditions[0].Message.ShouldContain("connection refused");

        rig.Git.Fault = null;
        await rig.UntilReadyAsync("web");
    }

    [Fact]
    public async Task AnUnreachableCluster_LosesNothing_AndIsTriedAgain()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1"));
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilReadyAsync("web");

        rig.Target.Fault = "the API server does not answer";
        rig.Git.Commit(("web", "a=2"));
        var state = await rig.UntilAsync("web", s => s.Conditions.Any(c => c.Message.Contains("does not answer", StringComparison.Ordinal)));
        state.Sync.ShouldBe(SyncStatus.Unknown);

        rig.Target.Fault = null;
        await rig.UntilAsync("web", s => s.IsReady && rig.Target.Content("a") == "2");
    }

    [Fact]
    public async Task AFailedSync_IsRetriedByPolicy_ThenHeldBackInWords()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=refused"));
        await rig.StartAsync(Specs.Automated("web", "web"));

        var state = await rig.UntilAsync("web", s => s.WaitingFor.Contains("failed 3 times", StringComparison.Ordinal));
        state.LastRun!.Attempt.ShouldBe(2);
        (await rig.Runs.ListAsync("web", 10, Ct)).Count.ShouldBe(3);

        rig.Git.Commit(("web", "a=1"));
        await rig.UntilReadyAsync("web");
    }

    [Fact]
    public async Task AnApplicationWithoutAutomation_WaitsForItsSync()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1"));
        await rig.StartAsync(Specs.Manual("web", "web"));
        await rig.UntilAsync("web", s => s.Sync == SyncStatus.OutOfSync);
        rig.Target.Log.ShouldBeEmpty();

        var dry = await rig.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann", DryRun = true }, Ct);
        dry.Phase.ShouldBe(RunPhase.Succeeded);
        rig.Target.Log.ShouldBeEmpty();

        var run = await rig.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann" }, Ct);
        run.Phase.ShouldBe(RunPhase.Succeeded);
        run.Initiator.ShouldBe("ann");
        await rig.UntilReadyAsync("web");
    }

    [Fact]
    public async Task ASelectiveSync_TouchesOnlyWhatWasNamed_AndRunsNoHooks()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1\nb=1\njob=1 hook=PreSync"));
        await rig.StartAsync(Specs.Manual("web", "web"));
        await rig.UntilAsync("web", s => s.Sync == SyncStatus.OutOfSync);

        await rig.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann", Resources = new HashSet<Resources.ResourceId> { LineRenderer.Id("b") } }, Ct);

        rig.Target.Log.ShouldBe(["+b"]);
    }

    [Fact]
    public async Task RunsLeftByAnEarlierProcess_AreReportedAndTheWorkIsFinished()
    {
        var runs = new MemoryRunStore();
        await runs.SaveAsync(
            new Run { Id = "1", Application = "web", Revisions = ["x"], DesiredDigest = "y", Trigger = RunTrigger.Automated, Initiator = "plumb", StartedAt = DateTimeOffset.UnixEpoch },
            Ct);
        await using var rig = new Rig(runs);
        rig.Git.Commit(("web", "a=1"));
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilReadyAsync("web");

        (await runs.FindAsync("1", Ct))!.Phase.ShouldBe(RunPhase.Error);
        (await runs.ListUnfinishedAsync(Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task AfterARestart_WhatFailedForGoodIsNotTriedAgain()
    {
        var runs = new MemoryRunStore();
        var git = new MemoryGit();
        var target = new MemoryTarget();
        git.Commit(("web", "a=refused"));
        await using (var rig = new Rig(runs, git, target))
        {
            await rig.StartAsync(Specs.Automated("web", "web"));
            await rig.UntilAsync("web", s => s.WaitingFor.Contains("failed 3 times", StringComparison.Ordinal));
        }

        await using var second = new Rig(runs, git, target);
        await second.StartAsync(Specs.Automated("web", "web"));
        await second.UntilAsync("web", s => s.WaitingFor.Contains("failed 3 times", StringComparison.Ordinal));
        (await runs.ListAsync("web", 10, Ct)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task HealthIsTheWorstOfItsResources()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1\nb=bad\nc=slow"));
        await rig.StartAsync(Specs.Automated("web", "web"));

        var state = await rig.UntilAsync("web", s => s.Sync == SyncStatus.Synced && s.Health.Status == HealthStatus.Degraded);
        state.Health.Message.ShouldContain("it is bad");
    }
}
