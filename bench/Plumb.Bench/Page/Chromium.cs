using Microsoft.Playwright;

namespace Plumb.Bench.Page;

/// <summary>A real Chromium without a screen.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const string Program = "/usr/bin/chromium";

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>Its version.</summary>
    public string Version => _browser.Version;

    public static async Task<Chromium> StartAsync()
    {
        if (!File.Exists(Program)) throw new ArgumentException($"{Program} is missing: install it with eng/setup-tests.sh (Debian: apt-get install chromium)");
        var playwright = await Playwright.CreateAsync();
        return new Chromium(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = ["--no-sandbox"] }));
    }

    /// <summary>A page with an empty cache and nothing kept.</summary>
    public async Task<IPage> FreshAsync()
    {
        var context = await _browser.NewContextAsync(new() { ViewportSize = new() { Width = 1280, Height = 860 } });
        return await context.NewPageAsync();
    }

    /// <summary>
    /// From the beginning of a navigation with an empty cache until the content is drawn, and until the page hears its events, in milliseconds.
    /// </summary>
    /// <param name="url">What to open.</param>
    /// <param name="content">Selector of the content.</param>
    public async Task<(double Drawn, double Live)> FirstViewAsync(Uri url, string content)
    {
        var page = await FreshAsync();
        try
        {
            await page.AddInitScriptAsync($$"""
                const seen = (name, is) => {
                  const look = () => requestAnimationFrame(() => is() ? requestAnimationFrame(() => { window[name] = performance.now(); }) : look());
                  look();
                };
                seen('benchDrawn', () => document.querySelector({{Script.Text(content)}}));
                seen('benchLive', () => document.documentElement?.dataset.live === 'yes');
                """);
            await page.GotoAsync(url.ToString(), new() { WaitUntil = WaitUntilState.Commit });
            await page.WaitForFunctionAsync("() => window.benchDrawn && window.benchLive");
            var times = await page.EvaluateAsync<double[]>("() => [window.benchDrawn, window.benchLive]");
            return (times[0], times[1]);
        }
        finally
        {
            await page.Context.CloseAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
