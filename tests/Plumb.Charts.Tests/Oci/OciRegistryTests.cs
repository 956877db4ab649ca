using Plumb.Charts.Oci;
using Plumb.Charts.Tests.Support;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Tests.Oci;

/// <summary>Charts from a real OCI registry.</summary>
public sealed class OciRegistryTests
{
    [Theory]
    [InlineData("1.0.0", "1.0.0")]
    [InlineData("^1.0.0", "1.4.0")]
    [InlineData("*", "2.1.0+build.7")]
    [InlineData("2.1.0+build.7", "2.1.0+build.7")]
    [InlineData("~1.0", "1.0.0")]
    public async Task ARevision_MeansATag(string revision, string version)
    {
        await using var registry = await Registry.StartAsync();
        await using var shop = new Shop();
        foreach (var tag in (string[])["1.0.0", "1.4.0", "2.1.0_build.7", "latest", "3.0.0-rc.1"])
            await registry.PushAsync("team/web", tag, Packed.Chart("web", tag.Replace('_', '+')));
        foreach (var (url, chart) in ((string, string)[])[($"{registry.Host}/team", "web"), ($"oci://{registry.Host}/team", "web"), ($"oci://{registry.Host}/team/web", "")])
        {
            var tree = await shop.OpenAsync(Shop.Source(url, chart, revision));
            tree.Commit.ShouldStartWith(version + "@sha256:");
            Shop.Text(tree, "Chart.yaml").ShouldContain($"version: {version}");
        }
    }

    [Fact]
    public async Task ATagThatMoved_IsAnotherRevision_AndTheOldOneCanStillBeHad()
    {
        await using var registry = await Registry.StartAsync();
        await using var shop = new Shop();
        var source = Shop.Source($"oci://{registry.Host}/team", "web", "1.0.0");
        await registry.PushAsync("team/web", "1.0.0", Packed.Chart("web", "1.0.0"));
        var first = (await shop.ResolveAsync(source)).Commit;
        await registry.PushAsync("team/web", "1.0.0", Packed.Chart("web", "1.0.0", ("web/README.md", "again")));
        (await shop.ResolveAsync(source)).Commit.ShouldBe(first);
        var second = (await shop.ResolveAsync(source, Freshness.Remote)).Commit;
        second.ShouldNotBe(first);
        (await shop.Charts.OpenAsync(source, first, TestContext.Current.CancellationToken)).Find("README.md").ShouldBeNull();
        (await shop.Charts.OpenAsync(source, second, TestContext.Current.CancellationToken)).Find("README.md").ShouldNotBeNull();
    }

    [Fact]
    public async Task ABlobThatIsNotWhatTheManifestSays_IsRefused()
    {
        await using var registry = await Registry.StartAsync();
        await using var shop = new Shop();
        var (archive, other) = (Packed.Chart("web", "1.0.0"), Packed.Chart("web", "1.0.0", ("web/evil.txt", "x")));
        await registry.PushAsync("team/web", "1.0.0", archive);
        await registry.TamperAsync(archive, other);
        var fault = await Should.ThrowAsync<SourceException>(() => shop.OpenAsync(Shop.Source($"oci://{registry.Host}/team", "web", "1.0.0")));
        fault.Message.ShouldContain("expected was sha256:" + ArchiveStore.Digest(archive));
    }

