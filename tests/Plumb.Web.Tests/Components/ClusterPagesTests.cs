using Bunit;
using Plumb.Web.Clusters;
using Plumb.Web.Host;

namespace Plumb.Web.Tests.Components;

public sealed class ClusterPagesTests() : PageContext(new SampleOptions())
{
    private const string Kubeconfig = "contexts: [{name: north, context: {cluster: c}}, {name: south, context: {cluster: c}}]";

    [Fact]
    public async Task A_kubeconfig_is_checked_then_added_with_the_context_that_was_chosen()
    {
        await EnterAsync();
        var page = Render<ClustersPage>();
        await Button(page, "Add a cluster…").ClickAsync();
        await page.Find("dialog textarea").InputAsync(Kubeconfig);
        await Button(page, "Check").ClickAsync();

        page.Find("dialog .note-good").TextContent.ShouldContain("runs v1.33.4. Plumb shows a token.");
        Name(page).GetAttribute("value").ShouldBe("north");
        await page.Find("dialog select").ChangeAsync("south");
        page.FindAll("dialog .note-good").ShouldBeEmpty();
        await Name(page).InputAsync("far-south");
        await Field(page, "Labels").ChangeAsync("env=prod");
        await Button(page, "Add").ClickAsync();

        Navigation.Uri.ShouldEndWith("/clusters/far-south");
        var body = World.Clusters.Added.ShouldHaveSingleItem();
        (body.Context, body.NoCheck, body.Replace, body.Labels["env"]).ShouldBe(("south", false, false, "prod"));
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_added_only_by_a_second_button()
    {
        await EnterAsync();
        var page = Render<ClustersPage>();
        await Button(page, "Add a cluster…").ClickAsync();
        await page.FindAll("dialog input[type=radio]")[1].ChangeAsync(true);
        await Field(page, "Server").InputAsync("https://10.9.0.1:6443");
        await Field(page, "Token").ChangeAsync("secret");
        await Name(page).InputAsync("dark");
        page.FindAll("dialog button").ShouldNotContain(button => button.TextContent == "Add it all the same");
        await Button(page, "Add").ClickAsync();

        page.Find("dialog [role=alert]").TextContent.ShouldContain("cannot reach 10.9.0.1:6443: Connection refused");
        await Button(page, "Add it all the same").ClickAsync();

        Navigation.Uri.ShouldEndWith("/clusters/dark");
        World.Clusters.Added.Last().NoCheck.ShouldBeTrue();
    }

    [Fact]
    public async Task What_cannot_be_read_is_said_in_the_dialog()
    {
        await EnterAsync();
        var page = Render<ClustersPage>();
        await Button(page, "Add a cluster…").ClickAsync();
        await page.Find("dialog textarea").InputAsync("nonsense");
        await Button(page, "Check").ClickAsync();
        page.Find("dialog [role=alert]").TextContent.ShouldContain("the kubeconfig has no contexts");

        await Field(page, "Labels").ChangeAsync("prod");
        await Button(page, "Check").ClickAsync();
        page.Find("dialog [role=alert]").TextContent.ShouldContain("“prod” is no label");
    }

    [Fact]
    public async Task Labels_are_changed_and_shown()
    {
        await EnterAsync();
        var page = Render<ClusterPage>(parameters => parameters.Add(p => p.Name, "eu-west-1"));
        await Button(page, "Labels…").ClickAsync();
        Button(page, "Save").HasAttribute("disabled").ShouldBeTrue();
        await page.Find("dialog textarea").InputAsync("env=prod");
        page.FindAll(".label-changes li").Select(change => change.TextContent).ShouldBe(["region is taken away", "env=prod"]);
        await Button(page, "Save").ClickAsync();

        page.FindAll("dialog").ShouldBeEmpty();
        page.FindAll(".badge").Select(badge => badge.TextContent).ShouldContain("env=prod");
        World.Clusters.Find("eu-west-1").Labels.ShouldBe(new Dictionary<string, string> { ["env"] = "prod" });
    }

    [Fact]
    public async Task New_credentials_replace_those_of_the_same_cluster_and_keep_its_labels()
    {
        await EnterAsync();
        var page = Render<ClusterPage>(parameters => parameters.Add(p => p.Name, "eu-west-1"));
        await Button(page, "New credentials…").ClickAsync();
        await page.Find("dialog textarea").InputAsync(Kubeconfig);
        await Button(page, "Use them").ClickAsync();

        var body = World.Clusters.Added.ShouldHaveSingleItem();
        (body.Name, body.Replace, body.Labels["region"]).ShouldBe(("eu-west-1", true, "eu"));
        page.FindAll("dialog").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_removal_says_which_applications_go_there_and_needs_the_name()
    {
        await EnterAsync();
        var page = Render<ClusterPage>(parameters => parameters.Add(p => p.Name, "eu-west-1"));
        await Button(page, "Remove…").ClickAsync();
        var count = World.Clusters.Find("eu-west-1").Applications;
        page.Find("dialog .note-warn").TextContent.ShouldContain($"{count} applications go there");
        page.Find("dialog .note-warn").TextContent.ShouldContain("say that the cluster is gone");
        page.FindAll("dialog .plain-list a").Select(link => link.TextContent).ShouldContain("payments");

        await page.Find("dialog input[autocomplete=off]").InputAsync("eu-west-1");
        Button(page, "Remove").HasAttribute("disabled").ShouldBeTrue();
        await page.Find("dialog .remove-anyway input").ChangeAsync(true);
        await Button(page, "Remove").ClickAsync();

        Navigation.Uri.ShouldEndWith("/clusters");
        World.Clusters.All.ShouldNotContain(cluster => cluster.Name == "eu-west-1");
    }

    [Theory]
    [InlineData("in-cluster", "kubeconfig /etc/plumb/kubeconfig, context home", "it changes with that file")]
    [InlineData("us-east-1", "Git, clusters/us.yaml(1,1)", "changed and removed by a commit there")]
    public async Task What_is_stated_elsewhere_is_not_changed_here_and_says_where_it_is(string name, string origin, string note)
    {
        await EnterAsync();
        var page = Render<ClusterPage>(parameters => parameters.Add(p => p.Name, name));

        page.Find(".stated").TextContent.ShouldContain(note);
        foreach (var text in (string[])["Labels…", "New credentials…", "Remove…"])
        {
            var button = Button(page, text);
            (button.GetAttribute("aria-disabled"), button.GetAttribute("title")!.Contains($"it is stated in {origin}. Change it there.", StringComparison.Ordinal)).ShouldBe(("true", true));
            await button.ClickAsync();
        }

        page.FindAll("dialog").ShouldBeEmpty();
    }

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<ClusterPage> page, string text) => Button(page.FindAll("button"), text);

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<ClustersPage> page, string text) => Button(page.FindAll("button"), text);

