using System.Text;
using Plumb.Charts.Dependencies;
using Plumb.Charts.Tests.Support;
using Plumb.Charts.Trees;
using Plumb.Manifests.Helm;
using Plumb.Manifests.Helm.Charts;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Tests.Dependencies;

/// <summary>Charts in Git that do not carry what they depend on.</summary>
public sealed class DependencyBuildTests
{
    private const string Here = "apps/shop";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatIsMissing_ComesFromItsRepository_AndCountsAsRead()
    {
        await using var server = await ChartServer.StartAsync();
        await using var shop = new Shop();
        foreach (var version in (string[])["1.0.0", "1.2.0", "2.0.0"]) server.Offer("web", version, Packed.Chart("web", version));
        var tree = await CompleteAsync(shop, Declared($"- {{name: web, version: ^1.0.0, repository: \"{server.Url}\"}}"));
        tree.List(Here + "/charts").Select(e => e.Name).ShouldBe(["web-1.2.0.tgz"]);
        tree.List(Here).Select(e => e.Name).ShouldBe(["Chart.yaml", "charts"]);
        Load(tree).Dependencies.Single().Metadata.Version.ShouldBe("1.2.0");
        tree.Dependencies.Entries.ShouldContain(e => e.Key == Here + "/charts/web-1.2.0.tgz" && e.Value!.StartsWith("sha256:", StringComparison.Ordinal));
        tree.Matches(new DependencyRecord([.. tree.Dependencies.Entries.Where(e => e.Key.EndsWith(".tgz", StringComparison.Ordinal))])).ShouldBeFalse("the tree below is another's");
    }

    [Fact]
    public async Task TheLock_DecidesTheVersion()
    {
        await using var server = await ChartServer.StartAsync();
        await using var shop = new Shop();
        foreach (var version in (string[])["1.0.0", "1.2.0"]) server.Offer("web", version, Packed.Chart("web", version));
        var dependency = new ChartDependency { Name = "web", Version = "^1.0.0", Repository = server.Url };
        var found = new ChartDependency { Name = "web", Version = "1.0.0", Repository = server.Url };
        var digest = "sha256:" + ArchiveStore.Digest(Encoding.UTF8.GetBytes(
            $$"""[[{"name":"web","version":"^1.0.0","repository":"{{server.Url}}"}],[{"name":"web","version":"1.0.0","repository":"{{server.Url}}"}]]"""));
        new ChartLock(digest, [found]).IsInStepWith([dependency], "v2").ShouldBeTrue();

        var declared = Declared($"- {{name: web, version: ^1.0.0, repository: \"{server.Url}\"}}");
        var locked = $"dependencies:\n- name: web\n  repository: {server.Url}\n  version: 1.0.0\n";
        var tree = await CompleteAsync(shop, [.. declared, (Here + "/Chart.lock", $"{locked}digest: {digest}\ngenerated: \"2026-01-01T00:00:00Z\"\n")]);
        Load(tree).Dependencies.Single().Metadata.Version.ShouldBe("1.0.0");

        var fault = await Should.ThrowAsync<SourceException>(() => CompleteAsync(shop, [.. declared, (Here + "/Chart.lock", $"{locked}digest: sha256:0\n")]));
        fault.Message.ShouldBe("apps/shop/Chart.lock: the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml); "
            + "run helm dependency update and commit it");
    }

    [Fact]
    public async Task AChartOfTheSameRepository_IsTakenFromTheTree_LessWhatItIgnores()
    {
        await using var shop = new Shop();
        (string, string)[] files =
        [
            .. Declared("- {name: base, version: 0.1.x, repository: \"file://../../libs/base\"}"),
            ("libs/base/Chart.yaml", "apiVersion: v2\nname: base\nversion: 0.1.3\n"), ("libs/base/templates/a.yaml", "a: 1\n"),
            ("libs/base/.helmignore", "notes.md\n"), ("libs/base/notes.md", "x"),
        ];
        var tree = await CompleteAsync(shop, files);
        tree.List(Here + "/charts/base").Select(e => e.Name).ShouldBe([".helmignore", "Chart.yaml", "templates"]);
        Load(tree).Dependencies.Single().Name.ShouldBe("base");
    }

