using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Plumb.Api;

namespace Plumb.Server.Tests.Api;

/// <summary>Lists: filters, order and pages; documents that are asked for again; the feed of changes.</summary>
public sealed class ListTests : IAsyncLifetime
{
    private ServerScene _scene = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _scene = await ServerScene.StartAsync(signIn: false);

    public async ValueTask DisposeAsync() => await _scene.DisposeAsync();

    public static TheoryData<ApplicationQuery, string> Queries => new()
    {
        { new ApplicationQuery(), "docs root web" },
        { new ApplicationQuery { Sort = "-name" }, "web root docs" },
        { new ApplicationQuery { Sort = "project" }, "docs root web" },
        { new ApplicationQuery { Text = "WE" }, "web" },
        { new ApplicationQuery { Text = "config.git docs" }, "docs" },
        { new ApplicationQuery { Projects = ["shop"] }, "web" },
        { new ApplicationQuery { Projects = ["shop", "default"], Namespaces = ["shop"] }, "web" },
        { new ApplicationQuery { Labels = "team in (shop,docs),!tier" }, "docs" },
        { new ApplicationQuery { Labels = "team=shop" }, "web" },
        { new ApplicationQuery { Health = ["degraded"] }, "" },
        { new ApplicationQuery { Health = ["healthy"], Sync = ["Synced"] }, "docs root web" },
        { new ApplicationQuery { Attention = true }, "" },
    };

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task Applications_AreFilteredAndSorted(ApplicationQuery query, string names)
    {
        await _scene.UntilAsync("root", a => a.Summary is { Sync: "Synced", Health: "Healthy" });
        var page = await _scene.Admin.ListApplicationsAsync(query, Ct);
        string.Join(' ', page.Items.Select(a => a.Name)).ShouldBe(names);
        page.Total.ShouldBe(page.Items.Count);
    }

    [Fact]
    public async Task Pages_FollowEachOther_ToTheEnd()
    {
        var first = await _scene.Admin.ListApplicationsAsync(new ApplicationQuery { Limit = 2 }, Ct);
        (first.Items.Count, first.Total, first.Next).ShouldBe((2, 3, "2"));
        var second = await _scene.Admin.ListApplicationsAsync(new ApplicationQuery { Limit = 2, After = first.Next }, Ct);
        (second.Items.Single().Name, second.Next).ShouldBe(("web", null));
    }

    [Theory]
    [InlineData("limit=0", "limit is 0")]
    [InlineData("limit=many", "limit is \"many\", which is no whole number")]
    [InlineData("after=x", "after is \"x\"")]
    [InlineData("sort=size", "sort is \"size\"; it can be name, project")]
    [InlineData("labels=%3D%3D", "is no label selector")]
    [InlineData("attention=maybe", "attention is \"maybe\"; it can be true or false")]
    public async Task AQueryThatMeansNothing_Is400_AndSaysWhat(string query, string message)
    {
        using var response = await _scene.Http(null).GetAsync($"api/v1/applications?{query}", Ct);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await response.Content.ReadFromJsonAsync(ApiJson.Default.ProblemRecord, Ct))!.Detail!.ShouldContain(message);
    }

    [Fact]
    public async Task ADocumentThatDidNotChange_IsNotSentAgain()
    {
        var http = _scene.Http(null);
        using var first = await http.GetAsync("api/v1/projects", Ct);
        var tag = first.Headers.ETag!;
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/projects");
        request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(tag.Tag));
        using var second = await http.SendAsync(request, Ct);
        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await second.Content.ReadAsByteArrayAsync(Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task TheFeed_BeginsWithWhatIsThere_ThenTellsWhatChanges()
    {
        await using var feed = _scene.Admin.WatchApplicationsAsync(Ct).GetAsyncEnumerator(Ct);
        var present = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            (await feed.MoveNextAsync()).ShouldBeTrue();
            feed.Current.Kind.ShouldBe(ApplicationChange.Present);
            present.Add(feed.Current.Name);
        }

        present.ShouldBe(["docs", "root", "web"]);
        await _scene.EditAsync("/api/v1/namespaces/default/configmaps/page", """{"data":{"text":"by hand"}}""");
        while (await feed.MoveNextAsync())
        {
            if (feed.Current is { Kind: ApplicationChange.Changed, Name: "docs", Application.Sync: "OutOfSync" }) return;
        }

        Assert.Fail("the feed ended");
    }

    [Fact]
    public async Task TheFeed_DoesNotTellOfAComparisonThatChangedNothing()
    {
        await using var feed = _scene.Admin.WatchApplicationsAsync(Ct).GetAsyncEnumerator(Ct);
        for (var i = 0; i < 3; i++) (await feed.MoveNextAsync()).ShouldBeTrue();
        var before = (await _scene.Admin.GetApplicationAsync("web", Ct)).ReconciledAt;
        await _scene.Admin.RefreshAsync("web", Ct);
        await _scene.UntilAsync("web", a => a.ReconciledAt > before);

        await _scene.EditAsync("/api/v1/namespaces/default/configmaps/page", """{"data":{"text":"by hand"}}""");

        (await feed.MoveNextAsync()).ShouldBeTrue();
        feed.Current.Name.ShouldBe("docs");
    }

    [Fact]
    public async Task Suspension_IsSetEndedAndRefusedInWords()
    {
        var until = TimeProvider.System.GetUtcNow().AddHours(2);
        var suspended = await _scene.Admin.SuspendAsync("web", new SuspendBody { Reason = "repairs", Until = until }, Ct);
        (suspended.Summary.Suspension!.Reason, suspended.Summary.Suspension.Until).ShouldBe(("repairs", until));
        (await _scene.UntilAsync("web", a => a.Summary.Suspension is not null)).Summary.Suspension!.By.ShouldBe("somebody on this machine");
        (await _scene.Admin.ResumeAsync("web", Ct)).Summary.Suspension.ShouldBeNull();

        (await Should.ThrowAsync<PlumbApiException>(_scene.Admin.SuspendAsync("web", new SuspendBody { Reason = " " }, Ct))).Message.ShouldContain("say why");
        (await Should.ThrowAsync<PlumbApiException>(_scene.Admin.SuspendAsync("web", new SuspendBody { Reason = "x", Until = DateTimeOffset.UnixEpoch }, Ct)))
            .Message.ShouldContain("has passed");
    }

    [Fact]
    public async Task Repositories_Projects_AndSettings_SayWhatIsInUse()
    {
        var repository = (await _scene.Admin.ListRepositoriesAsync(Ct)).ShouldHaveSingleItem();
        (repository.Url, repository.Kind, repository.Fault).ShouldBe((ServerScene.Repository, "git", null));
        repository.Applications.ShouldBe(["docs", "root", "web"]);
        repository.FetchedAt.ShouldNotBeNull();
        repository.Revisions.Single(r => r.Asked == "main").Subject.ShouldBe("The first");

        var project = (await _scene.Admin.ListProjectsAsync(Ct)).Single(p => p.Name == "shop");
        (project.Description, project.Roles.Single().Name).ShouldBe(("The shop", "deployer"));
        project.Applications.ShouldBe(["web"]);

        var settings = await _scene.Admin.GetSettingsAsync(Ct);
        (settings.Root, settings.SignIn).ShouldBe(($"{ServerScene.Repository}//root@main", false));
    }
}
