using Bunit;
using Plumb.Web.Application;
using Plumb.Web.Host;

namespace Plumb.Web.Tests.Components;

public sealed class ApplicationPageTests() : PageContext(new SampleOptions { Reader = true })
{
    [Fact]
    public async Task Who_may_not_act_finds_the_buttons_with_the_reason()
    {
        await EnterAsync();

        var page = Render<ApplicationPage>(parameters => parameters.Add(p => p.Name, "shop"));

        var sync = page.FindAll(".application-actions button").Single(button => button.TextContent.StartsWith("Sync", StringComparison.Ordinal));
        sync.GetAttribute("aria-disabled").ShouldBe("true");
        sync.GetAttribute("title")!.ShouldContain("\"sync\" on applications shop/shop");
        await sync.ClickAsync();
        page.FindAll("dialog").ShouldBeEmpty();
    }

    [Fact]
    public async Task An_application_that_is_not_there_is_said_not_to_be()
    {
        await EnterAsync();

        var page = Render<ApplicationPage>(parameters => parameters.Add(p => p.Name, "absent"));

        page.Find("[role=alert]").TextContent.ShouldContain("There is no application \"absent\".");
    }

    [Fact]
    public async Task A_tab_is_in_the_address()
    {
        await EnterAsync();
        Navigation.NavigateTo("/applications/shop?tab=list");
        var page = Render<ApplicationPage>(parameters => parameters.Add(p => p.Name, "shop"));

        page.Find("#tab-list").GetAttribute("aria-selected").ShouldBe("true");
        await page.Find("#tab-runs").ClickAsync();

        Navigation.Uri.ShouldEndWith("/applications/shop?tab=runs");
    }

    [Fact]
    public async Task Choosing_a_node_opens_its_panel()
    {
        await EnterAsync();
        var page = Render<ApplicationPage>(parameters => parameters.Add(p => p.Name, "shop"));

        await page.Find("[data-node='apps/Deployment/shop/web']").ClickAsync();

        Navigation.Uri.ShouldEndWith("?resource=apps%2FDeployment%2Fshop%2Fweb");
        page.Find("aside h2").TextContent.ShouldBe("web");
    }

    [Fact]
    public async Task A_drift_that_appears_is_shown_while_one_looks()
    {
        await EnterAsync();
        var page = Render<ApplicationPage>(parameters => parameters.Add(p => p.Name, "payments"));

        World.Drift("payments", new Plumb.Api.ResourceName("apps", "Deployment", "payments", "web"), drifted: true);

        page.WaitForState(() => page.Find(".head-status").TextContent.Contains("1 of 10 out of sync", StringComparison.Ordinal), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_suspension_says_who_why_and_until_when()
    {
        await EnterAsync();

        var page = Render<ApplicationPage>(parameters => parameters.Add(p => p.Name, "payments"));

        page.Find(".note-held").TextContent.ShouldContain("Suspended by anna: Incident 4711");
    }
}
