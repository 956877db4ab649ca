using System.Text;
using Microsoft.Extensions.Time.Testing;
using Plumb.Charts.Tests.Support;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Tests.Bases;

/// <summary>Kustomizations that use other repositories, from real Git and real web servers.</summary>
public sealed class RemoteBaseTests
{
    private const string Url = BaseScene.BaseUrl;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ABaseOfAnotherRepository_IsRendered_AtTheRevisionThatIsAskedFor()
    {
        await using var scene = new BaseScene();
        scene.Base.Commit(("deploy/kustomization.yaml", "resources: [a.yaml]\n"), ("deploy/a.yaml", BaseScene.ConfigMap("released", "1")));
        scene.Base.Tag("v1.0.0");
        scene.Base.Commit(("deploy/a.yaml", BaseScene.ConfigMap("newest", "1")));
        scene.App.Commit(("web/kustomization.yaml", $"namePrefix: my-\nresources: [\"{Url}//deploy?ref=v1.0.0\"]\n"));
        var tree = await scene.OpenAsync();
        scene.Names(tree).ShouldBe(["my-released"]);
        tree.OtherRepositories.ShouldBe([Url]);

        scene.App.Commit(("web/kustomization.yaml", $"namePrefix: my-\nresources: [\"{Url}//deploy\"]\n"));
        scene.Names(await scene.OpenAsync()).ShouldBe(["my-newest"]);
    }

    [Fact]
    public async Task ARender_StandsUntilSomethingThatItReadMoves_HereOrThere()
    {
        await using var scene = new BaseScene();
        scene.Base.Commit(
            ("deploy/kustomization.yaml", "resources: [a.yaml]\n"), ("deploy/a.yaml", BaseScene.ConfigMap("a", "1")), ("other/x.yaml", "x\n"));
        scene.App.Commit(("web/kustomization.yaml", $"resources: [\"{Url}//deploy?ref=main\"]\n"));
        var first = await scene.OpenAsync();
        scene.Render(first);
        var record = first.Dependencies;
        record.Entries.Select(e => e.Key).ShouldBe(record.Entries.Select(e => e.Key).Order(StringComparer.Ordinal));
        (await scene.OpenAsync()).Matches(record).ShouldBeTrue("nothing moved");

        scene.Base.Commit(("other/x.yaml", "changed\n"));
        (await scene.OpenAsync()).Matches(record).ShouldBeTrue("the base moved, but nothing of it that was read");
        scene.App.Commit(("README.md", "changed\n"));
        (await scene.OpenAsync()).Matches(record).ShouldBeTrue("the same here");

        scene.Base.Commit(("deploy/a.yaml", BaseScene.ConfigMap("a", "2")));
        (await scene.OpenAsync(Freshness.Mirror)).Matches(record).ShouldBeTrue("nobody has looked yet");
        (await scene.OpenAsync()).Matches(record).ShouldBeFalse("who asks for what is there now means the bases too");
    }

    [Fact]
    public async Task ABaseThatIsAway_StandsAsItWasLast_AndOneThatWasNeverThereIsNamed()
    {
        await using var scene = new BaseScene();
        scene.Base.Commit(("kustomization.yaml", "resources: [a.yaml]\n"), ("a.yaml", BaseScene.ConfigMap("a", "1")));
        scene.App.Commit(("web/kustomization.yaml", $"resources:\n- {Url}?ref=main\n"));
        scene.Names(await scene.OpenAsync()).ShouldBe(["a"]);
        scene.LoseBase();
        scene.App.Commit(("web/kustomization.yaml", $"nameSuffix: -new\nresources:\n- {Url}?ref=main\n"));
        scene.Names(await scene.OpenAsync()).ShouldBe(["a-new"]);

        scene.App.Commit(("web/kustomization.yaml", $"resources:\n- file://{scene.App.Bare}//x\n- {Url}?ref=v9\n"));
        var fault = await Should.ThrowAsync<SourceException>(() => scene.OpenAsync());
        fault.Message.ShouldContain("a repository of another machine may not name one on the disk of this machine");
        fault.Message.ShouldStartWith("web/kustomization.yaml(2,3): ");

        scene.App.Commit(("web/kustomization.yaml", $"resources:\n- {Url}?ref=v9\n"));
        (await Should.ThrowAsync<SourceException>(() => scene.OpenAsync())).Message
            .ShouldStartWith($"web/kustomization.yaml(2,3): the base {Url}?ref=v9 cannot be had: ");
    }

