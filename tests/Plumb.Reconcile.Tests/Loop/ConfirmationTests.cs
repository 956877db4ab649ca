using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Tests.Support;

namespace Plumb.Reconcile.Tests.Loop;

public sealed class ConfirmationTests
{
    private const string Ten = "a=1\nb=1\nc=1\nd=1\ne=1\nf=1\ng=1\nh=1\ni=1\nj=1";
    private const string Four = "a=1\nb=1\nc=1\nd=1";
    private const string Five = Four + "\ne=1";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static async Task<Rig> DeliveredAsync(string lines, Func<ApplicationSpec, ApplicationSpec>? change = null, ProjectSpec? project = null)
    {
        var rig = new Rig();
        rig.Git.Commit(("web", lines));
        var spec = (change ?? (s => s))(Specs.Automated("web", "web"));
        await rig.Reconciler.StartAsync([spec], project is null ? [] : [project], Ct);
        await rig.UntilReadyAsync("web");
        return rig;
    }

    [Fact]
    public async Task PruneConfirm_HoldsTheSyncInWords_AndGoesOnAfterTheConfirmation()
    {
        await using var rig = await DeliveredAsync("a=1\ndisk=1 prune=Confirm");
        rig.Git.Commit(("web", "a=2"));

        var waiting = await rig.UntilAsync("web", s => s.NeedsConfirmation);
        waiting.Operation!.Message.ShouldStartWith(
            "Sync, wave 0: waiting for the deletion of Thing/default/disk to be confirmed (Prune=confirm): plumb app confirm web, or ");
        rig.Target.Content("disk").ShouldBe("1");

        rig.Reconciler.Confirm("web");
        var state = await rig.UntilReadyAsync("web");
        rig.Target.Content("disk").ShouldBeNull();
        state.NeedsConfirmation.ShouldBeFalse();
        Should.Throw<InvalidOperationException>(() => rig.Reconciler.Confirm("web"));
    }

