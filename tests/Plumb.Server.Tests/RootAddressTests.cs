using Plumb.Server.Composition;

namespace Plumb.Server.Tests;

public sealed class RootAddressTests
{
    [Theory]
    [InlineData("https://git.example.com/config.git", "https://git.example.com/config.git", "", "HEAD")]
    [InlineData("https://git.example.com/config.git//clusters/prod@main", "https://git.example.com/config.git", "clusters/prod", "main")]
    [InlineData("https://git.example.com/config.git@v1.2.3", "https://git.example.com/config.git", "", "v1.2.3")]
    [InlineData("https://bot:token@git.example.com/config.git", "https://bot:token@git.example.com/config.git", "", "HEAD")]
    [InlineData("https://bot:token@git.example.com/config.git//apps@main", "https://bot:token@git.example.com/config.git", "apps", "main")]
    [InlineData("git@git.example.com:team/config.git", "git@git.example.com:team/config.git", "", "HEAD")]
    [InlineData("git@git.example.com:team/config.git//apps@main", "git@git.example.com:team/config.git", "apps", "main")]
    [InlineData("ssh://git@git.example.com/config.git//apps", "ssh://git@git.example.com/config.git", "apps", "HEAD")]
    [InlineData("file:///srv/config//apps/@main", "file:///srv/config", "apps", "main")]
    [InlineData("/srv/config//apps", "/srv/config", "apps", "HEAD")]
    [InlineData("./config", "./config", "", "HEAD")]
    public void Parse_TellsRepositoryPathAndRevisionApart(string text, string repository, string path, string revision) =>
        RootAddress.Parse(text).ShouldBe(new RootAddress(repository, path, revision));

    [Theory]
    [InlineData("")]
    [InlineData("https://")]
    public void Parse_WithoutARepository_SaysWhatToWrite(string text) =>
        Should.Throw<FormatException>(() => RootAddress.Parse(text)).Message.ShouldContain("GITURL[//path][@revision]");
}