    [Fact]
    public async Task ARepositoryOnDisk_MayNameAnother_ButNotForOneElsewhere()
    {
        await using var scene = new BaseScene();
        scene.Base.Commit(("kustomization.yaml", $"resources: [a.yaml]\n"), ("a.yaml", BaseScene.ConfigMap("a", "1")));
        scene.App.Commit(("web/kustomization.yaml", $"resources:\n- file://{scene.Base.Bare}\n"));
        var onDisk = scene.Web with { RepoUrl = scene.App.Bare };
        scene.Names(await scene.OpenAsync(source: onDisk)).ShouldBe(["a"]);

        // The base is at a web address now: what it names is not this machine's.
        scene.Base.Commit(("kustomization.yaml", $"resources:\n- file://{scene.Base.Bare}\n"));
        scene.App.Commit(("web/kustomization.yaml", $"resources:\n- {Url}\n"));
        (await Should.ThrowAsync<SourceException>(() => scene.OpenAsync(source: onDisk))).Message
            .ShouldStartWith($"{Url}//kustomization.yaml(2,3): file://{scene.Base.Bare}: a repository of another machine");
    }

    [Fact]
    public async Task ABranchThatIsNewerThanTheMirror_IsFetched()
    {
        await using var scene = new BaseScene();
        scene.Base.Commit(("kustomization.yaml", "resources: [a.yaml]\n"), ("a.yaml", BaseScene.ConfigMap("a", "1")));
        scene.App.Commit(("web/kustomization.yaml", $"resources: [\"{Url}\"]\n"));
        await scene.OpenAsync();
        scene.Base.NewBranch("next");
        scene.App.Commit(("web/kustomization.yaml", $"resources: [\"{Url}?ref=next\"]\n"));
        scene.Names(await scene.OpenAsync()).ShouldBe(["a"]);
    }

    [Fact]
    public async Task ChartsOfHelmCharts_ComeFromTheirRepository_AndAreFollowed()
    {
        await using var server = await ChartServer.StartAsync();
        await using var scene = new BaseScene();
        server.Offer("web", "1.0.0", Packed.Chart("web", "1.0.0"));
        scene.App.Commit((
            "web/kustomization.yaml", $"helmCharts:\n- name: web\n  repo: {server.Url}\n  version: ^1\n  releaseName: shop\n"));
        var first = await scene.OpenAsync();
        scene.Names(first).ShouldBe(["shop-web"]);
        first.OtherRepositories.ShouldBe([server.Url]);
        (await scene.OpenAsync()).Matches(first.Dependencies).ShouldBeTrue();
        server.Offer("web", "1.1.0", Packed.Chart("web", "1.1.0"));
        (await scene.OpenAsync()).Matches(first.Dependencies).ShouldBeFalse("a newer chart fits");

        scene.App.Commit(("web/kustomization.yaml", $"helmCharts:\n- name: wbe\n  repo: {server.Url}\n  version: ^1\n  releaseName: shop\n"));
        (await Should.ThrowAsync<SourceException>(() => scene.OpenAsync())).Message
            .ShouldBe($"web/kustomization.yaml(2,3): the chart wbe of {server.Url} cannot be had: {server.Url} has no chart \"wbe\"");
    }

