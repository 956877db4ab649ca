using Microsoft.Playwright;
using Plumb.Web.Host;

namespace Plumb.Web.Tests.Browser;

public sealed class DialogTests(BrowserFixture browser) : BrowserTest(browser, new SampleOptions { SignIn = true })
{
    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 390)]
    public async Task Each_dialog_can_be_used_by_everybody_and_fits_the_screen(ColorScheme theme, int width)
    {
        await LookAsync(new BrowserNewContextOptions { ColorScheme = theme, ViewportSize = new() { Width = width, Height = 844 } });
        List<string> violations = [];
        foreach (var (name, path, open) in Dialogs.All)
        {
            await OpenAsync(path, "h1");
            await open(Page);
            violations.AddRange(await AxeAsync(name));
            var wide = await Page.EvaluateAsync<string>("() => [document.documentElement, ...document.querySelectorAll('dialog, dialog .modal-body, .find-list')].filter(e => e.scrollWidth > e.clientWidth + 1 || e.getBoundingClientRect().right > innerWidth + 1).map(e => e.className || e.tagName).join(' | ')");
            if (wide.Length > 0)
            {
                violations.Add($"{name}: wider than its place: {wide}");
            }
        }

        violations.ShouldBeEmpty();
        Complaints.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task The_menu_of_a_phone_can_be_used_by_everybody(ColorScheme theme)
    {
        await LookAsync(new BrowserNewContextOptions { ColorScheme = theme, ViewportSize = new() { Width = 390, Height = 844 }, HasTouch = true });
        await OpenAsync("/applications", ".tile");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await Page.WaitForFunctionAsync("() => { const s = document.querySelector('.side'); return getComputedStyle(s).visibility === 'visible' && s.getBoundingClientRect().left === 0; }");

        (await AxeAsync("menu")).ShouldBeEmpty();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Clusters" }).ClickAsync();
        await Assertions.Expect(Page.Locator("h1")).ToHaveTextAsync("Clusters");
        await Page.WaitForFunctionAsync("() => getComputedStyle(document.querySelector('.side')).visibility === 'hidden'");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await Assertions.Expect(Page.Locator(".menu-open")).ToHaveCountAsync(1);
        await Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(Page.Locator(".menu-open")).ToHaveCountAsync(0);
        Complaints.ShouldBeEmpty();
    }
}
