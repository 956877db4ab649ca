using Plumb.Reconcile.Applications;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Tests.Support;

namespace Plumb.Reconcile.Tests.Loop;

/// <summary>Applications that take something from repositories that are none of their sources: the bases of kustomizations.</summary>
public sealed class OtherRepositoriesTests
{
    private const string Base = "https://git.example/base.git";

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public async Task WhenABaseMoves_WhoUsesItLooksAgain(int users)
    {
        await using var rig = new Rig();
        rig.Git.Others = [Base];
        rig.Git.Commit([.. Enumerable.Range(0, users).Select(i => ($"web{i}", $"a{i}=1"))]);
        await rig.StartAsync([.. Enumerable.Range(0, users).Select(i => Specs.Automated($"web{i}", $"web{i}"))]);
        for (var i = 0; i < users; i++) await rig.UntilReadyAsync($"web{i}");

        // As one that is fetched with the base would be: the sources' own repository has nothing to tell.
        var commit = rig.Git.CommitQuietly([.. Enumerable.Range(0, users).Select(i => ($"web{i}", $"a{i}=2"))]);
        rig.Git.Refresh("https://git.example/elsewhere.git");
        rig.Git.Refresh(Base);
        for (var i = 0; i < users; i++)
        {
            await rig.UntilAsync($"web{i}", s => s.IsReady && s.Revisions.Contains(commit));
            rig.Target.Content($"a{i}").ShouldBe("2");
        }
    }

    [Fact]
    public async Task ARepositoryThatTheProjectDoesNotAllow_IsNamedInAWord()
    {
        await using var rig = new Rig();
        rig.Git.Others = [Base];
        rig.Git.Commit(("web", "a=1"));
        await rig.Reconciler.StartAsync(
            [Specs.Automated("web", "web") with { Project = "narrow" }],
            [ProjectSpec.AllowAll with { Name = "narrow", SourceRepos = [MemoryGit.Url] }],
            TestContext.Current.CancellationToken);
        await rig.UntilAsync("web", s => s.Conditions.Any(c =>
            c.Type == Condition.ComparisonError && c.Message == $"helm repos {Base} are not permitted in project 'narrow': add them to sourceRepos"));
    }
}
