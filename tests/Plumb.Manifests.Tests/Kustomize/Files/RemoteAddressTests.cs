using Plumb.Manifests.Kustomize.Files;

namespace Plumb.Manifests.Tests.Kustomize.Files;

/// <summary>What Kustomize takes for a folder of a repository, and how it takes it apart (facts of its <c>repospec_test.go</c>).</summary>
public sealed class RemoteAddressTests
{
    [Theory]
    // hosts and their spellings
    [InlineData("gitHub.com/someOrg/someRepo/foo", "https://github.com/someOrg/someRepo", "foo", "")]
    [InlineData("github.com:someOrg/someRepo", "https://github.com/someOrg/someRepo", "", "")]
    [InlineData("hTTps://github.com/someOrg/someRepo?ref=master", "https://github.com/someOrg/someRepo", "", "master")]
    [InlineData("http://github.com/someorg/somerepo/somedir", "https://github.com/someorg/somerepo", "somedir", "")]
    [InlineData("git::https://gitlab.com/someOrg/someRepo/foo/bar", "https://gitlab.com/someOrg/someRepo", "foo/bar", "")]
    [InlineData("git::http://git.example.com/someOrg/someRepo", "http://git.example.com/someOrg/someRepo", "", "")]
    [InlineData("git::git@github.com:someOrg/someRepo", "git@github.com:someOrg/someRepo", "", "")]
    [InlineData("git@github.com/someorg/somerepo/somepath", "git@github.com:someorg/somerepo", "somepath", "")]
    [InlineData("org-12345@github.com/kubernetes-sigs/kustomize", "org-12345@github.com:kubernetes-sigs/kustomize", "", "")]
    [InlineData("ssh://org-12345@github.com/kubernetes-sigs/kustomize", "org-12345@github.com:kubernetes-sigs/kustomize", "", "")]
    [InlineData("ssh://git.example.com:7999/someOrg/someRepo", "ssh://git.example.com:7999/someOrg/someRepo", "", "")]
    [InlineData("ssh://git@ssh.github.com:443/YOUR-USERNAME/YOUR-REPOSITORY.git", "ssh://git@ssh.github.com:443/YOUR-USERNAME/YOUR-REPOSITORY.git", "", "")]
    [InlineData("https://git-codecommit.us-east-2.amazonaws.com/someorg/somerepo/somedir?ref=testbranch", "https://git-codecommit.us-east-2.amazonaws.com/someorg/somerepo", "somedir", "testbranch")]
    [InlineData("https://fabrikops2.visualstudio.com/someorg/somerepo?ref=master", "https://fabrikops2.visualstudio.com/someorg/somerepo", "", "master")]
    // where the repository ends
    [InlineData("http://github.com/someorg/somerepo.git/somedir", "https://github.com/someorg/somerepo.git", "somedir", "")]
    [InlineData("git@gitlab2.sqtools.ru:infra/kubernetes/thanos-base.git?ref=v0.1.0", "git@gitlab2.sqtools.ru:infra/kubernetes/thanos-base.git", "", "v0.1.0")]
    [InlineData("git@bitbucket.org:company/project.git//path?ref=branch", "git@bitbucket.org:company/project.git", "path", "branch")]
    [InlineData("git@bitbucket.org/company/project.git//path?ref=branch", "git@bitbucket.org/company/project.git", "path", "branch")]
    [InlineData("git@gitlab.com/user:name/YOUR-REPOSITORY.git/path", "git@gitlab.com/user:name/YOUR-REPOSITORY.git", "path", "")]
    [InlineData("git@gitlab.com:gitlab-tests/sample-project", "git@gitlab.com:gitlab-tests/sample-project", "", "")]
    [InlineData("git@gist.github.com:bc7947cb727d7f9217e7862d961a1ffd.git", "git@gist.github.com:bc7947cb727d7f9217e7862d961a1ffd.git", "", "")]
    [InlineData("https://gist.github.com/bc7947cb727d7f9217e7862d961a1ffd.git", "https://gist.github.com/bc7947cb727d7f9217e7862d961a1ffd.git", "", "")]
    [InlineData("https://itfs.mycompany.com/collection/project/_git/somerepos/somedir?version=v1.0.0", "https://itfs.mycompany.com/collection/project/_git/somerepos", "somedir", "v1.0.0")]
    [InlineData("https://username@dev.azure.com/org/project/_git/repo//path/to/root", "https://username@dev.azure.com/org/project/_git/repo", "path/to/root", "")]
    [InlineData("https://github.com/kubernetes-sigs/kustomize//examples/multibases/dev/?ref=v1.0.6", "https://github.com/kubernetes-sigs/kustomize", "examples/multibases/dev", "v1.0.6")]
    [InlineData("https://example.org/path/to/repo//examples/multibases/dev", "https://example.org/path/to/repo", "examples/multibases/dev", "")]
    [InlineData("https://example.org/path/to/repo.git/examples/multibases/dev", "https://example.org/path/to/repo.git", "examples/multibases/dev", "")]
    [InlineData("ssh://alice@example.com/path/to/repo//examples/multibases/dev", "ssh://alice@example.com/path/to/repo", "examples/multibases/dev", "")]
    [InlineData("https://authority/org/repo/%-not-parsable/url.Parse", "https://authority/org/repo", "%-not-parsable/url.Parse", "")]
    // what the query means
    [InlineData("https://authority/org/repo?ref=group/version", "https://authority/org/repo", "", "group/version")]
    [InlineData("https://authority/org/repo/?ref=includes_git/for_some_reason", "https://authority/org/repo", "", "includes_git/for_some_reason")]
    [InlineData("https://authority/org/repo/?ref=includes.git/for_some_reason", "https://authority/org/repo", "", "includes.git/for_some_reason")]
    [InlineData("https://authority/org/repo?version=master&ref=v1.0.0", "https://authority/org/repo", "", "v1.0.0")]
    [InlineData("https://authority/org/repo?ref=first&ref=second&timeout=61&submodules=false", "https://authority/org/repo", "", "first")]
    // this machine's disk
    [InlineData("file://a/b/c/someRepo.git/somepath?ref=someBranch", "file://a/b/c/someRepo.git", "somepath", "someBranch")]
    [InlineData("file://a/b/c/someRepo//somepath?ref=someBranch", "file://a/b/c/someRepo", "somepath", "someBranch")]
    [InlineData("file:///a/b/c/someRepo?ref=someBranch", "file:///a/b/c/someRepo", "", "someBranch")]
    [InlineData("file://git@home/path/to/repository.git//path?ref=branch", "file://git@home/path/to/repository.git", "path", "branch")]
    [InlineData("file:///", "file:///", "", "")]
    public void AnAddress_IsTakenApart(string written, string repository, string folder, string revision) =>
        RemoteAddress.Parse(written).ShouldBe(new RemoteAddress(repository, folder, revision, written));