    private static AngleSharp.Dom.IElement Button(IEnumerable<AngleSharp.Dom.IElement> buttons, string text) =>
        buttons.Single(button => button.TextContent == text || button.TextContent.StartsWith(text + ":", StringComparison.Ordinal));

    private static AngleSharp.Dom.IElement Name(IRenderedComponent<ClustersPage> page) => Field(page, "Name");

    private static AngleSharp.Dom.IElement Field(IRenderedComponent<ClustersPage> page, string name) =>
        page.FindAll("dialog .field").Single(field => (field.QuerySelector("span")!.TextContent + " ").StartsWith(name + " ", StringComparison.Ordinal)).QuerySelector("input, textarea, select")!;
}

public sealed class ClusterPagesOfAReaderTests() : PageContext(new SampleOptions { Reader = true })
{
    [Fact]
    public async Task Who_may_not_change_clusters_finds_the_buttons_with_the_right_that_is_missing()
    {
        await EnterAsync();

        var list = Render<ClustersPage>();
        var add = list.Find(".head-actions button");
        add.GetAttribute("title").ShouldBe("You lack \"create\" on clusters.");
        await add.ClickAsync();
        list.FindAll("dialog").ShouldBeEmpty();

        var page = Render<ClusterPage>(parameters => parameters.Add(p => p.Name, "eu-west-1"));
        page.FindAll(".head-actions button").Select(button => button.GetAttribute("title")!.Split(" on ")[0])
            .ShouldBe(["You lack \"update\"", "You lack \"update\"", "You lack \"delete\""]);
    }
}
