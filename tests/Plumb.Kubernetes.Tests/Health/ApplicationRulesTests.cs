using Plumb.Kubernetes.Health;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;

namespace Plumb.Kubernetes.Tests.Health;

/// <summary>Users' rules for <c>argoproj.io/Application</c>, asked about applications that Plumb keeps itself.</summary>
public sealed class ApplicationRulesTests
{
    /// <summary>What the script of Argo CD's manual does: the health that the object reports, and Progressing until then.</summary>
    private const string Reported = """
        local health = obj.status and obj.status.health
        if health then return {status = health.status, message = health.message or ""} end
        return {status = "Progressing", message = ""}
        """;

    private static readonly ApplicationState New = new()
    {
        Spec = new ApplicationSpec
        {
            Name = "shop",
            Sources = [new SourceSpec { RepoUrl = "https://git.example.com/config.git", Path = "shop" }],
            Destination = new DestinationSpec(Namespace: "shop"),
            Labels = new Dictionary<string, string> { ["team"] = "a" },
        },
    };

    private static readonly ApplicationState Compared = New with
    {
        ReconciledAt = DateTimeOffset.UnixEpoch,
        Sync = SyncStatus.OutOfSync,
        Revisions = ["abc"],
        Health = new HealthState(HealthStatus.Degraded, "web cannot start"),
        Conditions = [new Plumb.Reconcile.States.Condition("SyncError", "it failed", DateTimeOffset.UnixEpoch)],
        LastRun = new Run
        {
            Id = "1",
            Application = "shop",
            Revisions = ["abc"],
            DesiredDigest = "d",
            Trigger = RunTrigger.Manual,
            Initiator = "test",
            StartedAt = DateTimeOffset.UnixEpoch,
            Phase = RunPhase.Terminated,
            Message = "stopped",
        },
    };

    [Fact]
    public void WithoutARuleForApplications_TheyAreNotJudged()
    {
        Rules().Judge(Compared).ShouldBeNull();
        Rules(new HealthRule { Group = "", Kind = "*", Lua = Reported }).Judge(Compared).ShouldBeNull();
    }

    [Fact]
    public void TheScriptOfTheManual_GivesTheHealthOfTheState_AndProgressingBeforeThereIsOne()
    {
        var rules = Rules(new HealthRule { Group = "argoproj.io", Kind = "Application", Lua = Reported });

        rules.Judge(New).ShouldBe(new HealthState(HealthStatus.Progressing));
        rules.Judge(Compared).ShouldBe(new HealthState(HealthStatus.Degraded, "web cannot start"));
        rules.Judge(Compared with { Health = HealthState.Healthy }).ShouldBe(HealthState.Healthy);
    }

    [Theory]
    [InlineData("obj.metadata.name", "shop")]
    [InlineData("obj.metadata.labels.team", "a")]
    [InlineData("obj.spec.source.path", "shop")]
    [InlineData("obj.spec.destination.namespace", "shop")]
    [InlineData("obj.spec.project", "default")]
    [InlineData("obj.status.sync.status", "OutOfSync")]
    [InlineData("obj.status.sync.revision", "abc")]
    [InlineData("obj.status.operationState.phase", "Failed")]
    [InlineData("obj.status.operationState.message", "stopped")]
    [InlineData("obj.status.conditions[1].type", "SyncError")]
    public void Scripts_ReadWhatArgoCdWouldKeep(string expression, string value) =>
        Rules(new HealthRule { Group = "*", Kind = "Application", Lua = $"return {{status = 'Healthy', message = {expression}}}" })
            .Judge(Compared)!.Value.Message.ShouldBe(value);

    [Fact]
    public void Cel_IsAskedToo()
    {
        var rules = Rules(new HealthRule
        {
            Group = "argoproj.io",
            Kind = "Application",
            Current = "status.health.status == 'Healthy' && status.sync.status == 'Synced'",
        });

        rules.Judge(Compared with { Health = HealthState.Healthy })!.Value.Status.ShouldBe(HealthStatus.Progressing);
        rules.Judge(Compared with { Health = HealthState.Healthy, Sync = SyncStatus.Synced })!.Value.Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public void OtherRules_CountAtOnce()
    {
        var rules = Rules(new HealthRule { Group = "argoproj.io", Kind = "Application", Lua = Reported });
        rules.Judge(Compared)!.Value.Status.ShouldBe(HealthStatus.Degraded);

        rules.Use([]);

        rules.Judge(Compared).ShouldBeNull();
    }

    private static ApplicationRules Rules(params HealthRule[] rules)
    {
        var found = new ApplicationRules(TimeProvider.System);
        found.Use(rules);
        return found;
    }
}
