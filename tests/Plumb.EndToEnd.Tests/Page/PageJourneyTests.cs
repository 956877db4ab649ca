using System.Collections.Concurrent;
using Microsoft.Playwright;
using Plumb.Api;
using Plumb.Sandbox;
using Plumb.Server.Tests.Api;
using Plumb.Web.Tests.Browser;
using static Microsoft.Playwright.Assertions;

namespace Plumb.EndToEnd.Tests.Page;

/// <summary>A person at work, in a real browser, on the real server with sign-in, a Git repository that takes commits, and the sandbox.</summary>
public sealed class PageJourneyTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private const string Settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {color: red}\n";

    private readonly ConcurrentQueue<string> _complaints = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SignIn_FindAnApplication_SeeItDrift_ReadTheDifference_Sync_OpenTheRun_RollBack_SignOut()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.WriteAsync("web/settings.yaml", Settings);
        await scene.DeliverAsync("web", "Red");
        await scene.Admin.SuspendAsync("web", new SuspendBody { Reason = "so that drift stays to be seen" }, Ct);
        await using var context = await browser.Browser.NewContextAsync(new() { ViewportSize = new() { Width = 1280, Height = 900 } });
        var page = await OpenAsync(context);

        // Who is not signed in gets the sign-in page, and a wrong password no further.
        await page.GotoAsync(new Uri(scene.Server.Url, "/applications").ToString());
        await Expect(page.Locator("h1")).ToHaveTextAsync("Sign in to Plumb");
        await SignInAsync(page, "admin", "not the password at all");
        await Expect(page.Locator(".note-bad")).ToBeVisibleAsync();
        await SignInAsync(page, "admin", ServerScene.Password);
        await Expect(page.Locator("h1")).ToContainTextAsync("Applications");

        // Find it.
        await PageReady.LiveAsync(page);
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("web");
        await Expect(page.Locator("[data-shown]")).ToContainTextAsync("1 of 3");
        await page.GetByRole(AriaRole.Link, new() { Name = "web", Exact = true }).First.ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("web");
        await Expect(page.Locator(".head-status")).ToContainTextAsync("Synced");

        // It drifts, and that shows by itself.
        await scene.EditAsync("/api/v1/namespaces/shop/configmaps/settings", """{"data":{"color":"green"}}""");
        await Expect(page.Locator(".head-status")).ToContainTextAsync("out of sync", new() { Timeout = 15_000 });

        // The difference, without the Secret's value anywhere.
        await page.Locator("#tab-diff").ClickAsync();
        await Expect(page.Locator("#tab-body")).ToContainTextAsync("color: green");
        await Expect(page.Locator("#tab-body")).ToContainTextAsync("color: red");

        // Sync, and watch it become Synced.
        await page.Keyboard.PressAsync("s");
        await page.WaitForSelectorAsync("dialog[open] .choose-row");
        await page.Locator("dialog .modal-actions .primary").ClickAsync();
        await Expect(page.Locator("dialog .run-outcome")).ToContainTextAsync("Succeeded", new() { Timeout = 30_000 });
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".head-status")).ToContainTextAsync("Synced");
        (await scene.Admin.GetResourceAsync("web", new ResourceName("", "ConfigMap", "shop", "settings"), Ct)).Live.ShouldContain("color: red");

        // Open the run, which says who it was.
        await page.Locator("#tab-runs").ClickAsync();
        await page.Locator(".run-head").First.ClickAsync();
        await Expect(page.Locator(".run.open")).ToContainTextAsync("by admin");
        await Expect(page.Locator(".run.open")).ToContainTextAsync("settings");

        // Back to the first state: the page shows the commit before it is written.
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Roll back to this" }).Last.ClickAsync();
        await Expect(page.Locator("dialog")).ToContainTextAsync("web/settings.yaml", new() { Timeout = 15_000 });
        await Expect(page.Locator("dialog")).ToContainTextAsync("color: blue");
        await page.GetByRole(AriaRole.Button, new() { Name = "Write the commit" }).ClickAsync();
        await Expect(page.Locator("dialog")).ToContainTextAsync("The commit is written", new() { Timeout = 30_000 });
        await page.Keyboard.PressAsync("Escape");
        await scene.UntilAsync("web", a => a.Sources[0].Subject.StartsWith("Roll back web to ", StringComparison.Ordinal) && a.Summary is { Sync: "Synced", Operation: "" });
        await Expect(page.Locator("body")).ToContainTextAsync("Roll back web to");

        // Out, and the session with it.
        var cookies = await context.CookiesAsync();
        await page.Locator("summary", new() { HasText = "admin" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Sign in to Plumb");
        await context.AddCookiesAsync(cookies.Select(c => new Cookie { Name = c.Name, Value = c.Value, Domain = c.Domain, Path = c.Path }));
        await page.GotoAsync(new Uri(scene.Server.Url, "/applications").ToString());
        await Expect(page.Locator("h1")).ToHaveTextAsync("Sign in to Plumb");

        (await scene.Admin.ListAuditAsync(new AuditQuery { Who = "admin" }, Ct)).Items.Select(e => e.Action).ShouldContain("rollback");
        _complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task AClusterIsChecked_Added_Labelled_AndRemoved()
    {
        await using var scene = await ServerScene.StartAsync();
        await using var other = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        await using var context = await browser.Browser.NewContextAsync(new() { ViewportSize = new() { Width = 1280, Height = 900 } });
        var page = await OpenAsync(context);
        await page.GotoAsync(new Uri(scene.Server.Url, "/sign-in?returnUrl=%2Fclusters").ToString());
        await SignInAsync(page, "admin", ServerScene.Password);
        await PageReady.LiveAsync(page);

        // A wrong token is said to be one, before anything is kept.
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a cluster…" }).ClickAsync();
        await page.Locator("dialog textarea").FillAsync(other.Kubeconfig.Replace(other.Token, "wrong", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "Check" }).ClickAsync();
        await Expect(page.Locator("dialog [role=alert]")).ToContainTextAsync("it refuses the credentials", new() { Timeout = 15_000 });
        (await scene.Admin.ListClustersAsync(Ct)).Count.ShouldBe(1);

        await page.Locator("dialog textarea").FillAsync(other.Kubeconfig);
        await page.GetByLabel("Name what").FillAsync("prod");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("prod", new() { Timeout = 15_000 });
        await Expect(page.Locator(".app-facts")).ToContainTextAsync("Secret argocd/cluster-prod");

        await page.GetByRole(AriaRole.Button, new() { Name = "Labels…" }).ClickAsync();
        await page.Locator("dialog textarea").FillAsync("env=prod");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator(".app-facts")).ToContainTextAsync("env=prod");
        (await scene.Admin.GetClusterAsync("prod", Ct)).Labels["env"].ShouldBe("prod");

        await page.GetByRole(AriaRole.Button, new() { Name = "Remove…" }).ClickAsync();
        await page.Locator("dialog input[autocomplete=off]").FillAsync("prod");
        await page.Locator("dialog .danger-solid").ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Clusters", new() { Timeout = 15_000 });
        await Expect(page.Locator("main")).Not.ToContainTextAsync("prod");

        // What the kubeconfig states is told to be changed there.
        await page.GetByRole(AriaRole.Link, new() { Name = "in-cluster" }).ClickAsync();
        await Expect(page.Locator(".stated")).ToContainTextAsync("it changes with that file");
        (await page.GetByRole(AriaRole.Button, new() { Name = "Remove…" }).GetAttributeAsync("aria-disabled")).ShouldBe("true");
        _complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task WhoMayOnlyRead_SeesNoMoreThanThat_AndIsToldWhatIsMissing()
    {
        await using var scene = await ServerScene.StartAsync(policy: "p, shoppers, applications, get, shop/*, allow\n");
        await scene.Admin.CreateAccountAsync(new AccountBody { Name = "rita", Password = ServerScene.Password, Groups = ["shoppers"] }, Ct);
        await using var context = await browser.Browser.NewContextAsync();
        var page = await OpenAsync(context);
        await page.GotoAsync(new Uri(scene.Server.Url, "/sign-in?returnUrl=%2Fapplications").ToString());
        await SignInAsync(page, "rita", ServerScene.Password);

        await PageReady.LiveAsync(page);
        await Expect(page.Locator("[data-shown]")).ToContainTextAsync("1");
        await Expect(page.Locator("main")).Not.ToContainTextAsync("docs");
        await page.GotoAsync(new Uri(scene.Server.Url, "/applications/docs").ToString());
        await Expect(page.Locator("main")).ToContainTextAsync("There is no application docs");
        await page.GotoAsync(new Uri(scene.Server.Url, "/applications/web").ToString());
        await PageReady.LiveAsync(page);
        await Expect(page.Locator("h1")).ToHaveTextAsync("web");
        foreach (var name in (string[])["Sync…", "Roll back…", "Delete…"])
        {
            var button = page.GetByRole(AriaRole.Button, new() { Name = name });
            (await button.IsDisabledAsync() || await button.GetAttributeAsync("aria-disabled") == "true").ShouldBeTrue($"{name} can be used");
        }

        await page.GotoAsync(new Uri(scene.Server.Url, "/audit").ToString());
        await Expect(page.Locator("main")).ToContainTextAsync("audit, get");
    }

    private async Task<IPage> OpenAsync(IBrowserContext context)
    {
        var page = await context.NewPageAsync();
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal)) _complaints.Enqueue(message.Text);
        };
        return page;
    }

    private static async Task SignInAsync(IPage page, string name, string password)
    {
        await page.Locator("input[name=name]").FillAsync(name);
        await page.Locator("input[name=password]").FillAsync(password);
        await page.Locator("button[type=submit]").ClickAsync();
    }
}
