using System.Text;
using Plumb.Git.Mirrors;
using Plumb.Git.Tests.Support;
using Plumb.Reconcile.Sources;

namespace Plumb.Git.Tests.Mirrors;

public sealed class MirrorTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly TestRepository _repository;

    public MirrorTests() => _repository = new TestRepository(_folder.Path);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task MissingLocalRepository_FailsAsRepositoryNotFound()
    {
        await using var source = Sources.Open(_folder.Path);
        (await source.FailureAsync(_folder.At("none.git"))).Fault.ShouldBe(SourceFault.RepositoryNotFound);
    }

    [Fact]
    public async Task MissingGitProgram_IsSaid()
    {
        await using var source = Sources.Open(_folder.Path, s => s.GitProgram = "no-such-git");
        var failure = await source.FailureAsync(_repository.Bare);
        failure.Fault.ShouldBe(SourceFault.Other);
        failure.Message.ShouldContain("Install git");
    }

    [Fact]
    public async Task DataFolderThatCannotBeWritten_FailsAsStorage()
    {
        await File.WriteAllTextAsync(_folder.At("data"), "a file is in its place", Ct);
        await using var source = Sources.Open(_folder.Path);
        (await source.FailureAsync(_repository.Bare)).Fault.ShouldBe(SourceFault.Storage);
    }

    [Fact]
    public async Task ForcePush_IsFollowedAndReported_AndTheOldTreeStaysReadable()
    {
        _repository.Commit(("a", "1"));
        _repository.Commit(("a", "2"));
        await using var source = Sources.Open(_folder.Path);
        var old = await source.OpenHeadAsync(_repository.Bare);
        await using var changes = new Changes(source);
        var now = _repository.ForcePush(("a", "3"));
        source.Refresh(_repository.Bare);
        var change = await changes.NextAsync(c => c.Kind == RepositoryChangeKind.ForcePushed);
        change.RepoUrl.ShouldBe(_repository.Bare);
        change.Message.ShouldContain("main");
        await changes.NextAsync(c => c.Kind == RepositoryChangeKind.RefsMoved);
        (await source.ResolveAsync(_repository.Bare, "main", Freshness.Mirror, Ct)).Commit.ShouldBe(now);
        old.Read("a").ToArray().ShouldBe("2"u8.ToArray());
    }

    [Fact]
    public async Task Poll_FindsMovedRefs_NewTagsAndRemovedBranches()
    {
        _repository.Commit(("a", "1"));
        await using var source = Sources.Open(_folder.Path, s => s.PollInterval = TimeSpan.FromMilliseconds(100));
        await source.OpenHeadAsync(_repository.Bare);
        await using var changes = new Changes(source);
        _repository.NewBranch("next");
        await changes.NextAsync(c => c.Message.Contains("branch next new"));
        _repository.Tag("v1");
        await changes.NextAsync(c => c.Message.Contains("tag v1 new"));
        _repository.Git("push", "-q", "origin", "--delete", "next");
        await changes.NextAsync(c => c.Message.Contains("branch next removed"));
        (await source.FailureAsync(_repository.Bare, "next", Freshness.Mirror)).Fault.ShouldBe(SourceFault.RevisionNotFound);
    }

    [Fact]
    public async Task Failure_IsReportedOnce_AndSoIsTheRecovery()
    {
        _repository.Commit(("a", "1"));
        await using var source = Sources.Open(_folder.Path, s => s.PollInterval = TimeSpan.FromMilliseconds(50));
        var before = await source.OpenHeadAsync(_repository.Bare);
        await using var changes = new Changes(source);
        Directory.Move(_repository.Bare, _repository.Bare + ".away");
        (await changes.NextAsync(c => c.Kind == RepositoryChangeKind.FetchFailed)).Message.ShouldContain("there is no such repository");

        // The last good state stands.
        (await source.ResolveAsync(_repository.Bare, "main", Freshness.Mirror, Ct)).Commit.ShouldBe(before.Commit);
        await Should.ThrowAsync<SourceException>(() => source.ResolveAsync(_repository.Bare, "main", Freshness.Remote, Ct));
        Directory.Move(_repository.Bare + ".away", _repository.Bare);
        await changes.NextAsync(c => c.Kind == RepositoryChangeKind.Recovered);
        changes.Seen.Count(c => c.Kind == RepositoryChangeKind.FetchFailed).ShouldBe(1);
    }

    [Fact]
    public async Task Refresh_WithAnotherFormOfTheAddress_FindsTheRepository()
    {
        _repository.Commit(("a", "1"));
        await using var source = Sources.Open(_folder.Path,
            s => s.Map = [new("https://git.example.com/team/repo", _repository.Bare)]);
        await source.OpenHeadAsync("https://git.example.com/team/repo");
        await using var changes = new Changes(source);
        _repository.Commit(("a", "2"));
        source.Refresh("git@git.example.com:team/repo.git");
        (await changes.NextAsync(c => c.Kind == RepositoryChangeKind.RefsMoved)).RepoUrl.ShouldBe("https://git.example.com/team/repo");
        source.Refresh("https://git.example.com/unknown");
        source.Refresh("--not-an-address");
    }

    [Fact]
    public async Task ManyRefreshes_BecomeFewFetches()
    {
        _repository.Commit(("a", "1"));
        await using var server = await GitHttpServer.StartAsync(_folder.Path);
        await using var source = Sources.Open(_folder.Path);
        await source.OpenHeadAsync(server.Url + "/repo.git");
        var requests = server.Requests;
        await using var changes = new Changes(source);
        _repository.Commit(("a", "2"));
        for (var i = 0; i < 200; i++) source.Refresh(server.Url + "/repo.git");
        await changes.NextAsync(c => c.Kind == RepositoryChangeKind.RefsMoved);
        (server.Requests - requests).ShouldBeLessThan(20);
    }

    [Fact]
    public async Task ManyUsers_OfANewRepository_ShareOneClone()
    {
        _repository.Commit(("a", "1"));
        await using var server = await GitHttpServer.StartAsync(_folder.Path);
        await using var source = Sources.Open(_folder.Path);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => source.ResolveAsync(server.Url + "/repo.git", "main", Freshness.Mirror, Ct)));
        server.Packs.ShouldBe(1);
    }

    [Fact]
    public async Task Readers_DuringAFetch_DoNotWait()
    {
        _repository.Commit(("a", "1"));
        await using var server = await GitHttpServer.StartAsync(_folder.Path);
        await using var source = Sources.Open(_folder.Path);
        var url = server.Url + "/repo.git";
        await source.OpenHeadAsync(url);
        var gate = new TaskCompletionSource();
        server.Gate = gate.Task;
        var requests = server.Requests;
        var next = _repository.Commit(("a", "2"));
        var fetching = source.ResolveAsync(url, "main", Freshness.Remote, Ct);
        await Eventually.HoldsAsync(() => server.Requests > requests, "the fetch has begun");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            var resolved = await source.ResolveAsync(url, "main", Freshness.Mirror, Ct);
            (await source.OpenAsync(url, resolved.Commit, Ct)).Read("a").ToArray().ShouldBe("1"u8.ToArray());
        }, Ct)));
        fetching.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        (await fetching).Commit.ShouldBe(next);
    }

    [Fact]
    public async Task Restart_AnswersFromDisk_WithoutTheServer()
    {
        var commit = _repository.Commit(("a", "1"));
        ResolvedRevision first;
        await using (var source = Sources.Open(_folder.Path)) first = await source.ResolveAsync(_repository.Bare, "main", Freshness.Mirror, Ct);
        Directory.Delete(_repository.Bare, recursive: true);
        await using var again = Sources.Open(_folder.Path);
        var resolved = await again.ResolveAsync(_repository.Bare, "main", Freshness.Mirror, Ct);
        resolved.Commit.ShouldBe(commit);
        resolved.FetchedAt.ShouldBe(first.FetchedAt, TimeSpan.FromSeconds(1));
        (await again.OpenAsync(_repository.Bare, commit, Ct)).Read("a").ToArray().ShouldBe("1"u8.ToArray());
    }

    [Theory]
    [InlineData("pack removed")]
    [InlineData("pack garbled")]
    [InlineData("pack cut")]
    [InlineData("refs garbled")]
    public async Task DamagedMirror_IsNoticedAndClonedAgain(string damage)
    {
        // Many objects, so that they arrive as one pack.
        _repository.Commit([.. Enumerable.Range(0, 300).Select(i => ($"f/{i}.yaml", (string?)$"content {i} {new string('x', 100)}"))]);
        using var metrics = new GitMetrics();
        await using (var first = Sources.Open(_folder.Path, metrics: metrics)) await first.OpenHeadAsync(_repository.Bare);
        Break(damage);
        await using var source = Sources.Open(_folder.Path);
        var failures = 0;
        await Eventually.HoldsAsync(() =>
        {
            try
            {
                var resolved = source.ResolveAsync(_repository.Bare, "main", Freshness.Mirror, Ct).Result;
                var tree = source.OpenAsync(_repository.Bare, resolved.Commit, Ct).Result;
                foreach (var entry in tree.List("f")) tree.Read(entry.Path).Length.ShouldBeGreaterThan(100);
                return true;
            }
            catch (Exception e) when ((e as SourceException ?? e.InnerException as SourceException) is { Fault: SourceFault.Corrupt })
            {
                failures++;
                return false;
            }
        }, "the mirror is whole again");
        failures.ShouldBeLessThanOrEqualTo(3);
        Directory.EnumerateDirectories(_folder.At("data", "mirrors"), "000002.git", SearchOption.AllDirectories).Count().ShouldBe(1);
    }

    [Fact]
    public async Task GarbledContent_IsNeverHandedOut()
    {
        var commit = _repository.Commit(("a", "right"));
        await using var source = Sources.Open(_folder.Path);
        await source.ResolveAsync(_repository.Bare, "main", Freshness.Mirror, Ct);
        var id = _repository.Git("rev-parse", "HEAD:a");
        var path = Directory.EnumerateFiles(_folder.At("data"), id[2..], SearchOption.AllDirectories).Single();

        // A well-formed object with other content under the right name: git alone would hand it out.
        using (var memory = new MemoryStream())
        {
            using (var zlib = new System.IO.Compression.ZLibStream(memory, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
                zlib.Write("blob 5\0wrong"u8);
            File.Delete(path);
            await File.WriteAllBytesAsync(path, memory.ToArray(), Ct);
        }
        var tree = await source.OpenAsync(_repository.Bare, commit, Ct);
        Should.Throw<SourceException>(() => tree.Read("a")).Fault.ShouldBe(SourceFault.Corrupt);
        await source.ResolveAsync(_repository.Bare, "main", Freshness.Mirror, Ct);
        Encoding.UTF8.GetString(tree.Read("a").Span).ShouldBe("right"); // the tree opened before goes on
    }

    [Fact]
    public async Task AnotherProcess_WritingTheMirror_IsWaitedFor()
    {
        _repository.Commit(("a", "1"));
        await using var source = Sources.Open(_folder.Path);
        await source.OpenHeadAsync(_repository.Bare);
        var next = _repository.Commit(("a", "2"));
        var file = Directory.EnumerateFiles(_folder.At("data"), "lock", SearchOption.AllDirectories).Single();
        Task<ResolvedRevision> waiting;
        using (new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            waiting = source.ResolveAsync(_repository.Bare, "main", Freshness.Remote, Ct);
            await Task.WhenAny(waiting, Task.Delay(400, Ct));
            waiting.IsCompleted.ShouldBeFalse();
        }
        (await waiting).Commit.ShouldBe(next);
    }

    [Fact]
    public async Task HalfMadeClone_IsThrownAway()
    {
        _repository.Commit(("a", "1"));
        await using (var source = Sources.Open(_folder.Path)) await source.OpenHeadAsync(_repository.Bare);
        var mirror = Directory.EnumerateDirectories(_folder.At("data", "mirrors")).Single();
        Directory.CreateDirectory(Path.Combine(mirror, "000002.git.new", "objects"));
        await using var again = Sources.Open(_folder.Path);
        (await again.OpenHeadAsync(_repository.Bare)).Read("a").ToArray().ShouldBe("1"u8.ToArray());
        Directory.EnumerateDirectories(mirror).Select(Path.GetFileName).ShouldBe(["000001.git"]);
    }

    [Fact]
    public void Settings_WithSeveralFaults_AreRefusedNamingAll()
    {
        var options = new GitOptions { DataFolder = "", PollInterval = TimeSpan.Zero, MaxReadersPerMirror = 0 };
        options.Validate().Count.ShouldBe(3);
        var failure = Should.Throw<ArgumentException>(() => new GitSource(options, GitCredentials.None, new ListLogger(), TimeProvider.System));
        failure.Message.ShouldContain("DataFolder");
        failure.Message.ShouldContain("PollInterval");
    }

    private void Break(string damage)
    {
        var mirror = _folder.At("data", "mirrors");
        if (damage == "refs garbled")
        {
            foreach (var name in (string[])["packed-refs", "main"])
            {
                foreach (var file in Directory.EnumerateFiles(mirror, name, SearchOption.AllDirectories)) File.WriteAllText(file, "garbage\n");
            }
            return;
        }
        var pack = Directory.EnumerateFiles(mirror, "*.pack", SearchOption.AllDirectories).Single();
        File.SetAttributes(pack, FileAttributes.Normal);
        var bytes = File.ReadAllBytes(pack);
        switch (damage)
        {
            case "pack removed":
                File.Delete(pack);
                break;
            case "pack cut":
                File.WriteAllBytes(pack, bytes[..(bytes.Length / 2)]);
                break;
            default:
                for (var i = 100; i < bytes.Length - 20; i += 50) bytes[i] ^= 0xff;
                File.WriteAllBytes(pack, bytes);
                break;
        }
    }
}