    [Theory]
    [InlineData("/tmp")]
    [InlineData("../../tmp")]
    [InlineData("../other.git")]
    [InlineData("src/github.com/org/repo/path")]
    [InlineData("iauhsdiuashduas")]
    [InlineData("htxxxtp://github.com/")]
    [InlineData("ssh://git.example.com")]
    [InlineData("git::___")]
    [InlineData("https://host?ref=group/version/minor_version")]
    [InlineData("https://github.com/org/repo.git//path/../../exits/repo")]
    [InlineData("github.com!org/repo.git//path")]
    [InlineData("gh:org/repo")]
    [InlineData("https://github.com/thisisa404.yaml")]
    [InlineData("file:////tmp//path/to/whatever")]
    [InlineData("git@scp://github.com/org/repo.git//path")]
    [InlineData("git@ssh://github.com/org/repo.git//path")]
    public void WhatIsNone_IsAPath(string written) => RemoteAddress.Parse(written).ShouldBeNull();

    [Theory]
    [InlineData("https://git.example.com/org/repo//x", "https://git.example.com/org/repo", "https://git.example.com/org/repo//x")]
    [InlineData("https://tess@git.example.com/org/repo//x", "https://git.example.com/org/repo", "https://git.example.com/org/repo//x")]
    [InlineData("https://tess:s3cr3t@git.example.com/org/repo//x", "https://git.example.com/org/repo", "https://git.example.com/org/repo//x")]
    [InlineData("git::https://:s3@cr3t@git.example.com/org/repo//x", "https://git.example.com/org/repo", "git::https://git.example.com/org/repo//x")]
    [InlineData("ssh://git:s3cr3t@git.example.com/org/repo//x", "ssh://git@git.example.com/org/repo", "ssh://git@git.example.com/org/repo//x")]
    [InlineData("ssh://git@git.example.com/org/repo//x@y", "ssh://git@git.example.com/org/repo", "ssh://git@git.example.com/org/repo//x@y")]
    public void WhatIsShown_HoldsNoCredentials(string written, string display, string shown)
    {
        var address = RemoteAddress.Parse(written)!;
        address.Display.ShouldBe(display);
        address.Shown.ShouldBe(shown);
    }
}
