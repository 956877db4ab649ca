using Plumb.Api;
using Plumb.Web.Applications.Filters;

namespace Plumb.Web.Tests.Applications;

public sealed class ApplicationFilterTests
{
    [Fact]
    public void A_filter_survives_its_address()
    {
        var filter = new ApplicationFilter
        {
            Text = "shop & <b>",
            Health = Choice.Of("Degraded", "Missing"),
            Sync = Choice.Of("OutOfSync"),
            Projects = Choice.Of("a,b", "50%"),
            Clusters = Choice.Of("https://10.0.0.1:6443"),
            Namespaces = Choice.Of("東京"),
            Labels = "team in (web,db)",
            Attention = "failing",
            Sort = "-changed",
            View = "table",
        };

        Read(filter.Address()).ShouldBe(filter);
    }

    [Fact]
    public void The_plain_list_has_the_plain_address() => new ApplicationFilter().Address().ShouldBe("/applications");

    [Theory]
    [InlineData("/applications?view=nonsense&sort=bogus&attention=x")]
    [InlineData("/applications?health=")]
    public void What_an_address_says_wrongly_is_left_out(string address) => Read(address).ShouldBe(new ApplicationFilter());

    [Fact]
    public void Lists_are_filtered_by_every_part_together()
    {
        ApplicationSummary[] all = [App("web", "Degraded", "OutOfSync", "shop"), App("api", "Healthy", "Synced", "shop"), App("db", "Degraded", "Synced", "data")];

        Names(all, new ApplicationFilter { Health = Choice.Of("Degraded") }).ShouldBe(["db", "web"]);
        Names(all, new ApplicationFilter { Health = Choice.Of("Degraded"), Projects = Choice.Of("shop") }).ShouldBe(["web"]);
        Names(all, new ApplicationFilter { Text = "SHOP api" }).ShouldBe(["api"]);
        Names(all, new ApplicationFilter { Attention = "drifted" }).ShouldBe(["web"]);
        Names(all, new ApplicationFilter { Labels = "name=api" }).ShouldBe(["api"]);
    }

    [Fact]
    public void A_count_heeds_all_parts_of_the_filter_but_its_own()
    {
        ApplicationSummary[] all = [App("web", "Degraded", "OutOfSync", "shop"), App("api", "Healthy", "Synced", "shop"), App("db", "Degraded", "Synced", "data")];

        var list = ApplicationList.Of(all, new ApplicationFilter { Health = Choice.Of("Degraded") });

        Count(list, "health", "Healthy").ShouldBe(1);
        Count(list, "health", "Degraded").ShouldBe(2);
        Count(list, "project", "shop").ShouldBe(1);
        Count(list, "attention", "drifted").ShouldBe(1);
    }

    [Fact]
    public void A_chosen_value_that_nothing_has_stays_to_be_taken_away() =>
        Count(ApplicationList.Of([], new ApplicationFilter { Health = Choice.Of("Degraded") }), "health", "Degraded").ShouldBe(0);

    [Theory]
    [InlineData("name", "a b c")]
    [InlineData("-name", "c b a")]
    [InlineData("health", "b c a")]
    [InlineData("-health", "a c b")]
    [InlineData("changed", "c a b")]
    public void Lists_are_sorted(string sort, string expected)
    {
        var start = DateTimeOffset.UnixEpoch;
        ApplicationSummary[] all =
        [
            App("a", "Healthy", "Synced", "p") with { ChangedAt = start.AddHours(1) },
            App("b", "Degraded", "Synced", "p"),
            App("c", "Progressing", "Synced", "p") with { ChangedAt = start.AddHours(2) },
        ];

        string.Join(' ', Names(all, new ApplicationFilter { Sort = sort })).ShouldBe(expected);
    }

    [Fact]
    public void A_selector_that_cannot_be_read_leaves_nothing_out_and_is_told()
    {
        var list = ApplicationList.Of([App("a", "Healthy", "Synced", "p")], new ApplicationFilter { Labels = "a b c" });

        list.Shown.Count.ShouldBe(1);
        list.LabelFault.ShouldNotBeNull();
    }

    private static ApplicationSummary App(string name, string health, string sync, string project) => new()
    {
        Name = name,
        Health = health,
        Sync = sync,
        Project = project,
        Repository = "https://git.example.com/x.git",
        TargetRevision = "main",
        Cluster = "in-cluster",
        Labels = new Dictionary<string, string> { ["name"] = name },
    };

    private static IEnumerable<string> Names(IReadOnlyList<ApplicationSummary> all, ApplicationFilter filter) => ApplicationList.Of(all, filter).Shown.Select(application => application.Name);

    private static int Count(ApplicationList list, string part, string value) => list.Counts[part].Single(count => count.Key == value).Value;

    private static ApplicationFilter Read(string address)
    {
        var values = address.Split('?') is [_, var query]
            ? query.Split('&').Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => Uri.UnescapeDataString(part[1]))
            : [];
        return ApplicationFilter.Read(values.GetValueOrDefault);
    }
}
