using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Plumb.Web.Host;

namespace Plumb.Web.Tests.Browser;

/// <summary>A test in a real browser against the page with sample data. What the browser complains of is kept, and must stay empty.</summary>
public abstract class BrowserTest(BrowserFixture browser, SampleOptions options) : IClassFixture<BrowserFixture>, IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _complaints = new();
    private IBrowserContext? _context;

    /// <summary>The server.</summary>
    protected SampleHost Host { get; private set; } = null!;

    /// <summary>The page.</summary>
    protected IPage Page { get; private set; } = null!;

    /// <summary>Errors in the console and faults of scripts, violations of the content security policy among them.</summary>
    protected IReadOnlyCollection<string> Complaints => _complaints;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Host = await SampleHost.StartAsync(options, TestContext.Current.CancellationToken);
        await LookAsync(new BrowserNewContextOptions { ViewportSize = new() { Width = 1280, Height = 860 } });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_context is not null)
        {
            if (TestContext.Current.TestState?.Result == TestResult.Failed)
            {
                TestContext.Current.TestOutputHelper?.WriteLine(await SeenAsync());
            }

            await _context.DisposeAsync();
        }

        await Host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    // A failure in a browser says little without what stood there.
    private async Task<string> SeenAsync()
    {
        var text = await Page.EvaluateAsync<string>("() => document.body.innerText.slice(0, 3000)");
        return $"{TestContext.Current.Test?.TestDisplayName} failed at {Page.Url}, complaints: [{string.Join(" | ", Complaints)}], seen:\n{text}";
    }

    /// <summary>Begins anew with another kind of screen.</summary>
    protected async Task LookAsync(BrowserNewContextOptions look)
    {
        if (_context is not null)
        {
            await _context.DisposeAsync();
        }

        _context = await browser.Browser.NewContextAsync(look);
        Page = await _context.NewPageAsync();
        Page.Console += (_, message) =>
        {
            if (message.Type is "error" && !message.Text.Contains("404 (Not Found)", StringComparison.Ordinal))
            {
                _complaints.Enqueue(message.Text);
            }
        };
        Page.PageError += (_, error) => _complaints.Enqueue(error);
    }

    /// <summary>What axe finds wrong with what is shown now, one line each.</summary>
    protected async Task<IReadOnlyList<string>> AxeAsync(string what)
    {
        var found = await Page.RunAxe(new AxeRunOptions { RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] } });
        return [.. found.Violations.SelectMany(violation => violation.Nodes.Take(3).Select(node => $"{what}: {violation.Id}: {node.Html[..Math.Min(160, node.Html.Length)]}: {node.Any.FirstOrDefault()?.Message}"))];
    }

    /// <summary>Opens a view and waits until it is live and has what it loads.</summary>
    protected async Task OpenAsync(string path, string ready, bool live = true)
    {
        await Page.GotoAsync(new Uri(Host.Url, path).ToString());
        await Page.WaitForSelectorAsync(ready, new() { State = WaitForSelectorState.Attached });
        if (live)
        {
            await PageReady.LiveAsync(Page);
        }

        await Page.WaitForFunctionAsync("() => !document.querySelector('[role=status][aria-label=Loading]')");
    }
}
