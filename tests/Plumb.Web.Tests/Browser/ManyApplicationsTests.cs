using Microsoft.Playwright;
using Plumb.Web.Host;
using static Microsoft.Playwright.Assertions;

namespace Plumb.Web.Tests.Browser;

public sealed class ManyApplicationsTests(BrowserFixture browser) : BrowserTest(browser, new SampleOptions { Size = "large", Moving = true })
{
    [Fact]
    public async Task Two_thousand_applications_are_filtered_sorted_and_scrolled_while_they_change()
    {
        await OpenAsync("/applications", ".tile");
        (await Page.Locator(".tile").CountAsync()).ShouldBeInRange(10, 400);
        List<double> times = [];
        for (var i = 0; i < 10; i++)
        {
            times.Add(await FilterAsync($"-000{i}", "1 of 2,012"));
            times.Add(await FilterAsync("", "2,012"));
        }

        Print("filter by a word", times);
        await Page.EvaluateAsync("() => scrollTo(0, document.body.scrollHeight)");
        await Expect(Page.Locator(".tile-name", new() { HasTextString = "商店" })).ToBeVisibleAsync();
        await Page.Locator(".segments button", new() { HasTextString = "Table" }).ClickAsync();
        await Page.Locator(".sort", new() { HasTextString = "Name" }).ClickAsync();
        await Expect(Page.Locator("table.applications tbody th").First).ToHaveTextAsync("商店-магазин-متجر");
        Complaints.ShouldBeEmpty();
    }

    // Measured in the browser: from the key to what it shows, drawn.
    private Task<double> FilterAsync(string text, string shown) => Page.EvaluateAsync<double>(
        """
        ([text, shown]) => new Promise((done, failed) => {
            const start = performance.now();
            const status = document.querySelector('[data-shown]');
            const watch = new MutationObserver(() => {
                if (status.textContent === shown) {
                    watch.disconnect();
                    requestAnimationFrame(() => done(performance.now() - start));
                }
            });
            watch.observe(document.body, { subtree: true, childList: true, characterData: true });
            const input = document.querySelector('[data-filter]');
            input.value = text;
            input.dispatchEvent(new Event('input', { bubbles: true }));
            setTimeout(() => failed(new Error(`"${shown}" was not shown within 20 s`)), 20000);
        })
        """,
        new[] { text, shown });

    private static void Print(string what, List<double> times)
    {
        times.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine($"2,000 applications, {what}: median {times[times.Count / 2]:F0} ms, worst {times[^1]:F0} ms");
        Console.WriteLine($"2,000 applications, {what}: median {times[times.Count / 2]:F0} ms, worst {times[^1]:F0} ms");
    }
}
