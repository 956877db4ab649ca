using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using Plumb.Charts.Tests.Support;
using Plumb.Charts.Trees;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Tests.Values;

/// <summary>Value files of web servers.</summary>
public sealed class RemoteValuesTests
{
    private static readonly ITree Git = new ArchiveTree("commit", "git", new FileSet());

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AFile_IsReadByItsAddress_AndItsDigestIsPartOfTheRecord()
    {
        await using var server = await ChartServer.StartAsync();
        await using var shop = new Shop();
        server.Put("/charts/prod.yaml", "color: red\n"u8.ToArray());
        var source = Source(server, "prod.yaml");

        var tree = await shop.Charts.WithValuesAsync(Git, source, Ct);
        Shop.Text(tree, server.Url + "/prod.yaml").ShouldBe("color: red\n");
        tree.List("").ShouldBeEmpty("it is in no folder");
        var before = tree.Dependencies;
        tree.Matches(before).ShouldBeTrue();
        Git.Matches(before).ShouldBeFalse();

        server.Put("/charts/prod.yaml", "color: blue\n"u8.ToArray());
        (await shop.Charts.WithValuesAsync(Git, source, Ct)).Matches(before).ShouldBeTrue("it is not asked for each time");
        shop.Charts.ExpireValues(source);
        (await shop.Charts.WithValuesAsync(Git, source, Ct)).Matches(before).ShouldBeFalse();
    }

    [Fact]
    public async Task AChange_IsFoundByThePoll_AndTheUsersRepositoryIsTold()
    {
        var time = new FakeTimeProvider();
        await using var server = await ChartServer.StartAsync();
        await using var shop = new Shop(time);
        server.Put("/charts/prod.yaml", "color: red\n"u8.ToArray());
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var seen = Channel.CreateUnbounded<RepositoryChange>();
        var watch = Task.Run(async () =>
        {
            await foreach (var change in shop.Charts.WatchAsync(over.Token)) seen.Writer.TryWrite(change);
        }, Ct);
        await shop.Charts.WithValuesAsync(Git, Source(server, "prod.yaml"), Ct);
        server.Put("/charts/prod.yaml", "color: blue\n"u8.ToArray());

        (await NextAsync()).ShouldBe(new RepositoryChange("https://git.example.com/r.git", RepositoryChangeKind.RefsMoved, $"{server.Url}/prod.yaml has changed"));
        server.Status = 500;
        (await NextAsync()).Kind.ShouldBe(RepositoryChangeKind.FetchFailed);
        server.Status = null;
        (await NextAsync()).Kind.ShouldBe(RepositoryChangeKind.Recovered);

        await over.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(watch);

        async Task<RepositoryChange> NextAsync()
        {
            using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            RepositoryChange? found;
            while (!seen.Reader.TryRead(out found))
            {
                time.Advance(TimeSpan.FromMinutes(1));
                await looks.WaitForNextTickAsync(Ct);
            }

            return found;
        }
    }

    [Fact]
    public async Task AServerThatIsAway_StopsNobodyWhoHadTheFile_AlsoAfterARestart()
    {
        await using var server = await ChartServer.StartAsync();
        await using var shop = new Shop();
        server.Put("/charts/prod.yaml", "color: red\n"u8.ToArray());
        await shop.Charts.WithValuesAsync(Git, Source(server, "prod.yaml"), Ct);
        server.Status = 503;
        await shop.RestartAsync();

        Shop.Text(await shop.Charts.WithValuesAsync(Git, Source(server, "prod.yaml"), Ct), server.Url + "/prod.yaml").ShouldBe("color: red\n");
        (await Should.ThrowAsync<SourceException>(() => shop.Charts.WithValuesAsync(Git, Source(server, "other.yaml"), Ct))).Message.ShouldContain("503");
    }

    [Fact]
    public async Task WhatIsNotThere_NeedsAPassword_OrIsTooLarge_IsSaid()
    {
        await using var server = await ChartServer.StartAsync();
        await using var shop = new Shop();
        server.Put("/charts/large.yaml", Encoding.UTF8.GetBytes("a: " + new string('x', 9 * 1024 * 1024)));

        (await FaultAsync("none.yaml")).Message.ShouldBe($"the value file {server.Url}/none.yaml is not there: 127.0.0.1 answered 404");
        (await FaultAsync("large.yaml")).Fault.ShouldBe(SourceFault.LimitReached);
        server.Login = ("u", "p");
        (await FaultAsync("none.yaml")).Message.ShouldContain("asks for credentials, and value files are fetched without any");
        server.Requests.ShouldAllBe(r => r.Authorization == null);

        async Task<SourceException> FaultAsync(string name) =>
            await Should.ThrowAsync<SourceException>(() => shop.Charts.WithValuesAsync(Git, Source(server, name), Ct));
    }

    private static SourceSpec Source(ChartServer server, string name) =>
        new() { RepoUrl = "https://git.example.com/r.git", Helm = new HelmSpec { ValueFiles = [$"{server.Url}/{name}"] } };
}
