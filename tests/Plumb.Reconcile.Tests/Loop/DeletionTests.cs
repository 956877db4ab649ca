using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Sources;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Targets;
using Plumb.Reconcile.Tests.Support;

namespace Plumb.Reconcile.Tests.Loop;

public sealed class DeletionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static async Task<Rig> DeliveredAsync(string lines, Func<ApplicationSpec, ApplicationSpec>? change = null)
    {
        var rig = new Rig();
        rig.Git.Commit(("web", lines));
        await rig.StartAsync((change ?? (s => s))(Specs.Automated("web", "web")));
        await rig.UntilReadyAsync("web");
        return rig;
    }

    [Fact]
    public async Task PreDeleteHooksRunFirst_ThenResourcesGoInReverseWaves_ThenPostDeleteHooksRun()
    {
        await using var rig = await DeliveredAsync(
            "w0=1\nw1=1 wave=1\nw2=1 wave=2\nbackup=1 hook=PreDelete policy=HookSucceeded wave=-1\nfarewell=1 hook=PreDelete policy=HookSucceeded\n"
            + "report=1 hook=PostDelete");
        rig.Target.Log.ShouldBe(["+w0", "+w1", "+w2"]);

        await rig.Reconciler.DeleteAsync("web", new DeleteRequest(), Ct);

        rig.Target.Log.Skip(3).ShouldBe(["+backup", "-backup", "+farewell", "-farewell", "-w2", "-w1", "-w0", "+report"]);
        var run = (await rig.Runs.ListAsync("web", 1, Ct)).Single();
        run.Message.ShouldBe("application deleted, with 3 resources");
        run.Results.Count(r => r.IsHook).ShouldBe(3);
    }

    [Fact]
    public async Task WithoutCascade_NothingIsTouched_UnlessAFinalizerAsksForTheHooks()
    {
        await using var plain = await DeliveredAsync("a=1\nbackup=1 hook=PreDelete");
        await plain.Reconciler.DeleteAsync("web", new DeleteRequest { Cascade = false }, Ct);
        plain.Target.Log.ShouldBe(["+a"]);

        await using var asking = await DeliveredAsync(
            "a=1\nbackup=1 hook=PreDelete\nreport=1 hook=PostDelete", s => s with { Finalizers = [ApplicationFinalizers.PreDelete] });
        await asking.Reconciler.DeleteAsync("web", new DeleteRequest { Cascade = false }, Ct);
        asking.Target.Log.ShouldBe(["+a", "+backup"]);
    }

    [Fact]
    public async Task AFailedPreDeleteHook_KeepsTheApplicationAndAllOfIt_UntilTheHooksAreSkipped()
    {
        await using var rig = await DeliveredAsync("a=1\nbackup=bad hook=PreDelete");

        var refused = await Should.ThrowAsync<InvalidOperationException>(() => rig.Reconciler.DeleteAsync("web", new DeleteRequest(), Ct));

        refused.Message.ShouldBe(
            "a PreDelete hook failed, so nothing was deleted: Thing/default/backup: hook failed: it is bad. Mend it, or delete with --skip-hooks "
            + "(plumb app delete web)");
        rig.Target.Content("a").ShouldBe("1");
        var state = await rig.UntilAsync("web", s => !s.Deleting && s.Conditions.Any(c => c.Type == Condition.DeletionError));
        state.Conditions.ShouldContain(c => c.Message == refused.Message);

        await rig.Reconciler.DeleteAsync("web", new DeleteRequest { RunHooks = false }, Ct);
        rig.Target.Content("a").ShouldBeNull();
        rig.Reconciler.Find("web").ShouldBeNull();
    }

    [Fact]
    public async Task AFailedPostDeleteHook_IsReported_AndTheApplicationIsGone()
    {
        await using var rig = await DeliveredAsync("a=1\nreport=bad hook=PostDelete");

        await rig.Reconciler.DeleteAsync("web", new DeleteRequest(), Ct);

        (await rig.Runs.ListAsync("web", 1, Ct)).Single().Message
            .ShouldBe("application deleted, with 1 resources; a PostDelete hook failed: Thing/default/report: hook failed: it is bad");
    }

    [Fact]
    public async Task ARunningPreDeleteHook_IsSaid_AndSkippingTheHooksStopsIt()
    {
        await using var rig = await DeliveredAsync("a=1\nbackup=slow hook=PreDelete");
        var deletion = rig.Reconciler.DeleteAsync("web", new DeleteRequest(), Ct);
        await rig.UntilAsync("web", s => s.WaitingFor == "deletion: PreDelete, wave 0: waiting for hook Thing/default/backup (Progressing: it is slow)");

        _ = rig.Reconciler.DeleteAsync("web", new DeleteRequest { RunHooks = false }, Ct);

        await deletion;
        rig.Target.Log.ShouldBe(["+a", "+backup", "-backup", "-a"]);
    }

    [Fact]
    public async Task WhenTheSourceIsGone_TheHooksOfTheLastGoodRenderRun()
    {
        await using var rig = await DeliveredAsync("a=1\nbackup=1 hook=PreDelete policy=HookSucceeded");
        rig.Git.Commit(("web", ""));

        await rig.Reconciler.DeleteAsync("web", new DeleteRequest(), Ct);

        rig.Target.Log.ShouldBe(["+a", "+backup", "-backup", "-a"]);
    }

    [Fact]
    public async Task WhenTheSourceWasNeverRendered_AFinalizerThatAsksForHooksHoldsTheDeletion_AndSaysWhatToDo()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1"));
        rig.Git.Fault = new SourceException(SourceFault.Unreachable, "https://git.example: connection refused");
        await rig.StartAsync(Specs.Automated("web", "web") with { Finalizers = [ApplicationFinalizers.Resources, ApplicationFinalizers.PostDelete] });
        await rig.UntilAsync("web", s => s.Conditions.Count > 0);

        var refused = await Should.ThrowAsync<InvalidOperationException>(() => rig.Reconciler.DeleteAsync("web", new DeleteRequest(), Ct));

        refused.Message.ShouldContain("its source cannot be rendered: https://git.example: connection refused");
        refused.Message.ShouldContain("plumb app delete web --skip-hooks");
        rig.Reconciler.Find("web").ShouldNotBeNull();
        await rig.Reconciler.DeleteAsync("web", new DeleteRequest { RunHooks = false }, Ct);
    }

    [Fact]
    public async Task RemovalFromGit_FollowsTheFinalizers()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("root", "@web web"), ("web", "a=1"));
        await rig.StartAsync(Specs.Automated("root", "root") with { SyncPolicy = new() { Automated = new(Prune: true, AllowEmpty: true) } });
        await rig.UntilReadyAsync("web");

        rig.Git.Commit(("root", "# nothing"));
        await rig.UntilAsync("root", s => s.IsReady && rig.Reconciler.Find("web") is null);

        rig.Target.Content("a").ShouldBeNull();
        rig.Target.Propagation.ShouldBe(DeletePropagation.Foreground);
    }

    [Theory]
    [InlineData("resources-finalizer.argocd.argoproj.io", true, DeletePropagation.Foreground)]
    [InlineData("resources-finalizer.argocd.argoproj.io/foreground", true, DeletePropagation.Foreground)]
    [InlineData("resources-finalizer.argocd.argoproj.io/background", true, DeletePropagation.Background)]
    [InlineData("post-delete-finalizer.argocd.argoproj.io", false, DeletePropagation.Foreground)]
    [InlineData("example.com/mine", false, DeletePropagation.Foreground)]
    public void Finalizers_SayWhetherAndHowResourcesGo(string finalizer, bool cascades, DeletePropagation propagation)
    {
        var spec = Specs.Manual("web", "web") with { Finalizers = [finalizer] };

        ApplicationFinalizers.Cascades(spec).ShouldBe(cascades);
        ApplicationFinalizers.Propagation(spec).ShouldBe(propagation);
        ApplicationFinalizers.IsKnown(finalizer).ShouldBe(finalizer != "example.com/mine");
    }

    [Fact]
    public async Task DeleteFalse_Stays_AndIsCounted()
    {
        await using var rig = await DeliveredAsync("a=1\nkeep=1 delete=Denied");

        await rig.Reconciler.DeleteAsync("web", new DeleteRequest { Propagation = DeletePropagation.Background }, Ct);

        rig.Target.Content("keep").ShouldBe("1");
        rig.Target.Propagation.ShouldBe(DeletePropagation.Background);
        (await rig.Runs.ListAsync("web", 1, Ct)).Single().Message.ShouldBe("application deleted, with 1 resources; 1 stay as Delete=false asks");
    }

    [Fact]
    public async Task DeleteConfirm_WaitsInWords_BeforeAnythingIsDone_AndGoesOnAfterTheConfirmation()
    {
        await using var rig = await DeliveredAsync("a=1\ndisk=1 delete=Confirm\nbackup=1 hook=PreDelete");
        var deletion = rig.Reconciler.DeleteAsync("web", new DeleteRequest(), Ct);
        var waiting = await rig.UntilAsync("web", s => s.WaitingFor.Contains("must be confirmed", StringComparison.Ordinal));
        waiting.WaitingFor.ShouldStartWith("deletion: Thing/default/disk must be confirmed (Delete=confirm): plumb app confirm web, or ");
        rig.Target.Log.ShouldBe(["+a", "+disk"]);

        rig.Reconciler.Confirm("web");

        await deletion;
        rig.Target.Content("disk").ShouldBeNull();
    }

    [Fact]
    public async Task DeleteConfirm_GoesOnAfterTheAnnotationIsWritten_ButNotForAnEarlierOne()
    {
        var annotations = new Dictionary<string, string> { ["argocd.argoproj.io/deletion-approved"] = "2020-01-01T00:00:00Z" };
        await using var rig = await DeliveredAsync("disk=1 delete=Confirm", s => s with { Annotations = annotations });
        var deletion = rig.Reconciler.DeleteAsync("web", new DeleteRequest(), Ct);
        await rig.UntilAsync("web", s => s.WaitingFor.Contains("must be confirmed", StringComparison.Ordinal));

        annotations = new() { ["argocd.argoproj.io/deletion-approved"] = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", null) };
        await rig.StartAsync(Specs.Automated("web", "web") with { Annotations = annotations, Digest = "approved" });

        await deletion;
        rig.Target.Content("disk").ShouldBeNull();
    }

    [Fact]
    public async Task AConfirmationThatNobodyAskedFor_IsRefused()
    {
        await using var rig = await DeliveredAsync("a=1");

        Should.Throw<InvalidOperationException>(() => rig.Reconciler.Confirm("web")).Message.ShouldBe("web waits for no confirmation");
    }

    [Fact]
    public async Task AnObjectStuckOnAFinalizer_IsNamedWithTheFinalizer_AndTheDeletionGoesOnWhenItIsReleased()
    {
        await using var rig = await DeliveredAsync("a=1\nvolume=held");
        var deletion = rig.Reconciler.DeleteAsync("web", new DeleteRequest(), Ct);

        var stuck = await rig.UntilAsync("web", s => s.Conditions.Any(c => c.Type == Condition.DeletionError));
        stuck.WaitingFor.ShouldBe("deletion: 1 of 2 resources are left: Thing/default/volume: waits for its finalizers tests.plumb.dev/hold");
        stuck.Deleting.ShouldBeTrue();

        rig.Target.Release("volume");
        await deletion;
    }

    [Fact]
    public async Task Children_AreGoneBeforeTheirParentsResources()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("root", "@web web\nr=1"), ("web", "a=1\nbackup=slow hook=PreDelete"));
        await rig.StartAsync(Specs.Automated("root", "root"));
        await rig.UntilReadyAsync("web");
        await rig.UntilReadyAsync("root");

        var deletion = rig.Reconciler.DeleteAsync("root", new DeleteRequest(), Ct);
        await rig.UntilAsync("root", s => s.WaitingFor.Contains("web (deletion: PreDelete, wave 0: waiting for hook", StringComparison.Ordinal));
        rig.Target.Content("r").ShouldBe("1");
        rig.Target.Heal("backup");

        await deletion;
        rig.Target.Log.Skip(3).ShouldBe(["-a", "-backup", "-r"], ignoreOrder: true);
        rig.Target.Log[^1].ShouldBe("-r");
        rig.Reconciler.Applications.ShouldBeEmpty();
    }
}
