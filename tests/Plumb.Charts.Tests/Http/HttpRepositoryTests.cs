using Microsoft.Extensions.Time.Testing;
using Plumb.Charts.Tests.Support;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Tests.Http;

/// <summary>Charts from a web server with an index.</summary>
public sealed class HttpRepositoryTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.0.0", "1.0.0")]
    [InlineData("^1.0.0", "1.4.0")]
    [InlineData("~1.0", "1.0.0")]
    [InlineData("*", "2.1.0")]
    [InlineData("HEAD", "2.1.0")]
    [InlineData(">=2.1.1-0", "3.0.0-rc.1")]
    [InlineData("3.0.0-rc.1", "3.0.0-rc.1")]
    [InlineData("1.0 - 2", "2.1.0")]
    [InlineData("v0.9.0", "v0.9.0")]
    public async Task ARevision_MeansAVersion(string revision, string version)
    {
        await using var server = await ChartServer.StartAsync();
        await using var shop = new Shop();
        foreach (var offered in (string[])["1.4.0", "v0.9.0", "2.1.0", "1.0.0", "3.0.0-rc.1", "not-a-version"])
            server.Offer("web", offered, Packed.Chart("web", offered));
        (await shop.VersionAsync(Shop.Source(server.Url, "web", revision))).ShouldBe(version);
    }

    [Fact]
    public async Task AChart_IsATree_AndItsRevisionNamesItsDigest()
    {
        await using var server = await ChartServer.StartAsync();
        await using var shop = new Shop();
        var archive = Packed.Chart("web", "1.0.0", ("web/ci/values-prod.yaml", "greeting: prod\n"));
        server.Offer("web", "1.0.0", archive);
        var source = Shop.Source(server.Url + "/", "web", "1.0.0");

        var tree = await shop.OpenAsync(source);
        tree.Commit.ShouldBe($"1.0.0@sha256:{ArchiveStore.Digest(archive)}");
        tree.List("").Select(e => $"{e.Kind} {e.Name}").ShouldBe(["File Chart.yaml", "Directory ci", "Directory templates", "File values.yaml"]);
        Shop.Text(tree, "ci/../ci/values-prod.yaml").ShouldBe("greeting: prod\n");
        tree.Find("nothing").ShouldBeNull();
        Should.Throw<SourceException>(() => tree.Read("../outside")).Fault.ShouldBe(SourceFault.PathRefused);
        tree.Matches((await shop.OpenAsync(source)).Dependencies).ShouldBeTrue();
    }

    [Fact]
    public async Task TheIndex_IsAskedForAgainOnlyByItsTag_AndAnArchiveNever()
    {
        await using var server = await ChartServer.StartAsync();
        await using var shop = new Shop();
        server.Offer("web", "1.0.0", Packed.Chart("web", "1.0.0"));
        var source = Shop.Source(server.Url, "web", "*");
        await shop.OpenAsync(source);
        await shop.ResolveAsync(source, Freshness.Remote);
        await shop.OpenAsync(source);
        server.Requests.Select(r => $"{r.Status} {r.Path}").ShouldBe(["200 /charts/index.yaml", "200 /charts/web-1.0.0.tgz", "304 /charts/index.yaml"]);
    }

    [Fact]
    public async Task ANewVersion_AndOnePublishedAgain_AreToldOf()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var server = await ChartServer.StartAsync();
        await using var shop = new Shop(time);
        server.Offer("web", "1.0.0", Packed.Chart("web", "1.0.0"));
        var (range, exact) = (Shop.Source(server.Url, "web", "1.x"), Shop.Source(server.Url, "web", "1.0.0"));
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var changes = shop.Charts.WatchAsync(watching.Token).GetAsyncEnumerator(watching.Token);
        var next = changes.MoveNextAsync();
        var before = (await shop.ResolveAsync(exact)).Commit;
        await shop.ResolveAsync(range);

        server.Offer("web", "1.1.0", Packed.Chart("web", "1.1.0"));
        shop.Charts.Refresh(server.Url);
        (await next).ShouldBeTrue();
        changes.Current.Kind.ShouldBe(RepositoryChangeKind.RefsMoved);
        changes.Current.RepoUrl.ShouldBe(server.Url);
        changes.Current.Message.ShouldContain("web from 1.0.0@sha256:");
        (await shop.VersionAsync(range)).ShouldBe("1.1.0");

        server.Offer("web", "1.0.0", Packed.Chart("web", "1.0.0", ("web/README.md", "other")));
        next = changes.MoveNextAsync();
        time.Advance(TimeSpan.FromMinutes(2)); // the poll's own time
        (await next).ShouldBeTrue();
        (await shop.ResolveAsync(exact)).Commit.ShouldNotBe(before);

        server.Status = 503;
        next = changes.MoveNextAsync();
        shop.Charts.Refresh(server.Url);
        (await next).ShouldBeTrue();
        changes.Current.ShouldBe(new RepositoryChange(
            server.Url, RepositoryChangeKind.FetchFailed, $"the index of {server.Url}: 127.0.0.1 answered 503 Service Unavailable"));
        (await shop.VersionAsync(range)).ShouldBe("1.1.0", "what was known stands");

        server.Status = null;
        next = changes.MoveNextAsync();
        shop.Charts.Refresh(server.Url);
        (await next).ShouldBeTrue();
        changes.Current.Kind.ShouldBe(RepositoryChangeKind.Recovered);
        await watching.CancelAsync();
    }

    [Fact]
    public async Task ARepositoryThatIsAway_StopsNobodyWhoKnewIt_EvenAfterARestart()
    {
        await using var server = await ChartServer.StartAsync();
        await using var shop = new Shop();
        server.Offer("web", "1.0.0", Packed.Chart("web", "1.0.0"));
        var source = Shop.Source(server.Url, "web", "1.x");
        var known = (await shop.OpenAsync(source)).Commit;

        server.Status = 500;
        await shop.RestartAsync();
        var tree = await shop.OpenAsync(source);
        tree.Commit.ShouldBe(known);
        Shop.Text(tree, "values.yaml").ShouldBe("greeting: hello\n");
        (await Should.ThrowAsync<SourceException>(() => shop.ResolveAsync(Shop.Source(server.Url, "other", "1.x")))).Fault.ShouldBe(SourceFault.Unreachable);
    }

    [Fact]
    public async Task AnArchiveThatIsNotWhatTheIndexSays_IsRefused()
    {
        await using var server = await ChartServer.StartAsync();
        await using var shop = new Shop();
        server.Offer("web", "1.0.0", Packed.Chart("web", "1.0.0"), digest: new string('a', 64));
        var fault = await Should.ThrowAsync<SourceException>(() => shop.OpenAsync(Shop.Source(server.Url, "web", "1.0.0")));
        fault.Message.ShouldContain($"version 1.0.0 of chart \"web\" has the digest sha256:");
        fault.Message.ShouldEndWith($"expected was sha256:{new string('a', 64)}; it is refused");
    }

    [Fact]
    public async Task AnArchiveDamagedOnDisk_IsFetchedAgain()
    {
        await using var server = await ChartServer.StartAsync();
        await using var shop = new Shop();
        server.Offer("web", "1.0.0", Packed.Chart("web", "1.0.0"), saysDigest: false);
        var source = Shop.Source(server.Url, "web", "1.0.0");
        var tree = await shop.OpenAsync(source);
        await File.WriteAllTextAsync(Path.Combine(shop.DataFolder, tree.Commit[^64..]), "damaged", Ct);
        await shop.RestartAsync();
        Shop.Text(await shop.OpenAsync(source), "Chart.yaml").ShouldContain("name: web");
    }

    [Theory]
    [InlineData("wbe", "1.0.0", "has no chart \"wbe\"")]
    [InlineData("we", "1.0.0", "has no chart \"we\"; did you mean web?")]
    [InlineData("web", "^2", "chart \"web\" has no version that fits \"^2\"; the latest is 1.0.0")]
    [InlineData("web", "main", "\"main\" is neither a version of the chart nor a range of versions")]
    public async Task WhatIsNotThere_IsNamed(string chart, string revision, string words)
    {
        await using var server = await ChartServer.StartAsync();
        await using var shop = new Shop();
        server.Offer("web", "1.0.0", Packed.Chart("web", "1.0.0"));
        var fault = await Should.ThrowAsync<SourceException>(() => shop.ResolveAsync(Shop.Source(server.Url, chart, revision)));
        fault.Fault.ShouldBe(SourceFault.RevisionNotFound);
        fault.Message.ShouldEndWith(words);
    }

    [Fact]
    public async Task Credentials_AreThoseOfHelmRepoAdd_AndTheirLackOrFaultIsSaid()
    {
        await using var server = await ChartServer.StartAsync();
        await using var shop = new Shop();
        server.Login = ("ann", "secret");
        server.Offer("web", "1.0.0", Packed.Chart("web", "1.0.0"));
        var source = Shop.Source(server.Url, "web", "1.0.0");

        var fault = await Should.ThrowAsync<SourceException>(() => shop.ResolveAsync(source));
        fault.Fault.ShouldBe(SourceFault.Authentication);
        fault.Message.ShouldEndWith($"asks for credentials; sign in with helm repo add NAME {server.Url} --username USER");

        shop.AddRepository("mine", server.Url, "username: ann\n  password: expired");
        fault = await Should.ThrowAsync<SourceException>(() => shop.ResolveAsync(source));
        fault.Message.ShouldEndWith("does not take the credentials for it; they are wrong or have expired");
        fault.Message.ShouldNotContain("expired\"");

        shop.AddRepository("mine", server.Url, "username: ann\n  password: secret");
        (await shop.OpenAsync(source)).Commit.ShouldStartWith("1.0.0@");
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("pass_credentials_all: true", true)]
    public async Task Credentials_GoToAnotherHostOnlyWhenAskedTo(string more, bool passed)
    {
        await using var server = await ChartServer.StartAsync();
        await using var files = await ChartServer.StartAsync();
        await using var shop = new Shop();
        server.Login = ("ann", "secret");
        var archive = Packed.Chart("web", "1.0.0");
        files.Put("/web.tgz", archive);
        server.Offer("web", "1.0.0", archive, url: new Uri(new Uri(files.Url), "/web.tgz").ToString());
        shop.AddRepository("mine", server.Url, $"username: ann\n  password: secret\n  {more}");
        await shop.OpenAsync(Shop.Source(server.Url, "web", "1.0.0"));
        (files.Requests.Single().Authorization is not null).ShouldBe(passed);
    }

    [Fact]
    public async Task TooLarge_OrNoIndex_OrNoArchive_IsOneClearError()
    {
        await using var server = await ChartServer.StartAsync();
        await using var shop = new Shop();
        (await Should.ThrowAsync<SourceException>(() => shop.ResolveAsync(Shop.Source(server.Url, "web", "1")))).Message
            .ShouldBe($"{server.Url} is no repository of charts: it has no index.yaml");
        server.Put("/charts/index.yaml", "<html>hello</html>"u8.ToArray());
        (await Should.ThrowAsync<SourceException>(() => shop.ResolveAsync(Shop.Source(server.Url, "web", "1")))).Message
            .ShouldStartWith($"the index of {server.Url} is no index of charts");
        server.Offer("web", "1.0.0", new byte[2 * 1024 * 1024]);
        (await Should.ThrowAsync<SourceException>(() => shop.OpenAsync(Shop.Source(server.Url, "web", "1.0.0")))).Fault.ShouldBe(SourceFault.LimitReached);
        server.Offer("web", "1.0.1", Packed.Archive([("web/../../etc/passwd", "x")]));
        (await Should.ThrowAsync<SourceException>(() => shop.OpenAsync(Shop.Source(server.Url, "web", "1.0.1")))).Message
            .ShouldEndWith("the packed chart is refused: chart illegally references parent directory");
        (await Should.ThrowAsync<SourceException>(() => shop.ResolveAsync(Shop.Source("ftp://x.example", "web", "1")))).Message
            .ShouldContain("is no address of a repository of charts");
    }
}