    [Fact]
    public async Task PruneConfirm_GoesOnAfterArgoCdsAnnotation_WrittenSince()
    {
        await using var rig = await DeliveredAsync("a=1\ndisk=1 prune=Confirm");
        rig.Git.Commit(("web", "a=1"));
        await rig.UntilAsync("web", s => s.NeedsConfirmation);

        var approved = new Dictionary<string, string> { ["argocd.argoproj.io/deletion-approved"] = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", null) };
        await rig.StartAsync(Specs.Automated("web", "web") with { Annotations = approved, Digest = "approved" });

        await rig.UntilAsync("web", s => s.IsReady && rig.Target.Content("disk") is null);
    }

    [Fact]
    public async Task ANewerCommit_TakesTheQuestionBack()
    {
        await using var rig = await DeliveredAsync("a=1\ndisk=1 prune=Confirm");
        rig.Git.Commit(("web", "a=1"));
        await rig.UntilAsync("web", s => s.NeedsConfirmation);

        rig.Git.Commit(("web", "a=1\ndisk=1 prune=Confirm"));

        var state = await rig.UntilReadyAsync("web");
        state.NeedsConfirmation.ShouldBeFalse();
        rig.Target.Content("disk").ShouldBe("1");
    }

    [Fact]
    public async Task ASyncByHand_WithPruneAndConfirm_DoesNotAskAgain()
    {
        await using var rig = await DeliveredAsync("a=1\ndisk=1 prune=Confirm", s => s with { SyncPolicy = new() { Automated = new() } });
        rig.Git.Commit(("web", "a=1"));
        await rig.UntilAsync("web", s => s.WaitsOn == WaitReason.Person);

        var run = await rig.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann", Prune = true, Confirmed = true }, Ct);

        run.Phase.ShouldBe(RunPhase.Succeeded);
        rig.Target.Content("disk").ShouldBeNull();
    }

    [Fact]
    public async Task WhereNobodyCanBeAsked_WhatMustBeConfirmedStays()
    {
        var git = new MemoryGit();
        var target = new MemoryTarget();
        git.Commit(("web", "a=1\ndisk=1 prune=Confirm"));
        await using (var first = new Rig(git: git, target: target))
        {
            await first.StartAsync(Specs.Automated("web", "web"));
            await first.UntilReadyAsync("web");
        }

        git.Commit(("web", "a=1"));
        await using var once = new Rig(git: git, target: target, options: new ReconcilerOptions { Mode = ReconcileMode.SyncOnce });
        await once.StartAsync(Specs.Automated("web", "web"));
        var state = await once.UntilAsync("web", s => s.LastRun is not null);

        state.LastRun!.Results.Single(r => r.Id.Name == "disk").Message.ShouldBe("not pruned: Prune=confirm, and nobody is here to confirm it");
        target.Content("disk").ShouldBe("1");
    }

    [Fact]
    public async Task ACommitThatDeletesMoreThanHalf_WaitsForAConfirmation()
    {
        await using var rig = await DeliveredAsync(Ten);
        rig.Git.Commit(("web", Four));

        var held = await rig.UntilAsync("web", s => s.NeedsConfirmation);
        held.WaitingFor.ShouldStartWith(
            "needs a confirmation, as it would delete 6 of 10 live objects, more than 50% (prune guard): plumb app confirm web, or ");
        held.Operation.ShouldBeNull();
        rig.Target.Content("j").ShouldBe("1");

        rig.Reconciler.Confirm("web");
        await rig.UntilReadyAsync("web");
        rig.Target.Content("j").ShouldBeNull();
        rig.Target.Content("d").ShouldBe("1");
    }

    [Fact]
    public async Task AConfirmation_HoldsForTheCommitThatWasLookedAt_AndNotForTheNext()
    {
        await using var rig = await DeliveredAsync(Ten);
        rig.Git.Commit(("web", Four));
        await rig.UntilAsync("web", s => s.NeedsConfirmation);
        var other = rig.Git.Commit(("web", "a=1\nb=1\nc=1"));
        var held = await rig.UntilAsync("web", s => s.NeedsConfirmation && s.WaitingFor.Contains("7 of 10", StringComparison.Ordinal));
        held.Revisions.ShouldContain(other);

        rig.Git.Commit(("web", Ten));
        await rig.UntilReadyAsync("web");
        Should.Throw<InvalidOperationException>(() => rig.Reconciler.Confirm("web"));
    }

    [Theory]
    [InlineData(null, null, Five, false)]  // half of it is not more than half
    [InlineData(30, null, Five, true)]
    [InlineData(null, 30, Five, true)]
    [InlineData(100, 30, Four, false)]
    [InlineData(0, null, "a=1\nb=1\nc=1\nd=1\ne=1\nf=1", false)] // four deletes are few
    public async Task TheGuardsShare_IsTheApplicationsOrTheProjects(int? application, int? project, string lines, bool held)
    {
        await using var rig = await DeliveredAsync(
            Ten, s => s with { SyncPolicy = s.SyncPolicy with { PruneGuard = application } }, ProjectSpec.AllowAll with { PruneGuard = project });
        var commit = rig.Git.Commit(("web", lines));

        await rig.UntilAsync("web", s => s.Revisions.Contains(commit) && (held ? s.NeedsConfirmation : s.IsReady));

        (rig.Target.Content("j") is not null).ShouldBe(held);
    }

    [Fact]
    public async Task ASyncByHandThatPrunesMuch_IsRefusedWithoutTheFlag()
    {
        await using var rig = await DeliveredAsync(Ten, s => s with { SyncPolicy = new() { Automated = new() } });
        rig.Git.Commit(("web", Four));
        await rig.UntilAsync("web", s => s.WaitsOn == WaitReason.Person);

        var refused = await Should.ThrowAsync<InvalidOperationException>(
            () => rig.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann", Prune = true }, Ct));
        refused.Message.ShouldBe(
            "it would delete 6 of 10 live objects, more than 50% (prune guard). Look at plumb app diff web; if that is meant, sync with --prune --confirm");
        rig.Target.Content("j").ShouldBe("1");
        (await rig.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann", Prune = true, DryRun = true }, Ct)).Phase.ShouldBe(RunPhase.Succeeded);

        await rig.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann", Prune = true, Confirmed = true }, Ct);
        rig.Target.Content("j").ShouldBeNull();
    }

    [Theory]
    [InlineData("30%", 30)]
    [InlineData("100", 100)]
    [InlineData("101%", null)]
    [InlineData("-1", null)]
    [InlineData("half", null)]
    public void AShare_IsReadInPercent(string text, int? percent) =>
        (PruneGuard.TryParse(text, out var read) ? read : (int?)null).ShouldBe(percent);
}
