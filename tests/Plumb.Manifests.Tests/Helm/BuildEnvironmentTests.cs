using Plumb.Manifests.Helm;
using Plumb.Manifests.Tests.Plain;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Targets;

namespace Plumb.Manifests.Tests.Helm;

/// <summary>Argo CD's variables in parameters and names of files, read as Go's <c>os.Expand</c> reads them.</summary>
public sealed class BuildEnvironmentTests
{
    [Theory]
    [InlineData("nothing", "nothing")]
    [InlineData("$ARGOCD_APP_NAME", "shop")]
    [InlineData("a-${ARGOCD_APP_NAME}-b", "a-shop-b")]
    [InlineData("$ARGOCD_APP_NAMESPACE/$ARGOCD_APP_PROJECT_NAME", "ns/team")]
    [InlineData("$ARGOCD_APP_SOURCE_REPO_URL $ARGOCD_APP_SOURCE_PATH $ARGOCD_APP_SOURCE_TARGET_REVISION", "https://git.example.com/c.git charts/shop v1")]
    [InlineData("$ARGOCD_APP_REVISION_SHORT $ARGOCD_APP_REVISION_SHORT_8", "0123456 01234567")]
    [InlineData("$$ARGOCD_APP_NAME", "$ARGOCD_APP_NAME")]
    [InlineData("$UNKNOWN.", ".")]
    [InlineData("$1x", "x")]
    [InlineData("a$", "a$")]
    [InlineData("a$ b", "a$ b")]
    [InlineData("${}x", "x")]
    [InlineData("${ARGOCD_APP_NAME", "ARGOCD_APP_NAME")]
    public void Variables_AreReplaced(string text, string expected) => Of(MemoryTree.Of(("a", ""))).Expand(text).ShouldBe(expected);

    [Fact]
    public void WhatUsesTheRevision_DependsOnTheWholeCommit()
    {
        var tree = MemoryTree.Of(("a", ""));
        Of(tree).Expand("$ARGOCD_APP_NAME");
        tree.Dependencies.Entries.ShouldBeEmpty();
        Of(tree).Expand("$ARGOCD_APP_REVISION").ShouldBe(tree.Commit);
        tree.Dependencies.Entries.Select(e => e.Key).ShouldBe([""]);
    }

    private static BuildEnvironment Of(MemoryTree tree)
    {
        var source = new SourceSpec { RepoUrl = "https://git.example.com/c.git", Path = "charts/shop", TargetRevision = "v1" };
        var application = new ApplicationSpec
        {
            Name = "shop", Project = "team", Sources = [source], Destination = new DestinationSpec(Namespace: "ns"),
        };
        return new BuildEnvironment(new RenderRequest(tree, application, source, new TargetCapabilities()));
    }
}
