using CsCheck;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Tests.Support;

namespace Plumb.Reconcile.Tests.States;

/// <summary>"Why is it waiting?" always has an answer in words.</summary>
public sealed class WaitingTests
{
    private static readonly Gen<ApplicationState> States =
        from sync in Gen.Enum<SyncStatus>()
        from health in Gen.Enum<HealthStatus>()
        from message in Gen.OneOf(Gen.Const(""), Gen.Const("1 of 3 replicas"))
        from condition in Gen.OneOf(Gen.Const(""), Gen.Const(Condition.ComparisonError), Gen.Const(Condition.RenderWarning))
        from reason in Gen.Enum<WaitReason>()
        from words in Gen.OneOf(Gen.Const(""), Gen.Const("some words"))
        from deleting in Gen.Bool
        from runs in Gen.Bool
        from compared in Gen.Bool
        select new ApplicationState
        {
            Spec = Specs.Manual("web", "web"),
            Sync = sync,
            Health = new HealthState(health, message),
            Conditions = condition.Length == 0 ? [] : [new Condition(condition, "a fault", DateTimeOffset.UnixEpoch)],
            WaitsOn = reason,
            WaitingFor = words,
            Deleting = deleting,
            ReconciledAt = compared ? DateTimeOffset.UnixEpoch : null,
            Operation = runs ? ARun : null,
        };

    private static readonly Run ARun = new()
    {
        Id = "1", Application = "web", Revisions = [], DesiredDigest = "", Trigger = RunTrigger.Manual, Initiator = "ann", StartedAt = DateTimeOffset.UnixEpoch,
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void SomethingToBeDone_WithNothingGoingOn_AlwaysHasAnAnswer() => Gen.Select(States, Gen.Bool).Sample((state, asked) =>
    {
        var answered = Waiting.Answer(state, asked);
        var toBeDone = asked || state.Deleting || state.Sync == SyncStatus.OutOfSync || state.Health.Status == HealthStatus.Progressing;
        return state.Operation is not null || !toBeDone || (answered.WaitingFor.Length > 0 && answered.WaitsOn != WaitReason.None);
    });

    [Fact]
    public void NothingToBeDone_NeedsNone() => Gen.Select(States, Gen.Bool).Sample((state, asked) =>
    {
        var answered = Waiting.Answer(state, asked);
        return Waiting.IsOwed(state, asked) || (answered.WaitingFor.Length == 0 && answered.WaitsOn == WaitReason.None);
    });

    [Fact]
    public async Task WhateverALoopPublishes_AnswersTheQuestion()
    {
        await using var rig = new Rig();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        List<ApplicationState> unanswered = [];
        var seen = 0;
        var changes = rig.Reconciler.WatchAsync(stop.Token);
        var watching = Task.Run(
            async () =>
            {
                await foreach (var state in changes)
                {
                    seen++;
                    var owed = state.Operation is null && (state.Sync == SyncStatus.OutOfSync || state.Deleting || state.Health.Status == HealthStatus.Progressing);
                    if (owed && (state.WaitingFor.Length == 0 || state.WaitsOn == WaitReason.None)) unanswered.Add(state);
                }
            },
            Ct);
        rig.Git.Commit(("auto", "a=slow\nb=1 wave=1"), ("hand", "c=slow"), ("bad", "d=refused"), ("late", "e=1"));
        await rig.StartAsync(
            Specs.Automated("auto", "auto"), Specs.Manual("hand", "hand"), Specs.Automated("bad", "bad"),
            Specs.Automated("late", "late") with { DependsOn = ["bad"] });
        await rig.UntilAsync("bad", s => s.WaitingFor.Contains("failed 3 times", StringComparison.Ordinal));
        rig.Target.Heal("a");
        await rig.UntilReadyAsync("auto");
        await rig.Reconciler.SyncAsync("hand", new SyncRequest { Initiator = "ann" }, Ct);
        await rig.UntilAsync("hand", s => s.WaitsOn == WaitReason.Health);
        await rig.UntilAsync("late", s => s.WaitsOn == WaitReason.Dependency);
        rig.Git.Commit(("auto", "!broken"));
        await rig.UntilAsync("auto", s => s.WaitsOn == WaitReason.Error);
        await rig.Reconciler.DeleteAsync("auto", new DeleteRequest(), Ct);

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => watching);
        seen.ShouldBeGreaterThan(20);
        unanswered.Select(s => $"{s.Spec.Name}: {s.Sync} {s.Health} {s.WaitsOn} {s.WaitingFor}").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("off", "automated sync is off: plumb app sync web")]
    [InlineData("no self-heal", "drift is left alone, as selfHeal is off: plumb app sync web")]
    [InlineData("no prune", "1 object is no longer in Git, and pruning is off: plumb app sync web --prune")]
    public async Task WhatAutomationLeavesToPeople_IsSaid_WithTheCommandThatDoesIt(string policy, string words)
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1\nb=1"));
        var spec = Specs.Automated("web", "web");
        await rig.StartAsync(spec);
        await rig.UntilReadyAsync("web");
        await rig.StartAsync(spec with
        {
            Digest = policy,
            SyncPolicy = spec.SyncPolicy with { Automated = policy == "off" ? null : new(Prune: policy != "no prune", SelfHeal: policy != "no self-heal") },
        });
        await rig.UntilAsync("web", s => s.Spec.Digest == policy);

        if (policy == "no self-heal") rig.Target.Edit("a", "edited");
        else rig.Git.Commit(("web", policy == "no prune" ? "a=1" : "a=2\nb=1"));

        (await rig.UntilAsync("web", s => s.WaitsOn == WaitReason.Person)).WaitingFor.ShouldBe(words);
    }
}
