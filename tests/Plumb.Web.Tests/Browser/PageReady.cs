using Microsoft.Playwright;

namespace Plumb.Web.Tests.Browser;

/// <summary>When the prerendered page has become the live one.</summary>
internal static class PageReady
{
    /// <summary>Waits until the page hears its events: the prerendered markers are gone and the search field was heard.</summary>
    public static async Task LiveAsync(IPage page) =>
        await page.WaitForFunctionAsync("() => document.documentElement.dataset.live === 'yes'", null, new() { Timeout = 20000 });
}
