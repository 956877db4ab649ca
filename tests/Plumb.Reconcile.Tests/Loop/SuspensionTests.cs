using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Suspensions;
using Plumb.Reconcile.Tests.Support;

namespace Plumb.Reconcile.Tests.Loop;

public sealed class SuspensionTests
{
    private readonly MemoryGit _git = new();
    private readonly MemoryTarget _target = new();
    private readonly MemoryRegistrations _registrations = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ASuspendedApplication_IsCompared_ButNeitherSyncedNorHealed_AndSaysWhy()
    {
        _git.Commit(("web", "a=1"));
        await using var rig = Start();
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilReadyAsync("web");

        await rig.Reconciler.SuspendAsync("web", By("ann", "looks for a leak"), Ct);
        _git.Commit(("web", "a=1\nb=1"));
        _target.Edit("a", "by hand");
        var state = await rig.UntilAsync("web", s => s.WaitsOn == WaitReason.Suspension && s.Resources.Count == 2 && s.Resources.All(r => r.Sync == SyncStatus.OutOfSync));

        state.Suspension!.Reason.ShouldBe("looks for a leak");
        (state.WaitsOn, state.WaitingFor).ShouldBe((WaitReason.Suspension, "suspended by ann: looks for a leak"));
        _target.Content("a").ShouldBe("by hand");
        _target.Content("b").ShouldBeNull();
    }

    [Fact]
    public async Task Resumed_ItDoesWhatWasPutOff()
    {
        _git.Commit(("web", "a=1"));
        await using var rig = Start();
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilReadyAsync("web");
        await rig.Reconciler.SuspendAsync("web", By("ann", "tries something"), Ct);
        _target.Edit("a", "by hand");
        await rig.UntilAsync("web", s => s.WaitsOn == WaitReason.Suspension);

        await rig.Reconciler.SuspendAsync("web", null, Ct);

        (await rig.UntilReadyAsync("web")).Suspension.ShouldBeNull();
        _target.Content("a").ShouldBe("1");
    }

    [Fact]
    public async Task WhenItsTimeIsOver_ItGoesOnByItself()
    {
        _git.Commit(("web", "a=1"));
        await using var rig = Start();
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilReadyAsync("web");
        var until = TimeProvider.System.GetUtcNow().AddSeconds(2);
        await rig.Reconciler.SuspendAsync("web", By("ann", "a short look") with { Until = until }, Ct);
        _target.Edit("a", "by hand");
        await rig.UntilAsync("web", s => s.WaitsOn == WaitReason.Suspension);

        await rig.UntilAsync("web", s => s.IsReady && s.Suspension is null);

        _target.Content("a").ShouldBe("1");
        TimeProvider.System.GetUtcNow().ShouldBeGreaterThanOrEqualTo(until);
    }

    [Fact]
    public async Task PeopleCanStillSyncIt()
    {
        _git.Commit(("web", "a=1"));
        await using var rig = Start();
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilReadyAsync("web");
        await rig.Reconciler.SuspendAsync("web", By("ann", "by hand only"), Ct);
        _git.Commit(("web", "a=2"));
        await rig.UntilAsync("web", s => s.WaitsOn == WaitReason.Suspension);

        var run = await rig.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann" }, Ct);

        run.Phase.ShouldBe(RunPhase.Succeeded);
        _target.Content("a").ShouldBe("2");
        (await rig.UntilReadyAsync("web")).Suspension.ShouldNotBeNull();
    }

    [Fact]
    public async Task ARestartRemembersIt_OfWhatIsRegisteredAndOfARoot()
    {
        _git.Commit(("root", "@web web"), ("web", "a=1"));
        await using (var first = Start())
        {
            await first.StartAsync(Specs.Automated("root", "root"));
            await first.UntilReadyAsync("web");
            await first.UntilReadyAsync("root");
            await first.Reconciler.SuspendAsync("root", By("bob", "freeze"), Ct);
            await first.Reconciler.SuspendAsync("web", By("ann", "repair"), Ct);
        }

        await using var second = Start();
        await second.StartAsync(Specs.Automated("root", "root"));

        (await second.UntilAsync("root", s => s.Suspension is not null)).Suspension!.Reason.ShouldBe("freeze");
        (await second.UntilAsync("web", s => s.Suspension is not null)).Suspension!.Reason.ShouldBe("repair");
        await second.Reconciler.SuspendAsync("root", null, Ct);
        (await second.UntilAsync("root", s => s.Suspension is null)).Suspension.ShouldBeNull();
    }

    private static Suspension By(string who, string reason) => new(who, reason, TimeProvider.System.GetUtcNow(), null);

    private Rig Start() => new(git: _git, target: _target, registrations: _registrations);
}
