using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Tests.Support;

namespace Plumb.Reconcile.Tests.Loop;

/// <summary>A process ends in the middle of things, and the next one goes on. What the two share is Git, the target and the stores.</summary>
public sealed class StopsAndStartsTests
{
    private readonly MemoryGit _git = new();
    private readonly MemoryTarget _target = new();
    private readonly MemoryRunStore _runs = new();
    private readonly MemoryRegistrations _registrations = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ASyncThatPlumbStoppedDuring_IsReported_AndGoneOnWithAtOnce_WithoutCountingAsAnAttempt()
    {
        _git.Commit(("web", "a=slow wave=-1\nb=1"));
        await using (var first = Start())
        {
            await first.StartAsync(Specs.Automated("web", "web"));
            await first.UntilAsync("web", s => s.Operation?.Message.Contains("waiting for", StringComparison.Ordinal) == true);
        }

        await using var second = Start();
        await second.StartAsync(Specs.Automated("web", "web"));
        _target.Heal("a");
        var state = await second.UntilReadyAsync("web");

        state.LastRun!.Trigger.ShouldBe(RunTrigger.Resume);
        (state.LastRun.Attempt, state.LastRun.Interruptions).ShouldBe((0, 0));
        var stopped = (await _runs.ListAsync("web", 10, Ct)).Last();
        (stopped.Phase, stopped.Interruptions).ShouldBe((RunPhase.Error, 1));
        stopped.Message.ShouldStartWith("Plumb stopped during it");
        _target.Log.ShouldBe(["+a", "+b"]);
    }

    [Fact]
    public async Task AHookThatHadEndedWell_IsNotRunAgain_AndOneThatRuns_IsAwaited()
    {
        _git.Commit(("web", "migrate=1 hook=PreSync\ncheck=slow hook=PreSync\na=1"));
        await using (var first = Start())
        {
            await first.StartAsync(Specs.Automated("web", "web"));
            await first.UntilAsync("web", s => s.Operation?.Hooks.Count == 2 && s.Operation.Hooks.Any(h => h.Succeeded));
        }

        await using var second = Start();
        await second.StartAsync(Specs.Automated("web", "web"));
        await second.UntilAsync("web", s => s.Operation?.Message.Contains("waiting for hook", StringComparison.Ordinal) == true);
        _target.Heal("check");
        var state = await second.UntilReadyAsync("web");

        _target.Log.Order().ShouldBe(["+a", "+check", "+migrate"]);
        state.LastRun!.Results.Count(r => r.IsHook && r.Status == ResultStatus.Synced).ShouldBe(2);
    }

    [Fact]
    public async Task AHookOfAnotherStateThatHadEndedWell_IsRunForTheNewOne()
    {
        _git.Commit(("web", "migrate=1 hook=PreSync\na=slow\nz=1 wave=1"));
        await using (var first = Start())
        {
            await first.StartAsync(Specs.Automated("web", "web"));
            await first.UntilAsync("web", s => s.Operation?.Message.Contains("waiting for Thing", StringComparison.Ordinal) == true);
        }

        _git.Commit(("web", "migrate=1 hook=PreSync\na=2\nz=1 wave=1"));
        await using var second = Start();
        await second.StartAsync(Specs.Automated("web", "web"));
        await second.UntilReadyAsync("web");

        _target.Log.Count(l => l == "+migrate").ShouldBe(2);
    }

    [Fact]
    public async Task UndoingDriftThatPlumbStoppedDuring_IsGoneOnWithWithoutHooks()
    {
        _git.Commit(("web", "a=1\nb=1\njob=1 hook=PreSync"));
        await using (var first = Start())
        {
            await first.StartAsync(Specs.Automated("web", "web"));
            await first.UntilReadyAsync("web");
        }

        var last = (await _runs.ListAsync("web", 1, Ct)).Single();
        await _runs.SaveAsync(
            last with { Id = Later(), Trigger = RunTrigger.SelfHeal, Scope = RunScope.Drift, Phase = RunPhase.Running, FinishedAt = null, Hooks = [] }, Ct);
        _target.Edit("a", "2");
        await using var second = Start();
        await second.StartAsync(Specs.Automated("web", "web"));
        await second.UntilAsync("web", s => s.IsReady && _target.Content("a") == "1");

        _target.Log.Count(l => l == "+job").ShouldBe(1);
    }

    [Fact]
    public async Task ASyncThatTakesPlumbDownEachTime_IsPutOff_AndSaysSo()
    {
        _git.Commit(("web", "a=1"), ("other", "b=1"));
        await using (var first = Start())
        {
            await first.StartAsync(Specs.Automated("web", "web"));
            await first.UntilReadyAsync("web");
        }

        var last = (await _runs.ListAsync("web", 1, Ct)).Single();
        await _runs.SaveAsync(last with { Id = Later(), Phase = RunPhase.Running, FinishedAt = null, Interruptions = 7 }, Ct);
        _target.Edit("a", "2");
        await using var second = Start();
        await second.StartAsync(Specs.Automated("web", "web"), Specs.Automated("other", "other"));

        (await second.UntilAsync("web", s => s.WaitingFor.StartsWith("Plumb stopped", StringComparison.Ordinal))).WaitingFor.ShouldStartWith("Plumb stopped 8 times during this sync: goes on with it at ");
        await second.UntilReadyAsync("other");
    }

