using System.Globalization;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Tests.Support;
using Plumb.Reconcile.Windows;

namespace Plumb.Reconcile.Tests.Windows;

public sealed class SyncWindowsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static SyncWindowSpec Allow(string schedule, string duration, bool manual = false) => new()
    {
        Kind = SyncWindowKind.Allow,
        Schedule = schedule,
        Duration = TimeSpan.Parse(duration, CultureInfo.InvariantCulture),
        Applications = ["*"],
        ManualSync = manual,
    };

    private static SyncWindowSpec Deny(string schedule, string duration, bool manual = false) =>
        Allow(schedule, duration, manual) with { Kind = SyncWindowKind.Deny };

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text + "Z", CultureInfo.InvariantCulture);

    private static WindowClosed? Check(string now, bool byHand, params SyncWindowSpec[] windows) => SyncWindows.Check(
        ProjectSpec.AllowAll with { SyncWindows = windows }, Specs.Manual("web", "web"), byHand, At(now));

    [Theory] // 2026-03-02 is a Monday
    [InlineData("2026-03-02T07:59:59", true)]
    [InlineData("2026-03-02T08:00:00", false)]
    [InlineData("2026-03-02T08:59:59", false)]
    [InlineData("2026-03-02T09:00:00", true)]
    public void AnAllowWindow_LetsSyncsInFromItsStartToItsEnd(string now, bool closed) =>
        (Check(now, byHand: false, Allow("0 8 * * *", "01:00")) is not null).ShouldBe(closed);

    [Fact]
    public void WithoutWindows_NothingIsKeptOut() => Check("2026-03-02T08:00:00", byHand: false).ShouldBeNull();

    [Fact]
    public void DenyWins_AndTheNextOpeningIsSaid()
    {
        var closed = Check("2026-03-02T08:10:00", false, Allow("0 8 * * *", "03:00"), Deny("0 8 * * 1", "00:30") with { Description = "stand-up" });

        closed!.Words.ShouldBe("sync window: closed by the deny window \"0 8 * * 1\" for 30m (stand-up); opens at 08:30 UTC");
        closed.Until.ShouldBe(At("2026-03-02T08:30:00"));
    }

    [Fact]
    public void AnOpeningThatADenyWindowCovers_IsNone()
    {
        // Allowed daily at 8 for an hour, denied from Monday 7:00 for a day and a half: Wednesday it is.
        var closed = Check("2026-03-02T09:30:00", false, Allow("0 8 * * *", "01:00"), Deny("0 7 * * 1", "1.12:00"));

        closed!.Until.ShouldBe(At("2026-03-04T08:00:00"));
        closed.Words.ShouldEndWith("opens at 2026-03-04 08:00 UTC");
    }

    [Theory]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    public void ByHand_IsPossibleOnlyWhereEveryClosedWindowLetsIt(bool first, bool second, bool closed)
    {
        (Check("2026-03-02T08:10:00", true, Deny("0 8 * * *", "01:00", first), Deny("0 8 * * *", "02:00", second)) is not null).ShouldBe(closed);
        (Check("2026-03-02T12:00:00", true, Allow("0 8 * * *", "01:00", first), Allow("0 9 * * *", "01:00", second)) is not null).ShouldBe(closed);
    }

    [Fact]
    public void OneOpenAllowWindow_IsEnough() =>
        Check("2026-03-02T08:10:00", false, Allow("0 8 * * *", "01:00"), Allow("0 20 * * *", "01:00")).ShouldBeNull();

    [Theory] // in winter Berlin is an hour ahead of UTC, in summer two
    [InlineData("2026-03-02T07:30:00", false)]
    [InlineData("2026-03-02T08:30:00", true)]
    [InlineData("2026-07-06T06:30:00", false)]
    [InlineData("2026-07-06T07:30:00", true)]
    public void TheScheduleIsInItsTimeZone(string now, bool closed) =>
        (Check(now, false, Allow("0 8 * * *", "01:00") with { TimeZone = "Europe/Berlin" }) is not null).ShouldBe(closed);

    [Theory] // the 15th, or a Monday: either is enough, as in the cron library Argo CD uses
    [InlineData("2026-03-15T08:30:00", false)]
    [InlineData("2026-03-16T08:30:00", false)]
    [InlineData("2026-03-17T08:30:00", true)]
    public void DayOfMonthAndDayOfWeek_AreAlternatives(string now, bool closed) =>
        (Check(now, false, Allow("0 8 15 * 1", "01:00")) is not null).ShouldBe(closed);

    [Theory]
    [InlineData("web*", "", "", false, true)]
    [InlineData("api", "", "", false, false)]
    [InlineData("api", "shop", "", false, true)]
    [InlineData("api", "shop", "", true, false)]
    [InlineData("web", "shop", "in-cluster", true, true)]
    [InlineData("web", "shop", "https://kubernetes.default.svc", true, true)]
    [InlineData("web", "shop", "prod-*", true, false)]
    [InlineData("", "", "", false, false)]
    public void AWindow_IsForWhatOneOfItsListsMatches_OrAllOfThem(string applications, string namespaces, string clusters, bool and, bool matches)
    {
        var window = Allow("0 8 * * *", "01:00") with
        {
            Applications = List(applications), Namespaces = List(namespaces), Clusters = List(clusters), AndOperator = and,
        };
        var spec = Specs.Manual("web", "web") with { Destination = new DestinationSpec(Namespace: "shop") };

        SyncWindows.Matches(window, spec).ShouldBe(matches);

        static string[] List(string text) => text.Length == 0 ? [] : [text];
    }

    [Theory]
    [InlineData(true, "2026-03-02T08:50:00", false)] // begun in time
    [InlineData(true, "2026-03-02T07:50:00", true)]  // never was
    [InlineData(false, "2026-03-02T08:50:00", true)]
    public void ASyncThatBeganInTime_MayBeFinished_WhereTheWindowSaysSo(bool overrun, string begun, bool closed)
    {
        var project = ProjectSpec.AllowAll with { SyncWindows = [Allow("0 8 * * *", "01:00") with { SyncOverrun = overrun }] };

        (SyncWindows.Check(project, Specs.Manual("web", "web"), false, At("2026-03-02T09:10:00"), At(begun)) is not null).ShouldBe(closed);
    }

    [Theory]
    [InlineData("0 8 * *", "UTC", "must have five fields")]
    [InlineData("61 8 * * *", "UTC", "cannot be read")]
    [InlineData("0 8 * * *", "Mars/Olympus", "the time zone \"Mars/Olympus\" is not known")]
    public void Faults_AreNamed(string schedule, string zone, string fault)
    {
        WindowSchedule.Parse(schedule, zone, out var said).ShouldBeNull();
        said.ShouldContain(fault);
    }

    [Fact]
    public async Task AClosedWindow_HoldsTheAutomatedSync_RefusesTheOneByHand_AndItsEndStartsIt()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=1"));
        // From the last full minute on, for an hour: closed now, whatever the time is.
        var closed = ProjectSpec.AllowAll with { Name = "shop", SyncWindows = [Deny("* * * * *", "01:00")], Digest = "closed" };
        await rig.Reconciler.StartAsync([Specs.Automated("web", "web") with { Project = "shop" }], [closed], Ct);

        var held = await rig.UntilAsync("web", s => s.WaitsOn == WaitReason.Window);
        held.WaitingFor.ShouldBe("sync window: closed by the deny window \"* * * * *\" for 1h; it does not open any more");
        held.Sync.ShouldBe(SyncStatus.OutOfSync);
        var refused = await Should.ThrowAsync<InvalidOperationException>(
            () => rig.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann" }, Ct));
        refused.Message.ShouldBe(held.WaitingFor);
        rig.Target.Log.ShouldBeEmpty();

        await rig.Reconciler.StartAsync([], [closed with { SyncWindows = [Deny("* * * * *", "01:00", manual: true)], Digest = "by hand" }], Ct);
        await rig.UntilAsync("web", s => s.WaitsOn == WaitReason.Window);
        (await rig.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann", DryRun = true }, Ct)).Phase.ShouldBe(RunPhase.Succeeded);

        await rig.Reconciler.StartAsync([], [closed with { SyncWindows = [], Digest = "open" }], Ct);
        await rig.UntilReadyAsync("web");
    }

    [Fact]
    public async Task AWindowThatCloses_StopsARunningSyncBetweenTwoWaves()
    {
        await using var rig = new Rig();
        rig.Git.Commit(("web", "a=slow\nb=1 wave=1"));
        var open = ProjectSpec.AllowAll with { Name = "shop", Digest = "open" };
        await rig.Reconciler.StartAsync([Specs.Automated("web", "web") with { Project = "shop" }], [open], Ct);
        await rig.UntilAsync("web", s => s.Operation?.Message.Contains("waiting for", StringComparison.Ordinal) == true);

        await rig.Reconciler.StartAsync([], [open with { SyncWindows = [Deny("* * * * *", "01:00")], Digest = "closed" }], Ct);
        rig.Target.Heal("a");
        var waiting = await rig.UntilAsync("web", s => s.Operation?.Message.Contains("sync window", StringComparison.Ordinal) == true);
        waiting.Operation!.Message.ShouldStartWith("Sync, wave 1: waiting for its sync window: closed by the deny window");

        await rig.Reconciler.StartAsync([], [open with { Digest = "open again" }], Ct);
        await rig.UntilReadyAsync("web");
        rig.Target.Log.ShouldBe(["+a", "+b"]);
    }
}