    [Theory]
    [InlineData("- {name: base, version: 1.x, repository: \"file://../../libs/base\"}", "asks for version 1.x; the one at file://../../libs/base has 0.1.3")]
    [InlineData("- {name: base, version: 1.x, repository: \"file://../../../../etc\"}", "there is no chart at file://../../../../etc in this repository")]
    [InlineData("- {name: base, version: 1.x, repository: \"file:///etc\"}", "there is no chart at file:///etc in this repository")]
    [InlineData("- {name: base, version: 1.x, repository: \"@team\"}", "nothing is known of the repository \"@team\"; write its address "
        + "(https://… or oci://…), make its name known with helm repo add, or commit the chart to charts/")]
    [InlineData("- {name: base, version: 1.x, repository: \"s3://bucket\"}", "\"s3://bucket\" is no address of a repository of charts: https://… or oci://… is expected")]
    public async Task WhatCannotBeHad_IsNamedWithItsFile(string dependency, string words)
    {
        await using var shop = new Shop();
        (string, string)[] files = [.. Declared(dependency), ("libs/base/Chart.yaml", "apiVersion: v2\nname: base\nversion: 0.1.3\n")];
        (await Should.ThrowAsync<SourceException>(() => CompleteAsync(shop, files))).Message
            .ShouldBe($"apps/shop/Chart.yaml: dependency \"base\": {words}");
    }

    [Theory]
    [InlineData("charts/base/Chart.yaml")]
    [InlineData("charts/other-name/Chart.yaml")]
    public async Task WhatTheChartCarries_IsNotFetched(string file)
    {
        await using var shop = new Shop();
        (string, string)[] files =
        [
            .. Declared("- {name: base, version: 1.x, repository: \"https://charts.invalid\"}"),
            ($"{Here}/{file}", "apiVersion: v2\nname: base\nversion: 1.0.0\n"),
        ];
        (await CompleteAsync(shop, files)).ShouldBeOfType<ArchiveTree>();
    }

    [Fact]
    public async Task ANameOfARepository_IsThatOfHelmRepoAdd()
    {
        await using var server = await ChartServer.StartAsync();
        await using var shop = new Shop();
        server.Offer("web", "1.0.0", Packed.Chart("web", "1.0.0"));
        shop.AddRepository("team", server.Url, "username: \"\"");
        foreach (var name in (string[])["@team", "alias:team"])
            Load(await CompleteAsync(shop, Declared($"- {{name: web, version: 1.x, repository: \"{name}\"}}"))).Dependencies.Count.ShouldBe(1);
    }

    [Fact]
    public async Task ADependencyInARegistry_IsFetchedToo()
    {
        await using var registry = await Registry.StartAsync();
        await using var shop = new Shop(map: ("oci://localhost:5000/myrepo", $"oci://{registry.Host}/mirrored"));
        await registry.PushAsync("mirrored/helm-values", "1.0.0", Packed.Chart("helm-values", "1.0.0"));
        Load(await CompleteAsync(shop, Declared("- {name: helm-values, version: 1.0.0, repository: \"oci://localhost:5000/myrepo\"}")))
            .Dependencies.Single().Name.ShouldBe("helm-values");
    }

    private static (string, string)[] Declared(string dependencies) =>
        [(Here + "/Chart.yaml", $"apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n{dependencies}\n")];

    private static Task<ITree> CompleteAsync(Shop shop, (string Path, string Text)[] files)
    {
        var set = new FileSet();
        foreach (var (path, text) in files)
        {
            var data = Encoding.UTF8.GetBytes(text);
            set.Add(path, data, ArchiveStore.Digest(data));
        }

        return new DependencyBuild(shop.Charts).CompleteAsync(new ArchiveTree("c0ffee", "the repository", set), Here, fromLock: true, Ct);
    }

    private static Chart Load(ITree tree) => ChartLoader.LoadFolder(tree, Here, new HelmLog(), Ct);
}
