using Plumb.Api;
using Plumb.Commands.Live;
using Plumb.Commands.Terminals;
using Plumb.Tests.Support;

namespace Plumb.Tests;

/// <summary>What the live view draws of an application, and that it always fits.</summary>
public sealed class SyncPictureTests
{
    private static readonly TimeSpan Elapsed = TimeSpan.FromSeconds(12.34);

    [Fact]
    public void ARun_IsDrawnByPhaseAndWave_WithResultsHealthAndTheRunsMessage()
    {
        var run = Canned.Run("Running") with { Message = "wave 1: waiting for apps/Deployment/shop/web", FinishedAt = null };

        var text = Text(SyncPicture.Draw("shop", Canned.Detail(operation: run), Elapsed, new Frame(120, 40)));

        text.ShouldBe(
            """
            shop  Syncing  Progressing  12.3 s  01234567
              wave 1: waiting for apps/Deployment/shop/web
            PreSync, wave 0: 1 done
              batch/Job/shop/migrate (hook)  Synced                  the Job succeeded
            Sync, wave 0: 1 done
              Service/shop/web               Unchanged  Healthy
            Sync, wave 1: 1 in progress
              apps/Deployment/shop/web       Synced     Progressing  1 of 3 Pods are ready
            """);
    }

    [Fact]
    public void WithoutARun_EachResourceSaysHowItIs()
    {
        var text = Text(SyncPicture.Draw("shop", Canned.Detail(), Elapsed, new Frame(120, 40)));

        text.ShouldStartWith("shop  OutOfSync  Progressing  12.3 s  01234567\n  1 of 3 Pods are ready\n");
        text.ShouldContain("  apps/Deployment/shop/web  OutOfSync  Progressing  1 of 3 Pods are ready");
    }

    [Fact]
    public void BeforeTheServerSaysAnything_ThatIsSaid() =>
        Text(SyncPicture.Draw("shop", null, Elapsed, new Frame(80, 24))).ShouldBe("shop  12.3 s  asking the server");

    [Theory]
    [InlineData(80, 24)]
    [InlineData(80, 10)]
    [InlineData(40, 5)]
    [InlineData(20, 3)]
    [InlineData(200, 60)]
    [InlineData(200, 1)]
    public void HoweverMuchThereIs_ThePictureFitsTheTerminal(int width, int height)
    {
        var lines = SyncPicture.Draw("shop", Large(), Elapsed, new Frame(width, height));

        lines.Count.ShouldBeLessThanOrEqualTo(height);
        lines.Select(l => l.Sum(c => c.Text!.Length)).ShouldAllBe(length => length <= width);
    }

    [Fact]
    public void WhereNotAllFits_WhatGoesOnAndWhatFailedIsSeen()
    {
        var text = Text(SyncPicture.Draw("shop", Large(), Elapsed, new Frame(100, 12)));

        text.ShouldContain("Sync, wave 0: 40 done\n");
        text.ShouldContain("Sync, wave 1: 1 failed, 2 in progress, 7 done\n");
        text.ShouldMatch(@"  apps/Deployment/shop/failing\s+Failed\s+Missing\s+the field is immutable");
        text.ShouldMatch(@"  apps/Deployment/shop/slow-1\s+Synced\s+Progressing");
        text.ShouldContain("Sync, wave 2: 40 to come");
        text.ShouldNotContain("done-1");
    }

    [Fact]
    public void SeveralApplications_ShareTheRoom_AndThoseThatGotThereTakeALine()
    {
        var lines = SyncPicture.DrawAll([("a", Large(), false), ("b", Canned.Detail(Canned.Summary("b")), true), ("c", Large(), false)], Elapsed, new Frame(100, 20));

        lines.Count.ShouldBeLessThanOrEqualTo(20);
        Text(lines).ShouldStartWith("b  OutOfSync");
        Text(lines).ShouldContain("\na  Syncing");
        Text(lines).ShouldContain("\nc  Syncing");
    }

    [Fact]
    public void WordsOfSeveralLines_AreOneLine()
    {
        var run = Canned.Run("Running") with { Message = "first\nsecond" };

        Text(SyncPicture.Draw("shop", Canned.Detail(operation: run), Elapsed, new Frame(80, 24))).ShouldContain("\n  first second\n");
    }

    private static ApplicationDetail Large()
    {
        static ResourceName Named(string name) => new("apps", "Deployment", "shop", name);
        static ResourceRecord At(string name, int wave, string sync, string health) => new(Named(name), sync, health, "", "None", wave, "");
        static ResultRecord Was(string name, int wave, string status, string message = "") => new(Named(name), status, message, "Sync", wave, false);
        var early = Enumerable.Range(0, 40).Select(i => $"early-{i}").ToList();
        var done = Enumerable.Range(0, 7).Select(i => $"done-{i}").ToList();
        var late = Enumerable.Range(0, 40).Select(i => $"late-{i}-with-quite-a-long-name-as-charts-give-them").ToList();
        return Canned.Detail(operation: Canned.Run("Running") with
        {
            Results =
            [
                .. early.Select(n => Was(n, 0, "Unchanged")), .. done.Select(n => Was(n, 1, "Synced")),
                Was("failing", 1, "Failed", "the field is immutable"), Was("slow-1", 1, "Synced"), Was("slow-2", 1, "Synced"),
            ],
        }) with
        {
            Resources =
            [
                .. early.Select(n => At(n, 0, "Synced", "Healthy")), .. done.Select(n => At(n, 1, "Synced", "Healthy")), At("failing", 1, "OutOfSync", "Missing"),
                At("slow-1", 1, "Synced", "Progressing"), At("slow-2", 1, "Synced", "Progressing"), .. late.Select(n => At(n, 2, "OutOfSync", "Missing")),
            ],
        };
    }

    private static string Text(IReadOnlyList<Cell[]> lines) => string.Join('\n', lines.Select(l => string.Concat(l.Select(c => c.Text)).TrimEnd()));
}
