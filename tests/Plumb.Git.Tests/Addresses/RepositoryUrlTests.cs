using Plumb.Git.Addresses;
using Plumb.Reconcile.Sources;

namespace Plumb.Git.Tests.Addresses;

public sealed class RepositoryUrlTests
{
    [Theory]
    [InlineData("https://Example.com:443/Team/App.git")]
    [InlineData("https://example.com/team/app/")]
    [InlineData("https://ann:pw@example.com/team/app")]
    [InlineData("git@example.com:team/app.git")]
    [InlineData("ssh://git@example.com:2222/team/app.git")]
    [InlineData("git+ssh://git@example.com/team/app")]
    public void MatchKey_OfAllFormsOfOneAddress_IsTheSame(string url) =>
        RepositoryUrl.Parse(url).MatchKey.ShouldBe("example.com/team/app");

    [Theory]
    [InlineData("https://ann:pw@example.com/x", "https://example.com/x")]
    [InlineData("https://token@example.com:8443/x.git", "https://example.com:8443/x.git")]
    [InlineData("ssh://git@example.com/x", "ssh://git@example.com/x")]
    [InlineData("git@example.com:x/y.git", "git@example.com:x/y.git")]
    [InlineData("/srv/git/x.git", "/srv/git/x.git")]
    [InlineData("file:///srv/git/x.git", "file:///srv/git/x.git")]
    public void Display_HoldsNoCredentials(string url, string shown) => RepositoryUrl.Parse(url).Display.ShouldBe(shown);

    [Theory]
    [InlineData("--upload-pack=touch /tmp/owned")]
    [InlineData("-oProxyCommand=touch")]
    [InlineData("ssh://-oProxyCommand=touch/x")]
    [InlineData("ssh://-oProxyCommand=touch@host/x")]
    [InlineData("-oProxyCommand=x@host:y")]
    [InlineData("host:-x")]
    [InlineData("ext::sh -c touch% /tmp/owned")]
    [InlineData("git://example.com/x")]
    [InlineData("ftp://example.com/x")]
    [InlineData("https://example.com")]
    [InlineData("https://exa mple.com/x")]
    [InlineData("https://example.com/x\n--upload-pack=y")]
    [InlineData("")]
    public void Parse_WhatIsNoAddress_IsRefused(string url) =>
        Should.Throw<SourceException>(() => RepositoryUrl.Parse(url)).Fault.ShouldBe(SourceFault.RepositoryNotFound);

    [Theory]
    [InlineData("https://example.com/a/b.git", "../c.git", "https://example.com/a/c.git")]
    [InlineData("https://example.com/a/b", "../../d/c", "https://example.com/d/c")]
    [InlineData("git@example.com:a/b.git", "../c.git", "git@example.com:a/c.git")]
    [InlineData("ssh://git@example.com:22/a/b", "./c", "ssh://git@example.com/a/b/c")]
    [InlineData("/srv/git/a.git", "../b.git", "/srv/git/b.git")]
    [InlineData("https://example.com/a/b", "https://other.example.com/z", "https://other.example.com/z")]
    public void Resolve_RelativeAddresses_AsSubmodulesHaveThem(string of, string relative, string expected) =>
        RepositoryUrl.Parse(of).Resolve(relative).Display.ShouldBe(expected);

    [Theory]
    [InlineData("https://example.com/team/app", "https://example.com/team/app", "/local/app", "/local/app")]
    [InlineData("https://example.com/team/app.git", "https://example.com/team/app", "/local/app", "/local/app")]
    [InlineData("https://example.com/team/app", "https://example.com/team/", "/local", "/local/app")]
    [InlineData("https://example.com/team/app", "https://example.com/tea", "/local", "https://example.com/team/app")]
    [InlineData("git@example.com:team/app.git", "git@example.com:team", "/local/", "/local/app.git")]
    public void Map_ReplacesWholePrefixesOnly(string url, string from, string to, string expected) =>
        RepositoryMapping.Apply([new RepositoryMapping(from, to)], RepositoryUrl.Parse(url)).Display.ShouldBe(expected);

    [Fact]
    public void Redact_RemovesUserInformationFromAnyText() =>
        RepositoryUrl.Redact("fatal: 'https://ann:p%40ss@example.com/x' and http://tok@h/y").ShouldBe("fatal: 'https://***@example.com/x' and http://***@h/y");
}
