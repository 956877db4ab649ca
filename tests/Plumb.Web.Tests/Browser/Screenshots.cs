using Microsoft.Playwright;
using Plumb.Web.Host;

namespace Plumb.Web.Tests.Browser;

/// <summary>
/// Pictures of each view in both themes, at 1280 and 390 pixels, for people to look at: run with <c>--explicit only --filter-class *Screenshots*</c>. They go to
/// the folder that <c>PLUMB_SCREENSHOTS</c> names, else below <c>artifacts/screenshots</c>; <c>PLUMB_SCREENSHOT_VIEWS</c> takes a part of the names.
/// </summary>
public sealed class Screenshots(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    [Fact(Explicit = true)]
    public async Task Each_view_is_drawn_in_both_themes_and_sizes()
    {
        var ct = TestContext.Current.CancellationToken;
        var folder = Environment.GetEnvironmentVariable("PLUMB_SCREENSHOTS") is { Length: > 0 } named ? named : Path.Combine(AppContext.BaseDirectory, "artifacts", "screenshots");
        var part = Environment.GetEnvironmentVariable("PLUMB_SCREENSHOT_VIEWS") ?? "";
        Directory.CreateDirectory(folder);
        await using var host = await SampleHost.StartAsync(new SampleOptions { SignIn = true }, ct);
        foreach (var (theme, width, height) in new[] { (ColorScheme.Light, 1280, 860), (ColorScheme.Dark, 1280, 860), (ColorScheme.Light, 390, 844), (ColorScheme.Dark, 390, 844) })
        {
            await using var context = await browser.Browser.NewContextAsync(new() { ColorScheme = theme, ViewportSize = new() { Width = width, Height = height } });
            var page = await context.NewPageAsync();
            foreach (var (name, path, ready) in Views.All.Where(view => view.Name.Contains(part, StringComparison.Ordinal)))
            {
                await page.GotoAsync(new Uri(host.Url, path).ToString());
                await page.WaitForSelectorAsync(ready, new() { State = WaitForSelectorState.Attached });
                await page.WaitForFunctionAsync("() => !document.querySelector('[role=status][aria-label=Loading]')");
                if (name != "sign-in")
                {
                    await PageReady.LiveAsync(page);
                }

                var file = Path.Combine(folder, $"{name}-{(theme == ColorScheme.Dark ? "dark" : "light")}-{width}.png");
                await page.ScreenshotAsync(new() { Path = file });
                File.Exists(file).ShouldBeTrue();
            }

            foreach (var (name, path, open) in Dialogs.All.Where(dialog => $"dialog-{dialog.Name}".Contains(part, StringComparison.Ordinal)))
            {
                await page.GotoAsync(new Uri(host.Url, path).ToString());
                await PageReady.LiveAsync(page);
                await open(page);
                await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"dialog-{name}-{(theme == ColorScheme.Dark ? "dark" : "light")}-{width}.png") });
            }
        }
    }
}
