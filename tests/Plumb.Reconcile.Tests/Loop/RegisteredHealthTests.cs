using Plumb.Reconcile.Health;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Tests.Support;

namespace Plumb.Reconcile.Tests.Loop;

/// <summary>What the health of a registered application means to its parent, without and with a user's rule for applications.</summary>
public sealed class RegisteredHealthTests
{
    private static readonly HealthState Ailing = new(HealthStatus.Degraded, "it ails");

    [Fact]
    public async Task WithoutARule_AChildsHealthIsShown_AndDoesNotCount()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("root", "@web web\nr=1"), ("web", "a=bad"));
        await rig.StartAsync(Specs.Automated("root", "root"));

        var root = await rig.UntilAsync("root", s => s.IsReady && Child(s).Status == HealthStatus.Degraded);

        root.Health.ShouldBe(HealthState.Healthy);
        Child(root).Message.ShouldContain("it is bad");
    }

    [Fact]
    public async Task WithARule_ItsVerdictCounts()
    {
        await using var rig = new Rig();
        rig.Target.ApplicationRule = s => s.Spec.Name == "web" ? Ailing : HealthState.Healthy;
        rig.Git.Commit(("root", "@web web\nr=1"), ("web", "a=1"));
        await rig.StartAsync(Specs.Automated("root", "root"));

        var root = await rig.UntilAsync("root", s => s.Sync == SyncStatus.Synced && Child(s) == Ailing);

        root.Health.ShouldBe(new HealthState(HealthStatus.Degraded, "plumb.dev/Application/web: it ails"));
    }

    [Theory]
    [InlineData(HealthStatus.Missing)]
    [InlineData(HealthStatus.Unknown)]
    public async Task WithARule_AChildThatIsMissingOrUnknown_DoesNotCount(HealthStatus said)
    {
        await using var rig = new Rig();
        rig.Target.ApplicationRule = _ => new HealthState(said);
        rig.Git.Commit(("root", "@web web\nr=1"), ("web", "a=1"));
        await rig.StartAsync(Specs.Automated("root", "root"));

        var root = await rig.UntilAsync("root", s => s.Sync == SyncStatus.Synced && Child(s).Status == said);

        root.Health.ShouldBe(HealthState.Healthy);
    }

    [Fact]
    public async Task WithARule_AWaveWaitsForItsVerdict()
    {
        await using var rig = new Rig();
        rig.Target.ApplicationRule = _ => new HealthState(HealthStatus.Progressing, "warms up");
        rig.Git.Commit(("root", "@web web\nlast=1 wave=1"), ("web", "a=1"));
        await rig.StartAsync(Specs.Automated("root", "root"));
        await rig.MessagesUntilAsync("root", m => m.Contains("Application/web (Progressing: warms up)", StringComparison.Ordinal));
        rig.Target.Content("last").ShouldBeNull();

        rig.Target.ApplicationRule = _ => HealthState.Healthy;
        rig.Target.Wake();

        var root = await rig.UntilReadyAsync("root");
        root.LastRun!.Phase.ShouldBe(RunPhase.Succeeded);
        rig.Target.Content("last").ShouldBe("1");
    }

    [Fact]
    public async Task ArgoCdsHealthScripts_OutsideTheRoot_GiveAWarningThatNamesTheLineAndTheRemedy()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("root", "@web web"), ("web", "a=1\n%Pod"));
        await rig.StartAsync(Specs.Automated("root", "root"));

        var web = await rig.UntilReadyAsync("web");

        web.Sync.ShouldBe(SyncStatus.Synced);
        web.Resources.ShouldHaveSingleItem();
        var warning = web.Conditions.ShouldHaveSingleItem();
        warning.Type.ShouldBe(Condition.RenderWarning);
        warning.Message.ShouldBe(
            "web(2): ConfigMap/argocd-cm: its health scripts are not used, as web is not the root application and rules for health hold for "
            + "all applications; move it to the root path, or state them there as a HealthCheck. The ConfigMap itself is delivered");
    }

    [Fact]
    public async Task ArgoCdsHealthScripts_InTheRoot_AreRegistered()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("root", "r=1\n%Pod"));
        await rig.StartAsync(Specs.Automated("root", "root"));

        var root = await rig.UntilReadyAsync("root");

        root.Conditions.ShouldBeEmpty();
        root.Resources.ShouldContain(r => r.Id.Kind == "HealthCheck" && r.Id.Name == "argocd-cm");
    }

    private static HealthState Child(ApplicationState root) => root.Resources.FirstOrDefault(r => r.Id.Name == "web")?.Health ?? default;
}
