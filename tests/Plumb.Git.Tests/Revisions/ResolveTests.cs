using Plumb.Git.Addresses;
using Plumb.Git.Tests.Support;
using Plumb.Reconcile.Sources;

namespace Plumb.Git.Tests.Revisions;

public sealed class ResolveTests : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly TestRepository _repository;
    private readonly GitSource _source;

    public ResolveTests()
    {
        _repository = new TestRepository(_folder.Path);
        _source = Sources.Open(_folder.Path);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Names_OfAllSorts_GiveTheirCommit()
    {
        var first = _repository.Commit(("a", "1"));
        _repository.Tag("v1.0.0");
        _repository.Tag("v1.1.0-rc.1", annotated: true);
        var second = _repository.Commit(("a", "2"));
        _repository.Tag("1.2.0", annotated: true);
        _repository.NewBranch("feature/x");
        var third = _repository.Commit(("a", "3"));
        _repository.Git("tag", "-a", "nested", "1.2.0", "-m", "a tag of a tag");
        _repository.Git("push", "-q", "origin", "nested");
        _repository.Git("push", "-q", "origin", "HEAD:refs/pull/7/head");

        async Task Check(string revision, string commit, string? reference)
        {
            var resolved = await _source.ResolveAsync(_repository.Bare, revision, Freshness.Mirror, Ct);
            (resolved.Commit, resolved.Reference).ShouldBe((commit, reference), revision);
        }

        await Check("main", second, "main");
        await Check("HEAD", second, "main");
        await Check("", second, "main");
        await Check("refs/heads/feature/x", third, "feature/x");
        await Check("feature/x", third, "feature/x");
        await Check("v1.0.0", first, "v1.0.0");
        await Check("1.2.0", second, "1.2.0");
        await Check("refs/tags/1.2.0", second, "1.2.0");
        await Check("nested", second, "nested");
        await Check("1.x", second, "1.2.0");
        await Check("~1.0", first, "v1.0.0");
        await Check("~1.1.0-0", first, "v1.1.0-rc.1");
        await Check("refs/pull/7/head", third, "refs/pull/7/head");
        await Check(first, first, null);
        await Check(first.ToUpperInvariant(), first, null);
        await Check(third[..9], third, null);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("9.x")]
    [InlineData("--upload-pack=touch owned")]
    [InlineData("refs/x:refs/heads/main")]
    [InlineData("refs/-x/--exec")]
    [InlineData("main^{tree}")]
    [InlineData("0123456789012345678901234567890123456789")]
    [InlineData("refs/pull/1/head")]
    public async Task Revision_ThatIsNotThere_FailsAsRevisionNotFound(string revision)
    {
        _repository.Commit(("a", "1"));
        var failure = await _source.FailureAsync(_repository.Bare, revision, Freshness.Mirror);
        failure.Fault.ShouldBe(SourceFault.RevisionNotFound);
        failure.Message.ShouldContain(_repository.Bare);
    }

    [Fact]
    public async Task EmptyRepository_FailsAsRevisionNotFound() =>
        (await _source.FailureAsync(_repository.Bare)).Message.ShouldContain("the repository is empty");

    [Fact]
    public async Task ShortCommit_OfSeveral_FailsAndListsThem()
    {
        // Enough commits that two share four hex digits, made without a work tree.
        var tree = _repository.Git("mktree", "--missing");
        _repository.Commit(("a", "1"));
        var seen = new Dictionary<string, string>();
        string? prefix = null;
        for (var i = 0; i < 3000 && prefix is null; i++)
        {
            var commit = _repository.Git("commit-tree", tree, "-m", "n" + i);
            if (!seen.TryAdd(commit[..4], commit)) prefix = commit[..4];
            else continue;
            _repository.Git("push", "-q", "origin", $"{commit}:refs/heads/one", $"{seen[prefix]}:refs/heads/two");
        }
        var failure = await _source.FailureAsync(_repository.Bare, prefix!);
        failure.Fault.ShouldBe(SourceFault.RevisionNotFound);
        failure.Message.ShouldContain(seen[prefix!]);
        failure.Message.ShouldContain("ambiguous");
    }

    [Fact]
    public async Task Commit_NotYetInTheMirror_IsFetched()
    {
        _repository.Commit(("a", "1"));
        await _source.ResolveAsync(_repository.Bare, "main", Freshness.Mirror, Ct);
        var next = _repository.Commit(("a", "2"));
        (await _source.ResolveAsync(_repository.Bare, next, Freshness.Mirror, Ct)).Commit.ShouldBe(next);
    }

    [Fact]
    public async Task Commit_ThatNoBranchHolds_IsFetchedByItsId()
    {
        _repository.Commit(("a", "1"));
        var lost = _repository.Commit(("a", "2"));
        _repository.ForcePush(("a", "3"));
        (await _source.ResolveAsync(_repository.Bare, lost, Freshness.Mirror, Ct)).Commit.ShouldBe(lost);
    }

    [Fact]
    public async Task Map_FetchesFromTheCopy_AndShowsThePublicAddress()
    {
        var commit = _repository.Commit(("a", "1"));
        await using var source = Sources.Open(_folder.At("mapped"), s => s.Map = [RepositoryMapping.Parse($"https://example.com/team/repo={_repository.Bare}")]);
        Directory.CreateDirectory(_folder.At("mapped"));
        (await source.ResolveAsync("https://example.com/team/repo.git", "main", Freshness.Remote, Ct)).Commit.ShouldBe(commit);
        (await source.FailureAsync("https://example.com/team/repo.git", "none")).Message.ShouldStartWith("https://example.com/team/repo.git: ");
    }

    [Fact]
    public async Task Describe_SaysWhoWhenAndWhat()
    {
        var commit = _repository.Commit(("a", "1"));
        var details = await _source.DescribeAsync(_repository.Bare, commit, Ct);
        details.Author.ShouldBe("Tess Ter <tess@example.com>");
        details.Subject.ShouldStartWith("Change ");
        (DateTimeOffset.UtcNow - details.CommittedAt).ShouldBeLessThan(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Repository_WithSha256Ids_Works()
    {
        var repository = new TestRepository(_folder.Path, "sha256", objectFormat: "sha256");
        var commit = repository.Commit(("a", "1"));
        commit.Length.ShouldBe(64);
        var tree = await _source.OpenHeadAsync(repository.Bare);
        tree.Commit.ShouldBe(commit);
        tree.Read("a").ToArray().ShouldBe("1"u8.ToArray());
    }
}
