using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Tests.Support;

namespace Plumb.Reconcile.Tests.Loop;

public sealed class VanishingObjectsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatIsBeingDeleted_IsWaitedForUntilGone_ThenAppliedAnew()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "space=held wave=-1\na=1"));
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilReadyAsync("web");
        rig.Target.Terminate("space");

        rig.Git.Commit(("web", "space=held2 wave=-1\na=2"));
        var waiting = await rig.UntilAsync("web", s => s.Operation?.Message.Contains("to be gone", StringComparison.Ordinal) == true);
        waiting.Operation!.Message.ShouldContain("Thing/default/space to be gone (is being deleted and waits for its finalizer tests.plumb.dev/hold)");
        rig.Target.Content("space").ShouldBe("held");

        rig.Target.Release("space");
        await rig.UntilAsync("web", s => s.IsReady && rig.Target.Content("space") == "held2");
        rig.Target.Log.ShouldBe(["+space", "+a", "-space", "+space", "+a"]);
    }

    [Fact]
    public async Task WhatWasAppliedWhileItWasOnItsWayOut_IsAppliedAnewOnceItIsGone()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "space=slow wave=-1\na=1"));
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilAsync("web", s => s.Operation?.Message.Contains("waiting for", StringComparison.Ordinal) == true);

        // The server had accepted the change of an object that somebody was deleting; then it went.
        rig.Target.Terminate("space");
        await rig.UntilAsync("web", s => s.Operation?.Message.Contains("created anew when it is gone", StringComparison.Ordinal) == true);
        rig.Target.Release("space");
        await rig.UntilAsync("web", _ => rig.Target.Content("space") is not null);
        rig.Target.Heal("space");

        await rig.UntilReadyAsync("web");
        rig.Target.Log.ShouldBe(["+space", "-space", "+space", "+a"]);
    }

    [Fact]
    public async Task WhatVanishesFromAnEarlierWave_IsAppliedAnew_AndSaidInWords()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "space=slow wave=-1\na=1"));
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilAsync("web", s => s.Operation?.Message.Contains("waiting for", StringComparison.Ordinal) == true);

        var messages = rig.MessagesUntilAsync("web", m => m.Contains("vanished after it was applied and is applied anew (1 of 5)", StringComparison.Ordinal));
        rig.Target.Remove("space");
        await messages;
        await rig.UntilAsync("web", _ => rig.Target.Content("space") is not null);
        rig.Target.Heal("space");
        await rig.UntilReadyAsync("web");
    }

    [Fact]
    public async Task WhatVanishesAgainAndAgain_FailsTheRun_InsteadOfWaitingForever()
    {
        await using var rig = new Rig();
        rig.Target.Snatched = "space";
        rig.Git.Commit(("web", "space=1 wave=-1\na=1"));
        await rig.StartAsync(Specs.Manual("web", "web"));
        await rig.UntilAsync("web", s => s.Resources.Count > 0);

        var run = await rig.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann" }, Ct);

        run.Phase.ShouldBe(RunPhase.Failed);
        run.Message.ShouldContain("Thing/default/space vanished 6 times after it was applied: something else deletes it");
        rig.Target.Log.ShouldBe(["+space", "+space", "+space", "+space", "+space", "+space"]);
    }

    [Fact]
    public async Task ALastWave_IsNotDoneWhileWhatItAppliedIsBeingDeleted()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=held"));
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilReadyAsync("web");
        rig.Target.Terminate("a");
        rig.Git.Commit(("web", "a=held2"));
        await rig.UntilAsync("web", s => s.Operation?.Message.Contains("to be gone", StringComparison.Ordinal) == true);

        rig.Target.Release("a");

        await rig.UntilAsync("web", s => s.IsReady && rig.Target.Content("a") == "held2");
    }

    [Fact]
    public async Task APrunedObjectStuckOnAFinalizer_IsNamedWithTheFinalizer()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1\nold=held"));
        await rig.StartAsync(Specs.Automated("web", "web"));
        await rig.UntilReadyAsync("web");

        rig.Git.Commit(("web", "a=1"));
        var waiting = await rig.UntilAsync("web", s => s.Operation?.Message.Contains("old", StringComparison.Ordinal) == true);
        waiting.Operation!.Message.ShouldContain("Thing/default/old to be gone (is being deleted and waits for its finalizer tests.plumb.dev/hold)");

        rig.Target.Release("old");
        await rig.UntilReadyAsync("web");
    }
}
