using Microsoft.Playwright;
using Plumb.Api;
using Plumb.Web.Host;
using static Microsoft.Playwright.Assertions;

namespace Plumb.Web.Tests.Browser;

public sealed class UseTests(BrowserFixture browser) : BrowserTest(browser, new SampleOptions())
{
    [Fact]
    public async Task A_person_without_a_pointer_finds_opens_and_syncs_an_application()
    {
        await OpenAsync("/", ".counts");

        await Page.Keyboard.PressAsync("g");
        await Page.Keyboard.PressAsync("a");
        await Expect(Page.Locator("h1")).ToHaveTextAsync("Applications");
        await Expect(Page.Locator("h1")).ToBeFocusedAsync(); // else what is typed now would lose the focus on the way
        await Page.Keyboard.PressAsync("/");
        await Page.Keyboard.TypeAsync("database");
        await Expect(Page.Locator("[data-shown]")).ToHaveTextAsync("1 of 12");
        await Page.Keyboard.PressAsync("Escape");
        await Page.Keyboard.PressAsync("j");
        await Page.Keyboard.PressAsync("j");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.Locator("h1")).ToHaveTextAsync("database");
        await Page.WaitForSelectorAsync(".node");
        await Page.Keyboard.PressAsync("s");
        await Page.WaitForSelectorAsync("dialog[open] .choose-row");
        (await Page.EvaluateAsync<bool>("() => document.querySelector('dialog').contains(document.activeElement)")).ShouldBeTrue();
        await Page.Locator("dialog .modal-actions .primary").FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.Locator("dialog .run-outcome")).ToContainTextAsync("Succeeded", new() { Timeout = 20000 });
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.Locator("dialog")).ToHaveCountAsync(0);
        await Expect(Page.Locator(".head-status")).ToContainTextAsync("Synced");
        Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_opens_an_application_while_the_filter_still_travels_stays_there()
    {
        await OpenAsync("/applications", "[data-filter]");
        var told = Page.Locator("[data-shown]");
        await Expect(told).ToHaveTextAsync("12");

        // In one breath, so that the server's answer to the text comes after the next page was opened.
        await Page.EvaluateAsync("""
            () => {
              const filter = document.querySelector('[data-filter]');
              filter.value = 'a';
              filter.dispatchEvent(new Event('input', { bubbles: true }));
              document.querySelector('a[href="/applications/database"]').click();
            }
            """);

        await Expect(Page.Locator("h1")).ToHaveTextAsync("database");
        await Page.WaitForSelectorAsync(".node");
        new Uri(Page.Url).PathAndQuery.ShouldBe("/applications/database");
        await Page.GoBackAsync();
        await Expect(told).ToHaveTextAsync("12");
        Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_keys_are_explained_and_Esc_closes_them()
    {
        await OpenAsync("/settings", ".policy");

        await Page.Keyboard.PressAsync("?");
        await Expect(Page.Locator("dialog h2")).ToHaveTextAsync("Keys");
        await Page.Keyboard.PressAsync("Escape");

        await Expect(Page.Locator("dialog")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Hostile_texts_run_nothing_anywhere()
    {
        const string name = "<script>alert('x')</script>";
        foreach (var tab in (string[])["tree", "list", "diff", "runs", "events", "manifests", "logs"])
        {
            await OpenAsync($"/applications/{Uri.EscapeDataString(name)}?tab={tab}", ".main-tabs");
            await Expect(Page.Locator("h1")).ToHaveTextAsync(name);
        }

        foreach (var path in (string[])["/audit", "/clusters", "/projects", "/repositories", "/"])
        {
            await OpenAsync(path, "h1");
        }

        (await Page.EvaluateAsync<bool>("() => 'hacked' in window")).ShouldBeFalse();
        Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_drift_appears_while_one_looks_without_flicker()
    {
        await OpenAsync("/applications/payments", ".node");
        await Page.EvaluateAsync("() => { document.querySelector('[data-node=\"apps/Deployment/payments/web\"]').dataset.kept = 'yes'; }");

        Host.World.Drift("payments", new ResourceName("apps", "Deployment", "payments", "web"), drifted: true);

        await Expect(Page.Locator("[data-node='apps/Deployment/payments/web']")).ToContainTextAsync("Out of sync");
        (await Page.Locator("[data-kept=yes]").CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task The_theme_is_kept_and_set_before_anything_is_drawn()
    {
        await OpenAsync("/", ".counts");
        await Page.Locator("[data-theme-toggle]").ClickAsync();
        await Page.ReloadAsync();

        (await Page.EvaluateAsync<string>("() => document.documentElement.dataset.theme")).ShouldBe("dark");
    }

    [Fact]
    public async Task The_panel_of_a_resource_is_in_the_address_and_Esc_closes_it()
    {
        await OpenAsync("/applications/shop", ".node");
        await Page.Locator("[data-node='apps/Deployment/shop/web']").ClickAsync();
        await Page.GetByRole(AriaRole.Tab, new() { Name = "Manifest", Exact = true }).ClickAsync();
        await Expect(Page.Locator(".panel .yaml")).ToBeVisibleAsync();
        Page.Url.ShouldEndWith("?resource=apps%2FDeployment%2Fshop%2Fweb&pane=manifest");

        await Page.Keyboard.PressAsync("Escape");

        await Expect(Page.Locator(".panel")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Suspending_asks_why_and_resuming_does_not()
    {
        await OpenAsync("/applications/monitoring", ".node");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Suspend…" }).ClickAsync();
        await Expect(Page.Locator("dialog .primary")).ToBeDisabledAsync();
        await Page.Locator("dialog textarea").FillAsync("Moving house");
        await Page.Locator("dialog .primary").ClickAsync();
        await Expect(Page.Locator(".note-held")).ToContainTextAsync("Moving house");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();

        await Expect(Page.Locator(".note-held")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Deleting_needs_the_name()
    {
        await OpenAsync("/applications/search", ".main-tabs");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete…" }).ClickAsync();
        await Expect(Page.Locator("dialog .note-warn")).ToContainTextAsync("demo still states search");
        await Expect(Page.Locator("dialog .danger-solid")).ToBeDisabledAsync();
        await Page.Locator("dialog input[autocomplete=off]").FillAsync("search");
        await Page.Locator("dialog .danger-solid").ClickAsync();

        await Expect(Page.Locator("h1")).ToHaveTextAsync("Applications");
        Host.World.Find("search").ShouldBeNull();
    }

    [Fact]
    public async Task A_rollback_shows_its_commit_before_it_writes_it()
    {
        await OpenAsync("/applications/shop?tab=runs", ".run");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Roll back to this" }).Nth(2).ClickAsync();
        await Expect(Page.Locator("dialog .message")).ToContainTextAsync("Roll shop back to");
        await Expect(Page.Locator("dialog .change")).ToHaveCountAsync(2);

        await Page.Locator("dialog .modal-actions .primary").ClickAsync();

        await Expect(Page.Locator("dialog .note-good")).ToContainTextAsync("77aa88bb");
    }
}
