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
        foreach (var (theme, width, height) in new[] { (ColorScheme.Light, 1280, 860), (ColorScheme.Dark, 1280, 860), (ColorScheme.Light, 390, 844) })
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

            foreach (var button in (string[])["Sync…", "Roll back…", "Suspend…", "Delete…", "Help and keys"])
            {
                if (!"dialogs".Contains(part, StringComparison.Ordinal))
                {
                    continue;
                }

                await page.GotoAsync(new Uri(host.Url, "/applications/shop").ToString());
                await PageReady.LiveAsync(page);
                await page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
                await page.WaitForSelectorAsync("dialog[open]");
                if (button == "Roll back…")
                {
                    await page.Locator("dialog select").SelectOptionAsync(new SelectOptionValue { Index = 3 });
                    await page.WaitForSelectorAsync("dialog .change .diff");
                }

                await page.WaitForFunctionAsync("() => !document.querySelector('dialog [aria-label=Loading]')");
                await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"dialog-{button.Split(' ')[0].TrimEnd('…').ToLowerInvariant()}-{(theme == ColorScheme.Dark ? "dark" : "light")}-{width}.png") });
            }
        }
    }
}
