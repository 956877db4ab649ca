using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;

namespace Plumb.Bench.Page;

/// <summary>
/// How long the page of the real server takes to answer a person, in a real Chromium, with many applications of which some change meanwhile:
/// medians and the worst of each interaction, and from a drift of a live object to its being seen.
/// </summary>
internal static class PageLoad
{
    private const double FirstViewBudget = 1000;
    private const double Budget = 200;
    private const double DriftBudget = 2000;

    public static async Task<int> RunAsync(Arguments arguments, CancellationToken ct)
    {
        var rounds = arguments.Number("rounds", 15);
        var every = TimeSpan.FromSeconds(arguments.Number("commit-every", 5));
        await using var browser = await Chromium.StartAsync();
        await DemoAsync(PlumbProcess.CommandOf(arguments), browser, rounds, ct);
        var begun = Stopwatch.GetTimestamp();
        await using var scene = await PageScene.StartAsync(arguments, ct);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\n{scene.Applications:N0} applications, where they can be after {Stopwatch.GetElapsedTime(begun).TotalSeconds:N0} s; one commit every {every.TotalSeconds:N0} s; Chromium {browser.Version}"));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var commits = CommitAsync(scene, every, end.Token);
        try
        {
            await FirstViewsAsync(browser, scene.Plumb.Url, rounds);
            await InteractAsync(browser, scene, rounds, ct);
        }
        finally
        {
            await end.CancelAsync();
            await commits;
        }

        var made = await commits;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{made} commits meanwhile; the server has {scene.Plumb.WorkingSet / 1e6:N0} MB"));
        return 0;
    }

    private static async Task DemoAsync(string plumb, Chromium browser, int rounds, CancellationToken ct)
    {
        await using var demo = await PlumbProcess.StartAsync(plumb, "", "The page: ", ["demo"], ct);
        Console.WriteLine("plumb demo, the browser's cache empty; the first after the start:");
        Print("dashboard", await browser.FirstViewAsync(demo.Url, ".counts"));
        await FirstViewsAsync(browser, demo.Url, rounds);
    }

    private static void Print(string what, (double Drawn, double Live) view)
    {
        var times = new Times();
        times.Add($"first view of the {what}", view.Drawn);
        times.Add("  until it hears events", view.Live);
        times.Print(FirstViewBudget);
    }

    private static async Task FirstViewsAsync(Chromium browser, Uri url, int rounds)
    {
        var times = new Times();
        for (var i = 0; i < rounds; i++)
        {
            foreach (var (what, path, content) in (IReadOnlyList<(string, string, string)>)[("dashboard", "/", ".counts"), ("applications", "/applications", ".tile")])
            {
                var (drawn, live) = await browser.FirstViewAsync(new Uri(url, path), content);
                times.Add($"first view of the {what}", drawn);
                times.Add($"  until the {what} hear events", live);
            }
        }

        times.Print(FirstViewBudget);
    }

    private static async Task InteractAsync(Chromium browser, PageScene scene, int rounds, CancellationToken ct)
    {
        var page = await browser.FreshAsync();
        await page.GotoAsync(new Uri(scene.Plumb.Url, "/applications").ToString());
        await page.WaitForFunctionAsync("() => document.documentElement.dataset.live === 'yes' && document.querySelectorAll('.tile').length > 9");
        var (times, drifts) = (new Times(), new Times());
        // The first round is not counted: the server's code is compiled with it.
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var interaction in Interaction.InTheList(round, scene.Applications).Concat(Interaction.InAnApplication(round)))
            {
                ct.ThrowIfCancellationRequested();
                var taken = await Script.TimeAsync(page, interaction.Act, interaction.Shown);
                if (round > 0) times.Add(interaction.Name, taken);
            }

            var drift = await DriftAsync(page, scene, round % 2 == 0 ? 3 : 13, ct);
            if (round > 0) drifts.Add("from a drift to its being drawn", drift);
        }

        times.Print(Budget);
        drifts.Print(DriftBudget);
    }

    private static async Task<double> DriftAsync(IPage page, PageScene scene, int application, CancellationToken ct)
    {
        var name = Script.Text(PageRepository.Name(application));
        var seen = Script.WhenAsync(page, $"tile({name}).textContent.includes('out of sync')");
        var begun = TimeProvider.System.GetUtcNow();
        await scene.DriftAsync(application, drifted: true, ct);
        var taken = await seen - begun.ToUnixTimeMilliseconds();
        var healed = Script.WhenAsync(page, $"!tile({name}).textContent.includes('out of sync')");
        await scene.DriftAsync(application, drifted: false, ct);
        await healed;
        return taken;
    }

    /// <summary>How many commits it made until it was stopped.</summary>
    private static async Task<int> CommitAsync(PageScene scene, TimeSpan every, CancellationToken ct)
    {
        var commits = 0;
        using var ticks = new PeriodicTimer(every);
        try
        {
            while (await ticks.WaitForNextTickAsync(ct))
            {
                commits++;
                await scene.CommitAsync(commits * 4 % 40, $"commit {commits}", ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // All was measured.
        }

        return commits;
    }
}
