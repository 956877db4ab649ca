using System.Diagnostics;
using System.Text;
using Plumb.Git.Tests.Support;
using Plumb.Reconcile.Sources;

namespace Plumb.Git.Tests.Trees;

public sealed class GitTreeTests : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly TestRepository _repository;
    private readonly GitSource _source;

    public GitTreeTests()
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
    public async Task List_GivesEntriesInGitsOrder_WithKinds()
    {
        _repository.Commit(("b/x.yaml", "x"), ("a.yaml", "a"), ("b.yaml", "b"));
        var tree = await OpenAsync();
        tree.List("").Select(e => (e.Name, e.Kind)).ShouldBe(
            [("a.yaml", TreeEntryKind.File), ("b.yaml", TreeEntryKind.File), ("b", TreeEntryKind.Directory)]);
        tree.List("b").Single().Path.ShouldBe("b/x.yaml");
        tree.Find("b/./y/../x.yaml")!.Path.ShouldBe("b/x.yaml");
        tree.Find("b/none").ShouldBeNull();
        tree.Find("a.yaml/none").ShouldBeNull();
        tree.Find("")!.Kind.ShouldBe(TreeEntryKind.Directory);
    }

    [Theory]
    [InlineData("../etc/passwd")]
    [InlineData("app/../../x")]
    [InlineData("/etc/passwd")]
    [InlineData("a\0b")]
    public async Task Path_ThatLeavesTheTree_IsRefused(string path)
    {
        _repository.Commit(("app/a", "1"));
        var tree = await OpenAsync();
        Should.Throw<SourceException>(() => tree.Read(path)).Fault.ShouldBe(SourceFault.PathRefused);
        Should.Throw<SourceException>(() => tree.Find(path)).Fault.ShouldBe(SourceFault.PathRefused);
        Should.Throw<SourceException>(() => tree.List(path)).Fault.ShouldBe(SourceFault.PathRefused);
    }

    [Fact]
    public async Task Read_OfWhatIsNoFile_SaysWhy()
    {
        _repository.Commit(("app/a", "1"));
        var tree = await OpenAsync();
        Should.Throw<SourceException>(() => tree.Read("app/none")).Fault.ShouldBe(SourceFault.PathNotFound);
        Should.Throw<SourceException>(() => tree.List("none")).Fault.ShouldBe(SourceFault.PathNotFound);
        Should.Throw<SourceException>(() => tree.Read("app")).Message.ShouldContain("it is a directory, not a file");
        Should.Throw<SourceException>(() => tree.List("app/a")).Fault.ShouldBe(SourceFault.PathRefused);
    }

    [Fact]
    public async Task Links_InsideTheTree_AreFollowed()
    {
        _repository.Link("link", "real/deep");
        _repository.Link("real/deep/up.yaml", "../top.yaml");
        _repository.Link("dangling", "nowhere");
        _repository.Commit(("real/deep/x.yaml", "x"), ("real/top.yaml", "top"));
        var tree = await OpenAsync();
        Text(tree, "link/x.yaml").ShouldBe("x");
        Text(tree, "link/up.yaml").ShouldBe("top");
        tree.List("").Single(e => e.Name == "link").Kind.ShouldBe(TreeEntryKind.Directory);
        tree.List("").Single(e => e.Name == "dangling").Kind.ShouldBe(TreeEntryKind.Symlink);
        tree.List("link").Select(e => e.Path).ShouldBe(["link/up.yaml", "link/x.yaml"]);
        tree.Find("dangling").ShouldBeNull();
    }

    [Theory]
    [InlineData("/etc/passwd", "absolute")]
    [InlineData("../../../etc/passwd", "leaves the repository")]
    [InlineData("../bad/link", "circle")]
    public async Task Links_ThatEscapeOrLoop_AreRefused(string target, string why)
    {
        _repository.Link("bad/link", target);
        _repository.Commit(("bad/x", "1"));
        var tree = await OpenAsync();
        var failure = Should.Throw<SourceException>(() => tree.Read("bad/link"));
        failure.Fault.ShouldBe(SourceFault.PathRefused);
        failure.Message.ShouldContain(why);
        tree.List("bad").Single(e => e.Name == "link").Kind.ShouldBe(TreeEntryKind.Symlink);
    }

    [Fact]
    public async Task LfsPointer_IsReportedAsMissingContent()
    {
        _repository.Commit(("big.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"));
        var failure = Should.Throw<SourceException>(() => OpenAsync().Result.Read("big.bin"));
        failure.Fault.ShouldBe(SourceFault.ContentMissing);
        failure.Message.ShouldContain("big.bin");
    }

    [Fact]
    public async Task FileOverTheLimit_IsRefused_AndOthersAreStillRead()
    {
        _repository.Commit(("huge", new string('x', (1 << 20) + 1)), ("small", "1"));
        var tree = await OpenAsync();
        var failure = Should.Throw<SourceException>(() => tree.Read("huge"));
        failure.Fault.ShouldBe(SourceFault.LimitReached);
        failure.Message.ShouldContain("huge");
        Text(tree, "small").ShouldBe("1");
    }

    [Fact]
    public async Task Dependencies_HoldAllThatWasFoundListedReadAndAbsent()
    {
        _repository.Link("app/link", "../base");
        _repository.Commit(("app/a.yaml", "a"), ("base/b.yaml", "b"), ("other/c.yaml", "c"));
        var tree = await OpenAsync();
        tree.Dependencies.Entries.ShouldBeEmpty();
        tree.Read("app/a.yaml");
        tree.Read("app/link/b.yaml");
        tree.Find("app/Chart.yaml");
        tree.Find("nowhere/deep/x");
        tree.List("other");
        tree.Dependencies.Entries.ShouldBe(
        [
            new("app/Chart.yaml", null),
            new("app/a.yaml", Id("app/a.yaml")),
            new("app/link", Id("app/link")),
            new("base/b.yaml", Id("base/b.yaml")),
            new("nowhere/deep/x", null),
            new("other", Id("other")),
        ]);
    }

    [Theory]
    [InlineData("elsewhere", "other/new.yaml", "1", true)]
    [InlineData("changed file", "app/a.yaml", "2", false)]
    [InlineData("new file in a listed folder", "listed/new.yaml", "1", false)]
    [InlineData("what was absent comes", "app/Chart.yaml", "1", false)]
    [InlineData("file behind the link", "base/b.yaml", "2", false)]
    [InlineData("beside a read file", "app/unread.yaml", "2", true)]
    [InlineData("removed", "app/a.yaml", null, false)]
    public async Task Matches_HoldsExactlyWhenNothingReadHasChanged(string why, string path, string? content, bool expected)
    {
        _repository.Link("app/link", "../base");
        _repository.Commit(("app/a.yaml", "a"), ("base/b.yaml", "b"), ("listed/x", "x"), ("app/unread.yaml", "1"));
        var before = await OpenAsync();
        before.Read("app/a.yaml");
        before.Read("app/link/b.yaml");
        before.Find("app/Chart.yaml");
        before.List("listed");
        _repository.Commit((path, content));
        var after = await OpenAsync();
        after.Matches(before.Dependencies).ShouldBe(expected, why);
        after.Dependencies.Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task Matches_WhenAFolderBecomesALink_DoesNotHold()
    {
        _repository.Commit(("app/a.yaml", "a"), ("copy/a.yaml", "a"), ("copy/Chart.yaml", "c"));
        var before = await OpenAsync();
        before.Find("app/Chart.yaml");
        _repository.Git("rm", "-q", "-r", "app");
        _repository.Link("app", "copy");
        _repository.CommitAll();
        (await OpenAsync()).Matches(before.Dependencies).ShouldBeFalse();
    }

    [Fact]
    public async Task Matches_OverAThousandRecords_IsQuick()
    {
        var files = Enumerable.Range(0, 1000).SelectMany(i => Enumerable.Range(0, 3).Select(f => ($"apps/app-{i}/f{f}.yaml", (string?)$"{i}-{f}"))).ToArray();
        _repository.Commit(files);
        var records = new List<DependencyRecord>();
        var resolved = await _source.ResolveAsync(_repository.Bare, "main", Freshness.Remote, Ct);
        for (var i = 0; i < 1000; i++)
        {
            var tree = await _source.OpenAsync(_repository.Bare, resolved.Commit, Ct);
            foreach (var entry in tree.List($"apps/app-{i}")) tree.Read(entry.Path);
            tree.Find($"apps/app-{i}/Chart.yaml");
            records.Add(tree.Dependencies);
        }
        _repository.Commit(("apps/app-500/f1.yaml", "changed"));
        var after = await OpenAsync();
        var clock = Stopwatch.StartNew();
        var changed = Enumerable.Range(0, 1000).Where(i => !after.Matches(records[i])).ToList();
        var took = clock.Elapsed;
        changed.ShouldBe([500]);
        TestContext.Current.SendDiagnosticMessage($"1,000 records of 5 paths matched in {took.TotalMilliseconds:0.0} ms");
        took.ShouldBeLessThan(TimeSpan.FromSeconds(2)); // about 0.1 s on an idle machine
    }

    [Fact]
    public async Task Submodule_WithRelativeAddress_IsReadAtItsPin()
    {
        var library = new TestRepository(_folder.Path, "library");
        var pin = library.Commit(("base/x.yaml", "old"));
        _repository.Commit(("a", "1"));
        _repository.Git("submodule", "--quiet", "add", "../library.git", "vendor/lib");
        _repository.CommitAll();
        library.Commit(("base/x.yaml", "new"));
        var tree = await OpenAsync();
        tree.Find("vendor/lib").ShouldBe(new TreeEntry("lib", "vendor/lib", TreeEntryKind.Submodule, pin));
        Text(tree, "vendor/lib/base/x.yaml").ShouldBe("old");
        tree.List("vendor/lib").Single().Kind.ShouldBe(TreeEntryKind.Directory);
        tree.Dependencies.Entries.Select(e => e.Key).ShouldBe([".gitmodules", "vendor/lib"]);
        (await OpenAsync()).Matches(tree.Dependencies).ShouldBeTrue();
    }

    [Fact]
    public async Task Submodule_ThatCannotBeHad_IsAnErrorOnlyForWhoReadsIt()
    {
        var library = new TestRepository(_folder.Path, "library");
        library.Commit(("x", "1"));
        _repository.Git("submodule", "--quiet", "add", "../library.git", "lib");
        _repository.Commit(("a", "1"));
        Directory.Delete(library.Bare, recursive: true);
        var tree = await OpenAsync();
        Text(tree, "a").ShouldBe("1");
        var failure = Should.Throw<SourceException>(() => tree.Read("lib/x"));
        failure.Fault.ShouldBe(SourceFault.ContentMissing);
        failure.Message.ShouldContain("submodule lib (../library.git");
    }

    [Fact]
    public async Task Submodule_OfARemoteRepository_MayNotNameALocalPath()
    {
        var library = new TestRepository(_folder.Path, "library");
        library.Commit(("x", "1"));
        _repository.Git("submodule", "--quiet", "add", library.Bare, "lib");
        _repository.CommitAll();
        await using var server = await GitHttpServer.StartAsync(_folder.Path);
        var tree = await _source.OpenHeadAsync(server.Url + "/repo.git");
        Should.Throw<SourceException>(() => tree.Read("lib/x")).Message.ShouldContain("may not name a local path");
    }

    private Task<ITree> OpenAsync() => _source.OpenHeadAsync(_repository.Bare);

    private string Id(string path) => _repository.Git("rev-parse", "HEAD:" + path);

    private static string Text(ITree tree, string path) => Encoding.UTF8.GetString(tree.Read(path).Span);
}