    [Theory]
    [InlineData("team", "nothing", "1.0.0", "has no version 1.0.0: there is no tag 1.0.0")]
    [InlineData("team", "nothing", "^1", "has no repository team/nothing")]
    [InlineData("team", "web", "^2", "has no version that fits \"^2\"; the latest is 1.0.0")]
    [InlineData("team", "picture", "1.0.0", "is no Helm chart: its manifest has no layer of the type application/vnd.cncf.helm.chart.content.v1.tar+gzip")]
    [InlineData("Team", "web", "1.0.0", "is no address of an OCI registry: host/repository is expected, in lower case")]
    public async Task WhatIsNotThere_IsNamed(string team, string chart, string revision, string words)
    {
        await using var registry = await Registry.StartAsync();
        await using var shop = new Shop();
        await registry.PushAsync("team/web", "1.0.0", Packed.Chart("web", "1.0.0"));
        await registry.PushAsync("team/picture", "1.0.0", [1, 2, 3], "application/vnd.oci.image.layer.v1.tar+gzip");
        var fault = await Should.ThrowAsync<SourceException>(() => shop.ResolveAsync(Shop.Source($"oci://{registry.Host}/{team}", chart, revision)));
        fault.Message.ShouldEndWith(words);
    }

    [Fact]
    public async Task ALogin_IsThatOfHelmRegistryLogin()
    {
        await using var registry = await Registry.StartWithLoginAsync("ann", "secret");
        await using var shop = new Shop();
        await registry.PushAsync("team/web", "1.0.0", Packed.Chart("web", "1.0.0"));
        var source = Shop.Source($"oci://{registry.Host}/team", "web", "*");
        var fault = await Should.ThrowAsync<SourceException>(() => shop.ResolveAsync(source));
        fault.Fault.ShouldBe(SourceFault.Authentication);
        fault.Message.ShouldEndWith($"sign in with helm registry login {registry.Host}");

        shop.SignIn(registry.Host, "ann", "wrong");
        (await Should.ThrowAsync<SourceException>(() => shop.ResolveAsync(source))).Message.ShouldContain("they are wrong, have expired, or may not read it");

        shop.SignIn(registry.Host, "ann", "secret");
        Shop.Text(await shop.OpenAsync(source), "values.yaml").ShouldBe("greeting: hello\n");
    }

    [Fact]
    public async Task ATokenIsFetched_UsedForAll_AndTheCredentialsGoToItsServer()
    {
        await using var tokens = await TokenServer.StartAsync();
        await using var registry = await Registry.StartWithTokensAsync(tokens);
        await using var shop = new Shop();
        tokens.Basic = "ann:secret";
        await registry.PushAsync("team/web", "1.0.0", Packed.Chart("web", "1.0.0"));
        var source = Shop.Source($"oci://{registry.Host}/team", "web", "*");
        (await Should.ThrowAsync<SourceException>(() => shop.ResolveAsync(source))).Fault.ShouldBe(SourceFault.Authentication);

        shop.SignIn(registry.Host, "ann", "secret");
        tokens.Asked.Clear();
        Shop.Text(await shop.OpenAsync(source), "values.yaml").ShouldBe("greeting: hello\n");
        tokens.Asked.ShouldHaveSingleItem().ShouldBe("?service=tests&scope=repository%3Ateam%2Fweb%3Apull");
    }

    [Theory]
    [InlineData("oci://ghcr.io/team/charts/web", "ghcr.io", "team/charts/web", null)]
    [InlineData("registry-1.docker.io/bitnamicharts", "registry-1.docker.io", "bitnamicharts", null)]
    [InlineData("oci://localhost:5000/a:1.0.0", "localhost:5000", "a", "1.0.0")]
    [InlineData("oci://[::1]:5000/a/b__c", "[::1]:5000", "a/b__c", null)]
    public void AnAddress_IsRead(string text, string host, string repository, string? tag) =>
        OciReference.Parse(text).ShouldBe(new OciReference(host, repository, tag));

    [Theory]
    [InlineData("oci://ghcr.io")]
    [InlineData("oci://ghcr.io/a/../b")]
    [InlineData("oci://ghcr.io/A")]
    [InlineData("oci://user@ghcr.io/a")]
    [InlineData("oci://ghcr.io/a?x=1")]
    [InlineData("")]
    public void WhatIsNoAddress_IsRefused(string text) => Should.Throw<SourceException>(() => OciReference.Parse(text));
}