    [Fact]
    public async Task ADryRunBeforeTheStop_IsNotTakenForASync()
    {
        _git.Commit(("web", "a=1"));
        await using (var first = Start())
        {
            await first.StartAsync(Specs.Manual("web", "web"));
            await first.UntilAsync("web", s => s.Resources.Count > 0);
            await first.Reconciler.SyncAsync("web", new Reconcile.Loop.SyncRequest { Initiator = "ann", DryRun = true }, Ct);
        }

        await using var second = Start();
        await second.StartAsync(Specs.Automated("web", "web"));
        await second.UntilReadyAsync("web");
        _target.Log.ShouldBe(["+a"]);
    }

    [Fact]
    public async Task AnApplicationThatLeftGitWhilePlumbWasDown_IsDeletedWithItsResources()
    {
        _git.Commit(("root", "@web web\n@stays other"), ("web", "a=1"), ("other", "b=1"));
        await using (var first = Start())
        {
            await first.StartAsync(Specs.Automated("root", "root"));
            await first.UntilReadyAsync("web");
            await first.UntilReadyAsync("stays");
        }

        _git.Commit(("root", "@stays other"));
        await using var second = Start();
        await second.StartAsync(Specs.Automated("root", "root"));
        await second.UntilAsync("root", s => s.IsReady && second.Reconciler.Find("web") is null && _target.Content("a") is null);
        await second.UntilReadyAsync("stays");

        _target.Content("b").ShouldBe("1");
        // It is forgotten on disk right after it is gone.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while ((await _registrations.ListRegistrationsAsync(limit.Token)).Any(r => r.Spec.Name == "web")) await Task.Delay(5, limit.Token);
        (await _registrations.ListRegistrationsAsync(Ct)).Select(r => r.Spec.Name).ShouldBe(["stays"]);
    }

    [Fact]
    public async Task AfterARestart_ARootWhoseChildrenAreAllThere_IsNotSyncedAgain()
    {
        _git.Commit(("root", "@web web"), ("web", "a=1"));
        await using (var first = Start())
        {
            await first.StartAsync(Specs.Automated("root", "root"));
            await first.UntilReadyAsync("web");
            await first.UntilReadyAsync("root");
        }

        await using var second = Start();
        await second.StartAsync(Specs.Automated("root", "root"));
        await second.UntilReadyAsync("web");
        await second.UntilReadyAsync("root");

        (await _runs.ListAsync("root", 10, Ct)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task AfterARestart_ARootThatDoesNotRender_KeepsItsChildrenUnderControl()
    {
        _git.Commit(("root", "@web web"), ("web", "a=1"));
        await using (var first = Start())
        {
            await first.StartAsync(Specs.Automated("root", "root"));
            await first.UntilReadyAsync("web");
        }

        _git.Commit(("root", "!broken"));
        await using var second = Start();
        await second.StartAsync(Specs.Automated("root", "root"));
        await second.UntilReadyAsync("web");
        _target.Edit("a", "2");
        await second.UntilAsync("web", s => s.IsReady && _target.Content("a") == "1");
    }

    [Fact]
    public async Task AnotherRootOnTheSameDataFolder_DeletesNothingOfTheOneBefore()
    {
        _git.Commit(("root", "@web web"), ("elsewhere", "@other other"), ("web", "a=1"), ("other", "b=1"));
        await using (var first = Start())
        {
            await first.StartAsync(Specs.Automated("root", "root"));
            await first.UntilReadyAsync("web");
        }

        await using var second = Start();
        await second.StartAsync(Specs.Automated("root", "elsewhere"));
        await second.UntilReadyAsync("other");
        await second.UntilReadyAsync("root");

        second.Reconciler.Find("web").ShouldBeNull();
        _target.Content("a").ShouldBe("1");
    }

    [Fact]
    public async Task WithoutAnyMemory_EverythingButTheHistoryComesBackFromGit()
    {
        _git.Commit(("root", "@web web"), ("web", "a=1"));
        await using (var first = Start())
        {
            await first.StartAsync(Specs.Automated("root", "root"));
            await first.UntilReadyAsync("web");
        }

        await using var second = new Rig(new MemoryRunStore(), _git, _target, registrations: new MemoryRegistrations());
        await second.StartAsync(Specs.Automated("root", "root"));
        await second.UntilReadyAsync("web");

        _target.Log.ShouldBe(["+a"]);
    }

    private Rig Start() => new(_runs, _git, _target, registrations: _registrations);

    private static string Later() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow().AddMinutes(1)).ToString("N");
}
