using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Tests.Support;

namespace Plumb.Reconcile.Tests.Loop;

public sealed class SyncOptionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static ResourcePattern Pattern(string text) =>
        ResourcePattern.TryParse(text, out var pattern) ? pattern : throw new ArgumentException(text, nameof(text));

    private static ApplicationSpec With(ApplicationSpec spec, params string[] options) =>
        spec with { SyncPolicy = spec.SyncPolicy with { SyncOptions = options } };

    [Theory]
    [InlineData("apps:Deployment:shop/web", true)]
    [InlineData("apps:Deployment:web", true)]
    [InlineData("*:Deployment:w*", true)]
    [InlineData("apps:*:shop/*", true)]
    [InlineData(":Deployment:web", false)]
    [InlineData("apps:Deployment:other/web", false)]
    [InlineData("!apps:Deployment:web", false)]
    [InlineData("!apps:Deployment:other", true)]
    [InlineData("*:*:* !apps:Deployment:web", false)]
    [InlineData(":Service:web apps:Deployment:web", true)]
    [InlineData(":Service:web !:Pod:x", false)]
    public void Patterns_SelectAsInArgoCd(string patterns, bool selected) =>
        ResourcePattern.Selects([.. patterns.Split(' ').Select(Pattern)], new ResourceId("apps", "Deployment", "shop", "web")).ShouldBe(selected);

    [Theory]
    [InlineData("apps:Deployment")]
    [InlineData("apps::web")]
    [InlineData("apps:Deployment:")]
    [InlineData("apps:Deployment:a/b/c")]
    [InlineData("web")]
    public void APatternOfAnotherShape_IsNone(string text) => ResourcePattern.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public async Task ASelectiveSync_TakesWhatItsPatternsSelect_AndDoesNotCountAsTheSyncOfThisState()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "web-a=1\nweb-b=1\nother=1\njob=1 hook=PreSync"));
        await rig.StartAsync(Specs.Manual("web", "web"));
        await rig.UntilAsync("web", s => s.WaitsOn == WaitReason.Person);

        var run = await rig.Reconciler.SyncAsync(
            "web", new SyncRequest { Initiator = "ann", Patterns = [Pattern(":Thing:web-*"), Pattern("!:Thing:web-b")] }, Ct);

        rig.Target.Log.ShouldBe(["+web-a"]);
        run.Message.ShouldBe("1 synced, 0 unchanged, of what was selected");
        run.DesiredDigest.ShouldBeEmpty();
        (await rig.UntilAsync("web", s => s.Operation is null)).LastRun.ShouldBeNull();
    }

    [Fact]
    public async Task AfterARestart_ADryRunIsNotTakenForASync()
    {
        var (runs, git, target) = (new MemoryRunStore(), new MemoryGit(), new MemoryTarget());
        git.Commit(("web", "a=1"));
        await using (var first = new Rig(runs, git, target))
        {
            await first.StartAsync(Specs.Manual("web", "web"));
            await first.UntilAsync("web", s => s.Sync == SyncStatus.OutOfSync);
            await first.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann", DryRun = true }, Ct);
        }

        await using var second = new Rig(runs, git, target);
        await second.StartAsync(Specs.Automated("web", "web") with { SyncPolicy = new() { Automated = new() } });
        await second.UntilReadyAsync("web");
    }

    [Fact]
    public async Task PatternsThatSelectNothing_AreRefusedInWords()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1"));
        await rig.StartAsync(Specs.Manual("web", "web"));
        await rig.UntilAsync("web", s => s.WaitsOn == WaitReason.Person);

        var refused = await Should.ThrowAsync<InvalidOperationException>(
            () => rig.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann", Patterns = [Pattern("apps:Deployment:a")] }, Ct));

        refused.Message.ShouldBe("no resource of web matches apps:Deployment:a; it has Thing/default/a");
    }

    [Fact]
    public async Task ApplyOutOfSyncOnly_DoesNotWaitForWhatIsInSync()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1\nb=1 wave=1"));
        await rig.StartAsync(With(Specs.Automated("web", "web"), "ApplyOutOfSyncOnly=true"));
        await rig.UntilReadyAsync("web");
        rig.Target.Heal("a", Reconcile.Health.HealthStatus.Progressing);

        var commit = rig.Git.Commit(("web", "a=1\nb=2 wave=1"));

        var state = await rig.UntilAsync("web", s => s.Operation is null && s.LastRun?.Revisions.Contains(commit) == true);
        state.LastRun!.Results.Select(r => r.Id.Name).ShouldBe(["b"]);
    }

    [Fact]
    public async Task FailOnSharedResource_TouchesNothing()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("one", "a=1"), ("two", "b=1\na=2"));
        await rig.StartAsync(Specs.Automated("one", "one"));
        await rig.UntilReadyAsync("one");
        await rig.StartAsync(With(Specs.Manual("two", "two"), "FailOnSharedResource=true"));
        await rig.UntilAsync("two", s => s.Sync == SyncStatus.OutOfSync);

        var run = await rig.Reconciler.SyncAsync("two", new SyncRequest { Initiator = "ann" }, Ct);

        run.Message.ShouldBe(
            "nothing was synced: Thing/default/a is part of the application one too, and FailOnSharedResource=true. Remove it from one of the two");
        rig.Target.Content("b").ShouldBeNull();
    }

    [Fact]
    public async Task RetryRefresh_AsksTheRepositoryAgain_BeforeItTriesAgain()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=refused"));
        var spec = Specs.Automated("web", "web");
        var retry = new RetrySpec(3, TimeSpan.FromMilliseconds(50), 1, TimeSpan.Zero) { Refresh = true };
        await rig.StartAsync(spec with { SyncPolicy = spec.SyncPolicy with { Retry = retry } });
        await rig.UntilAsync("web", s => s.WaitsOn == WaitReason.Retry);

        // Nobody tells of this commit: it is found by asking.
        rig.Git.CommitUnseen(("web", "a=1"));

        var state = await rig.UntilReadyAsync("web");
        state.LastRun!.Trigger.ShouldBe(RunTrigger.Automated);
        rig.Git.Fetches.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task WithoutALongestDelay_RetriesGoOnGrowing()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=refused"));
        var spec = Specs.Automated("web", "web");
        await rig.StartAsync(spec with { SyncPolicy = spec.SyncPolicy with { Retry = new RetrySpec(3, TimeSpan.FromHours(1), 2, TimeSpan.Zero) } });

        var state = await rig.UntilAsync("web", s => s.WaitsOn == WaitReason.Retry);

        state.WaitingFor.ShouldStartWith("retries the failed sync at ");
        (await rig.Runs.ListAsync("web", 10, Ct)).Count.ShouldBe(1);
    }
}
