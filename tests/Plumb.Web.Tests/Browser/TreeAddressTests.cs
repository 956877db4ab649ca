using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Plumb.Web.Host;
using static Microsoft.Playwright.Assertions;

namespace Plumb.Web.Tests.Browser;

public sealed class TreeAddressTests(BrowserFixture browser) : BrowserTest(browser, new SampleOptions())
{
    // Percent, and the point of the tree in the middle of the view.
    private const string From = "() => { const v = document.querySelector('.tree'), m = new DOMMatrix(getComputedStyle(document.querySelector('[data-sheet]')).transform); return [m.a * 100, (v.clientWidth / 2 - m.e) / m.a, (v.clientHeight / 2 - m.f) / m.a].map(Math.round); }";

    [Fact]
    public async Task Filter_open_kinds_and_zoom_are_in_the_address_and_a_link_shows_the_same()
    {
        await OpenAsync("/applications/big", ".node-group");
        var group = Page.Locator(".node-group").First;
        var key = (await group.GetAttributeAsync("data-node"))!;
        await group.ClickAsync();
        await Expect(group).ToHaveAttributeAsync("aria-expanded", "true");
        await Page.Locator(".tree-tools select").Nth(1).SelectOptionAsync("Healthy");
        await Page.Locator(".tree-tools [data-filter]").FillAsync("s");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Larger" }).ClickAsync();
        await Expect(Page).ToHaveURLAsync(new Regex("zoom="));
        var link = new Uri(Page.Url).PathAndQuery;
        link.ShouldStartWith($"/applications/big?q=s&health=Healthy&open={Uri.EscapeDataString(key)}&zoom=");
        var nodes = await Page.Locator(".node").CountAsync();
        var from = await Page.EvaluateAsync<int[]>(From);

        await LookAsync(new BrowserNewContextOptions { ViewportSize = new() { Width = 1600, Height = 1000 } });
        await OpenAsync(link, ".node-group");

        await Expect(Page.Locator(".tree-tools [data-filter]")).ToHaveValueAsync("s");
        await Expect(Page.Locator(".tree-tools select").Nth(1)).ToHaveValueAsync("Healthy");
        (await Page.Locator(".node").CountAsync()).ShouldBe(nodes);
        await Page.WaitForFunctionAsync("() => document.querySelector('[data-sheet]').style.transform !== ''");
        var same = await Page.EvaluateAsync<int[]>(From);
        same[0].ShouldBe(from[0]);
        Math.Abs(same[1] - from[1]).ShouldBeLessThanOrEqualTo(1);
        Math.Abs(same[2] - from[2]).ShouldBeLessThanOrEqualTo(1);
        Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_whole_tree_is_the_whole_tree_on_another_screen_too()
    {
        await OpenAsync("/applications/big?zoom=fit", ".node-group");
        await Page.WaitForFunctionAsync("() => document.querySelector('[data-sheet]').style.transform !== ''");

        (await Page.EvaluateAsync<bool>("() => { const v = document.querySelector('.tree').getBoundingClientRect(); return [...document.querySelectorAll('.node')].every(n => { const b = n.getBoundingClientRect(); return b.left >= v.left && b.right <= v.right && b.top >= v.top && b.bottom <= v.bottom; }); }")).ShouldBeTrue();
    }

    [Fact]
    public async Task How_the_tree_is_looked_at_lasts_while_another_tab_is_shown_and_its_address_is_short()
    {
        await OpenAsync("/applications/shop?q=web&kind=Pod", ".node");
        await Page.GetByRole(AriaRole.Tab, new() { Name = "Runs" }).ClickAsync();
        await Expect(Page.Locator(".run").First).ToBeVisibleAsync();
        new Uri(Page.Url).Query.ShouldBe("?tab=runs");

        await Page.GetByRole(AriaRole.Tab, new() { Name = "Tree" }).ClickAsync();

        await Expect(Page.Locator(".tree-tools [data-filter]")).ToHaveValueAsync("web");
        new Uri(Page.Url).Query.ShouldBe("?q=web&kind=Pod");
        await Page.Locator("[data-node^='/Pod/']").First.ClickAsync();
        await Expect(Page).ToHaveURLAsync(new Regex("resource="));
        new Uri(Page.Url).Query.ShouldEndWith("&q=web&kind=Pod");
    }
}
