using Plumb.Reconcile.Applications;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Tests.Support;

namespace Plumb.Reconcile.Tests.Loop;

public sealed class ManyApplicationsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnApplicationOfApplications_RegistersChangesAndRemovesItsChildren()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("root", "@web web\n@database database"), ("web", "a=1"), ("database", "b=1"));
        await rig.StartAsync(Specs.Automated("root", "root"));
        await rig.UntilReadyAsync("web");
        (await rig.UntilReadyAsync("database")).Parent.ShouldBe("root");

        rig.Git.Commit(("root", "@web web2"), ("web2", "c=1"));
        await rig.UntilAsync("web", s => s.IsReady && rig.Target.Content("c") == "1" && rig.Target.Content("a") is null);
        await rig.UntilAsync("root", s => s.IsReady && rig.Reconciler.Find("database") is null);

        rig.Target.Content("b").ShouldBeNull();
        rig.Reconciler.Applications.Select(a => a.Spec.Name).ShouldBe(["root", "web"]);
    }

    [Fact]
    public async Task DependsOn_WaitsUntilTheOtherIsSyncedAndHealthy()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("root", "@web web database\n@database database"), ("web", "a=1"), ("database", "b=slow"));
        await rig.StartAsync(Specs.Automated("root", "root"));

        var waiting = await rig.UntilAsync("web", s => s.WaitingFor.Contains("database (Synced, Progressing)", StringComparison.Ordinal));
        waiting.Sync.ShouldBe(SyncStatus.OutOfSync);
        rig.Target.Content("a").ShouldBeNull();

        rig.Target.Heal("b");
        await rig.UntilReadyAsync("web");
    }

    [Fact]
    public async Task DependsOn_InACircle_IsAnErrorThatNamesIt()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("root", "@a a b\n@b b a\n@c c"), ("a", "x=1"), ("b", "y=1"), ("c", "z=1"));
        await rig.StartAsync(Specs.Automated("root", "root"));

        var state = await rig.UntilAsync("a", s => s.Conditions.Any(c => c.Type == Condition.InvalidSpecError));
        state.Conditions[0].Message.ShouldContain("a → b → a");
        await rig.UntilReadyAsync("c");
        rig.Target.Content("x").ShouldBeNull();
    }

    [Fact]
    public async Task DependsOn_WhatIsNotThere_SaysSo()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1"));
        await rig.StartAsync(Specs.Automated("web", "web") with { DependsOn = ["nowhere"] });

        await rig.UntilAsync("web", s => s.WaitingFor == "waits for nowhere (no such application)");
    }

    [Fact]
    public async Task TwoApplicationsClaimingOneObject_TheFirstKeepsIt_AndTheSecondSaysWhose()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("one", "a=1"), ("two", "a=2\nb=1"));
        await rig.StartAsync(Specs.Automated("one", "one"));
        await rig.UntilReadyAsync("one");
        await rig.StartAsync(Specs.Automated("two", "two"));

        var two = await rig.UntilAsync("two", s => s.Conditions.Any(c => c.Type == Condition.SharedResourceWarning));
        two.Conditions.ShouldContain(c => c.Message.Contains("belongs to the application one", StringComparison.Ordinal));
        await rig.UntilAsync("two", _ => rig.Target.Content("b") == "1");
        rig.Target.Content("a").ShouldBe("1");

        rig.Git.Commit(("one", "other=1"));
        await rig.UntilAsync("two", s => s.IsReady && rig.Target.Content("a") == "2");
    }

    [Fact]
    public async Task ProjectRules_KeepAnApplicationOut()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1"));
        var project = new ProjectSpec { Name = "payments", SourceRepos = ["https://elsewhere/*"], Destinations = [new("*", "*", "*")] };
        await rig.Reconciler.StartAsync([Specs.Automated("web", "web") with { Project = "payments" }], [project], Ct);

        var state = await rig.UntilAsync("web", s => s.Conditions.Count > 0);
        state.Conditions[0].Message.ShouldContain("does not allow the repository");
        rig.Target.Log.ShouldBeEmpty();
    }

    [Fact]
    public async Task AMissingProjectOrCluster_IsNamed()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1"));
        await rig.StartAsync(
            Specs.Automated("p", "web") with { Project = "nowhere" },
            Specs.Automated("c", "web") with { Destination = new DestinationSpec("mars") });

        (await rig.UntilAsync("p", s => s.Conditions.Count > 0)).Conditions[0].Message.ShouldContain("no project nowhere");
        (await rig.UntilAsync("c", s => s.Conditions.Count > 0)).Conditions[0].Message.ShouldContain("known clusters: in-cluster");
    }

    [Fact]
    public async Task Delete_WithCascade_RemovesResourcesAndChildren()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("root", "@web web\nr=1"), ("web", "a=1"));
        await rig.StartAsync(Specs.Automated("root", "root"));
        await rig.UntilReadyAsync("web");
        await rig.UntilReadyAsync("root");

        await rig.Reconciler.DeleteAsync("root", cascade: true, Ct);

        rig.Target.Content("r").ShouldBeNull();
        rig.Reconciler.Find("root").ShouldBeNull();
    }

    [Fact]
    public async Task AThousandApplications_ACommitToOneRendersOne()
    {
        await using var rig = new Rig();
        var files = Enumerable.Range(0, 1000).Select(i => ($"app{i}", $"r{i}=1")).ToList();
        var root = string.Join('\n', Enumerable.Range(0, 1000).Select(i => $"@app{i} app{i}"));
        rig.Git.Commit([.. files, ("root", root)]);
        await rig.StartAsync(Specs.Automated("root", "root"));
        for (var i = 0; i < 1000; i++)
        {
            await rig.UntilAsync("root", _ => rig.Reconciler.Find($"app{i}") is not null);
            await rig.UntilReadyAsync($"app{i}");
        }

        var renders = rig.Metrics.Renders;
        var commit = rig.Git.Commit(("app500", "r500=2"));
        await rig.UntilAsync("app500", s => s.IsReady && s.Revisions.Contains(commit));
        for (var i = 0; i < 1000; i++) await rig.UntilAsync($"app{i}", s => s.Revisions.Contains(commit));

        (rig.Metrics.Renders - renders).ShouldBe(1);
        rig.Target.Content("r500").ShouldBe("2");
    }
}
