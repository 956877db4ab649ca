using System.Net;
using Bunit;
using Plumb.Api;
using Plumb.Web.Applications;
using Plumb.Web.Dashboard;
using Plumb.Web.Host;

namespace Plumb.Web.Tests.Components;

public sealed class ApplicationsPageTests() : PageContext(new SampleOptions())
{
    [Fact]
    public async Task The_address_chooses_what_is_shown()
    {
        await EnterAsync();
        Navigation.NavigateTo("/applications?health=Degraded&sync=OutOfSync");

        var page = Render<ApplicationsPage>();

        page.FindAll(".tile-name").Select(name => name.TextContent).ShouldBe(["broken"]);
    }

    [Fact]
    public async Task What_is_typed_goes_into_the_address()
    {
        await EnterAsync();
        var page = Render<ApplicationsPage>();

        await page.Find("[data-filter]").InputAsync("shop web");

        Navigation.Uri.ShouldEndWith("/applications?q=shop%20web");
        page.FindAll(".tile-name").Select(name => name.TextContent).ShouldContain("shop");
        page.FindAll(".tile-name").Select(name => name.TextContent).ShouldNotContain("payments");
    }

    [Fact]
    public async Task A_chosen_value_is_one_more_in_the_address_and_counted()
    {
        await EnterAsync();
        var page = Render<ApplicationsPage>();

        await page.FindAll(".chip").Single(chip => chip.TextContent.StartsWith("Suspended", StringComparison.Ordinal)).ClickAsync();

        Navigation.Uri.ShouldEndWith("/applications?attention=suspended");
        page.Find("[data-shown]").TextContent.ShouldBe("1 of 12");
    }

    [Fact]
    public async Task A_label_selector_that_cannot_be_read_is_explained()
    {
        await EnterAsync();
        Navigation.NavigateTo("/applications?labels=what%20is%20this");

        var page = Render<ApplicationsPage>();

        page.Find("[role=alert]").TextContent.ShouldContain("what is this");
        page.Find("[data-shown]").TextContent.ShouldContain("12");
    }

    [Fact]
    public async Task A_change_is_shown_while_one_looks()
    {
        await EnterAsync();
        var page = Render<ApplicationsPage>();

        World.Drift("payments", new ResourceName("apps", "Deployment", "payments", "web"), drifted: true);

        page.WaitForState(() => Tile(page, "payments").Contains("1 of 10 out of sync", StringComparison.Ordinal), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task When_the_list_cannot_be_had_the_page_says_why()
    {
        await EnterAsync();
        World.Fault = new PlumbApiException("anna lacks \"get\" on applications */*", HttpStatusCode.Forbidden);

        var page = Render<ApplicationsPage>();

        page.Find("[role=alert]").TextContent.ShouldContain("anna lacks \"get\" on applications */*");
    }

    [Fact]
    public async Task When_the_list_can_be_had_again_it_is_shown()
    {
        await EnterAsync();
        World.Fault = new PlumbApiException("The server starts.");
        var page = Render<ApplicationsPage>();
        page.FindAll(".tile-name").ShouldBeEmpty();

        World.Fault = null;

        page.WaitForState(() => page.FindAll(".tile-name").Count == 12, TimeSpan.FromSeconds(20));
        page.Find("[data-shown]").TextContent.ShouldBe("12");
        page.FindAll("[role=alert]").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_list_that_failed_without_a_word_is_asked_for_again_by_the_next_page()
    {
        await EnterAsync();
        World.Listing = Task.FromException(new TimeoutException());
        Render<ApplicationsPage>().Find("[role=alert]").TextContent.ShouldContain("Plumb did not answer in time");
        await DisposeComponentsAsync();
        World.Listing = Task.CompletedTask;

        var next = Render<DashboardPage>();

        next.FindAll(".counts").Count.ShouldBe(1);
        next.FindAll("[role=alert]").ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_leaves_before_the_list_is_there_finds_it_on_the_next_page()
    {
        await EnterAsync();
        var listing = new TaskCompletionSource();
        World.Listing = listing.Task;
        Render<ApplicationsPage>();
        await DisposeComponentsAsync();
        var next = Render<DashboardPage>();

        listing.SetResult();

        next.WaitForState(() => next.FindAll(".counts").Count == 1, TimeSpan.FromSeconds(20));
        next.FindAll("[role=alert]").ShouldBeEmpty();
    }

    [Fact]
    public async Task When_the_watch_breaks_the_list_stays()
    {
        await EnterAsync();
        var page = Render<ApplicationsPage>();
        World.Fault = new PlumbApiException("The server stops.");

        World.Drift("shop", new ResourceName("", "Secret", "shop", "credentials"), drifted: true);

        page.WaitForState(() => Services.GetService(typeof(ApplicationsFeed)) is ApplicationsFeed { Problem: not null }, TimeSpan.FromSeconds(10));
        page.FindAll(".tile-name").Count.ShouldBe(12);
    }

    [Fact]
    public async Task Hostile_texts_stay_texts()
    {
        await EnterAsync();

        var page = Render<ApplicationsPage>();

        page.FindAll("script, img").ShouldBeEmpty();
        page.Markup.ShouldContain("&lt;script&gt;");
    }

    private static string Tile(IRenderedComponent<ApplicationsPage> page, string name) =>
        page.FindAll(".tile").Single(tile => tile.QuerySelector(".tile-name")!.TextContent == name).TextContent;
}