    [Fact]
    public async Task FilesOfWebServers_AreRefusedWithTheRemedy_UnlessAllowed()
    {
        await using var server = await ChartServer.StartAsync();
        await using var scene = new BaseScene();
        server.Put("/charts/app.yaml", Encoding.UTF8.GetBytes(BaseScene.ConfigMap("web", "1")));
        scene.App.Commit(("web/kustomization.yaml", $"resources:\n- {server.Url}/app.yaml\n"));
        var refused = scene.Render(await scene.OpenAsync()).Diagnostics.Single(d => d.Severity == Severity.Error);
        refused.Origin.ToString().ShouldBe("web/kustomization.yaml(2,3)");
        refused.Message.ShouldContain($"'{server.Url}/app.yaml' is a file of a web server");
        refused.Message.ShouldContain("--allow-web-files");
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task AFileOfAWebServer_IsReadAnewAfterAPoll_AndStandsWhileItsServerIsAway()
    {
        var time = new FakeTimeProvider();
        await using var server = await ChartServer.StartAsync();
        await using var scene = new BaseScene(allowWebFiles: true, time);
        server.Put("/charts/app.yaml", Encoding.UTF8.GetBytes(BaseScene.ConfigMap("one", "1")));
        scene.App.Commit(("web/kustomization.yaml", $"resources:\n- {server.Url}/app.yaml\n"));
        var first = await scene.OpenAsync();
        scene.Names(first).ShouldBe(["one"]);
        first.OtherRepositories.ShouldBe([$"{server.Url}/app.yaml"]);

        server.Put("/charts/app.yaml", Encoding.UTF8.GetBytes(BaseScene.ConfigMap("two", "1")));
        (await scene.OpenAsync()).Matches(first.Dependencies).ShouldBeTrue("it was asked for a moment ago");
        server.Requests.Count.ShouldBe(1);
        time.Advance(TimeSpan.FromMinutes(3));
        server.Status = 503;
        scene.Names(await scene.OpenAsync()).ShouldBe(["one"]);
        server.Status = null;
        var second = await scene.OpenAsync();
        second.Matches(first.Dependencies).ShouldBeFalse();
        scene.Names(second).ShouldBe(["two"]);

        time.Advance(TimeSpan.FromMinutes(3));
        server.Put("/charts/app.yaml", new byte[5000]);
        (await Should.ThrowAsync<SourceException>(() => scene.OpenAsync())).Message
            .ShouldBe($"web/kustomization.yaml(2,3): a file of a web server cannot be had: {server.Url}/app.yaml has more than the 4096 bytes allowed");
    }

    [Fact]
    public async Task WhatNeedsNothing_IsTheTreeItself()
    {
        await using var scene = new BaseScene();
        scene.App.Commit(("web/kustomization.yaml", "resources: [a.yaml]\n"), ("web/a.yaml", BaseScene.ConfigMap("a", "1")));
        for (var i = 0; i < 2; i++)
        {
            var tree = await scene.OpenAsync();
            tree.ShouldNotBeAssignableTo<IRemoteBases>();
            scene.Names(tree).ShouldBe(["a"]);
        }

        scene.App.Commit(("web/kustomization.yaml", $"resources: [\"{Url}//x\"]\n"));
        scene.Base.Commit(("x/kustomization.yaml", "resources: [b.yaml]\n"), ("x/b.yaml", BaseScene.ConfigMap("b", "1")));
        scene.Names(await scene.OpenAsync()).ShouldBe(["b"]);
    }

    [Fact]
    public async Task WhatWasNotFetched_IsNotOpened()
    {
        await using var scene = new BaseScene();
        scene.Base.Commit(("kustomization.yaml", "resources: [a.yaml]\n"), ("a.yaml", BaseScene.ConfigMap("a", "1")));
        scene.App.Commit(("web/kustomization.yaml", $"resources: [\"{Url}\"]\n"));
        var bases = (await scene.OpenAsync()).ShouldBeAssignableTo<IRemoteBases>()!;
        bases.Open(RemoteAddress.Parse(Url)!, Ct).Read("a.yaml").Length.ShouldBePositive();
        Should.Throw<SourceException>(() => bases.Open(RemoteAddress.Parse($"{Url}?ref=x")!, Ct)).Message.ShouldStartWith($"{Url}?ref=x was not fetched");
        Should.Throw<SourceException>(() => bases.OpenChart("https://u:p@charts.example.com", "x", "", Ct)).Message.ShouldNotContain("u:p");
        Should.Throw<SourceException>(() => bases.Download("https://u:p@web.example.com/x", Ct)).Message.ShouldNotContain("u:p");
    }
}
