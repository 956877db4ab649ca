using Plumb.Api;
using Plumb.Web.Words;

namespace Plumb.Web.Tests.Words;

public sealed class ShortTests
{
    [Theory]
    [InlineData("4f9a1c27b0e85d3361c8fa90b2d74e5512ac8e07", "4f9a1c27")]
    [InlineData("v1.2.3", "v1.2.3")]
    [InlineData("release-of-a-very-long-name-that-is-no-commit", "release-of-a-very-long-name-that-is-no-commit")]
    public void Only_commits_are_cut(string revision, string expected) => Short.Commit(revision).ShouldBe(expected);

    [Theory]
    [InlineData("https://git.example.com/a/b.git", "git.example.com/a/b")]
    [InlineData("ssh://git@git.example.com/a/b.git", "git.example.com/a/b")]
    [InlineData("git@github.example.com:a/b.git", "github.example.com:a/b")]
    [InlineData("https://git.example.com/a/b@2", "git.example.com/a/b@2")]
    public void Repositories_lose_what_nobody_reads(string address, string expected) => Short.Repository(address).ShouldBe(expected);

    [Theory]
    [InlineData("apps", "Deployment", "shop", "web")]
    [InlineData("", "Namespace", "", "shop")]
    [InlineData("rbac.authorization.k8s.io", "ClusterRole", "", "system:node")]
    public void A_resource_survives_its_address(string group, string kind, string space, string name)
    {
        var resource = new ResourceName(group, kind, space, name);

        ResourceKey.Read(ResourceKey.Of(resource)).ShouldBe(resource);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a/b/c")]
    [InlineData("apps//shop/web")]
    [InlineData("a/b/c/d/e")]
    public void What_is_no_resource_is_none(string? key) => ResourceKey.Read(key).ShouldBeNull();
}
