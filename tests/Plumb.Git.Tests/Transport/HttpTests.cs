using Plumb.Git.Tests.Support;
using Plumb.Reconcile.Sources;

namespace Plumb.Git.Tests.Transport;

public sealed class HttpTests : IDisposable
{
    private const string Secret = "s3cr3t-Pa%ss";
    private readonly TestFolder _folder = new();
    private readonly TestRepository _repository;

    public HttpTests()
    {
        _repository = new TestRepository(_folder.Path);
        _repository.Commit(("app/a.yaml", "kind: A\n"));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Clone_OverHttp_ReadsFiles()
    {
        await using var server = await GitHttpServer.StartAsync(_folder.Path);
        await using var source = Sources.Open(_folder.Path);
        var tree = await source.OpenHeadAsync(server.Url + "/repo.git");
        tree.Read("app/a.yaml").ToArray().ShouldBe("kind: A\n"u8.ToArray());
        tree.Commit.ShouldBe(_repository.Head);
    }

    [Fact]
    public async Task Fetch_WhenNothingMoved_TransfersNoPack()
    {
        await using var server = await GitHttpServer.StartAsync(_folder.Path);
        await using var source = Sources.Open(_folder.Path);
        await source.OpenHeadAsync(server.Url + "/repo.git");
        var packs = server.Packs;
        var requests = server.Requests;
        await source.ResolveAsync(server.Url + "/repo.git", "main", Freshness.Mirror, Ct);
        server.Requests.ShouldBe(requests);
        await source.ResolveAsync(server.Url + "/repo.git", "main", Freshness.Remote, Ct);
        server.Packs.ShouldBe(packs);
    }

    [Fact]
    public async Task Credentials_FromProvider_AreAcceptedByTheServer()
    {
        await using var server = await GitHttpServer.StartAsync(_folder.Path, "ann", Secret);
        await using var source = Sources.Open(_folder.Path, credentials: new GitCredentials(
        [
            new GitCredential { UrlPrefix = server.Url, Username = "ann", Password = "wrong" },
            new GitCredential { UrlPrefix = server.Url + "/repo.git", Username = "ann", Password = Secret },
        ]));
        (await source.OpenHeadAsync(server.Url + "/repo.git")).Commit.ShouldBe(_repository.Head);
    }

    [Fact]
    public async Task Credentials_InTheAddress_AreUsedAndNotShown()
    {
        await using var server = await GitHttpServer.StartAsync(_folder.Path, "ann", Secret);
        var logger = new ListLogger();
        await using var source = Sources.Open(_folder.Path, logger: logger);
        var url = server.Url.Replace("://", $"://ann:{Uri.EscapeDataString(Secret)}@") + "/repo.git";
        (await source.OpenHeadAsync(url)).Commit.ShouldBe(_repository.Head);

        var wrong = await source.FailureAsync(server.Url.Replace("://", "://ann:wr0ng-token@") + "/repo.git");
        wrong.Fault.ShouldBe(SourceFault.Authentication);
        wrong.ToString().ShouldNotContain("wr0ng-token");
        logger.Text.ShouldNotContain("wr0ng-token");
        Directory.EnumerateFiles(_folder.At("data"), "*", SearchOption.AllDirectories)
            .ShouldAllBe(f => !File.ReadAllText(f).Contains(Secret));
    }

    [Fact]
    public async Task Credentials_TokenAsUserName_IsSentAsPassword()
    {
        await using var server = await GitHttpServer.StartAsync(_folder.Path, "git", Secret);
        await using var source = Sources.Open(_folder.Path);
        var url = server.Url.Replace("://", $"://{Uri.EscapeDataString(Secret)}@") + "/repo.git";
        (await source.OpenHeadAsync(url)).Commit.ShouldBe(_repository.Head);
    }

    [Fact]
    public async Task Credentials_DuringAFetch_AreInNoProcessArguments()
    {
        await using var server = await GitHttpServer.StartAsync(_folder.Path, "ann", Secret);
        var gate = new TaskCompletionSource();
        server.Gate = gate.Task;
        await using var source = Sources.Open(_folder.Path);
        var url = server.Url.Replace("://", $"://ann:{Uri.EscapeDataString(Secret)}@") + "/repo.git";
        var opening = source.ResolveAsync(url, "main", Freshness.Remote, Ct);

        // Two requests: the one refused, and the one with the password, which waits at the gate while git runs.
        var seen = new HashSet<string>();
        void Look() => seen.UnionWith(CommandLines());
        await Eventually.HoldsAsync(() => { Look(); return server.Requests >= 2; }, "git sends the password");
        Look();
        gate.SetResult();
        while (!opening.IsCompleted) Look();
        await opening;
        seen.ShouldContain(c => c.Contains("ls-remote") && c.Contains("/repo.git"));
        seen.ShouldAllBe(c => !c.Contains(Secret) && !c.Contains(Uri.EscapeDataString(Secret)));
    }

    [Theory]
    [InlineData("ann", "wrong")]
    [InlineData(null, null)]
    public async Task WrongOrNoCredentials_FailAsAuthentication(string? user, string? password)
    {
        await using var server = await GitHttpServer.StartAsync(_folder.Path, "ann", Secret);
        var logger = new ListLogger();
        await using var source = Sources.Open(_folder.Path, logger: logger, credentials: password is null
            ? GitCredentials.None
            : new GitCredentials([new GitCredential { UrlPrefix = server.Url, Username = user, Password = password }]));
        var failure = await source.FailureAsync(server.Url + "/repo.git");
        failure.Fault.ShouldBe(SourceFault.Authentication);
        failure.Message.ShouldStartWith(server.Url + "/repo.git: ");
        failure.Message.ShouldContain("Check the user name and the password");
    }

    [Fact]
    public async Task Redirect_ToAnotherHost_GetsNoPassword()
    {
        await using var thief = await GitHttpServer.StartAsync(_folder.Path, "ann", Secret);
        await using var server = await GitHttpServer.StartAsync(_folder.Path);
        server.RedirectTo = thief.Url;
        await using var source = Sources.Open(_folder.Path, credentials: new GitCredentials(
            [new GitCredential { UrlPrefix = server.Url, Username = "ann", Password = Secret }]));
        (await source.FailureAsync(server.Url + "/repo.git")).Fault.ShouldBe(SourceFault.Authentication);
    }

    [Fact]
    public async Task MissingRepository_FailsAsRepositoryNotFound()
    {
        await using var server = await GitHttpServer.StartAsync(_folder.Path);
        await using var source = Sources.Open(_folder.Path);
        (await source.FailureAsync(server.Url + "/none.git")).Fault.ShouldBe(SourceFault.RepositoryNotFound);
    }

    [Fact]
    public async Task PortNobodyListensOn_FailsAsUnreachable()
    {
        await using var source = Sources.Open(_folder.Path);
        var failure = await source.FailureAsync($"http://127.0.0.1:{SshServer.FreePort()}/repo.git");
        failure.Fault.ShouldBe(SourceFault.Unreachable);
    }

    [Fact]
    public async Task ServerError_FailsAsUnreachable()
    {
        await using var server = await GitHttpServer.StartAsync(_folder.Path);
        server.Status = 503;
        await using var source = Sources.Open(_folder.Path);
        (await source.FailureAsync(server.Url + "/repo.git")).Fault.ShouldBe(SourceFault.Unreachable);
    }

    [Fact]
    public async Task ServerThatNeverAnswers_IsGivenUpAfterTheTimeout_AndNoProcessIsLeft()
    {
        await using var server = await GitHttpServer.StartAsync(_folder.Path);
        server.Gate = new TaskCompletionSource().Task;
        await using var source = Sources.Open(_folder.Path, s => s.FetchTimeout = TimeSpan.FromSeconds(1));
        var failure = await source.FailureAsync(server.Url + "/repo.git");
        failure.Fault.ShouldBe(SourceFault.Unreachable);
        failure.Message.ShouldContain("no end after 1 s");
        await Eventually.HoldsAsync(() => !CommandLines().Any(c => c.Contains(server.Url)), "git and its helpers are gone");
    }

    [Fact]
    public async Task Caller_WhoCancels_LeavesTheFetchToTheOthers()
    {
        await using var server = await GitHttpServer.StartAsync(_folder.Path);
        var gate = new TaskCompletionSource();
        server.Gate = gate.Task;
        await using var source = Sources.Open(_folder.Path);
        using var cancel = new CancellationTokenSource();
        var one = source.ResolveAsync(server.Url + "/repo.git", "main", Freshness.Mirror, cancel.Token);
        var other = source.ResolveAsync(server.Url + "/repo.git", "main", Freshness.Mirror, Ct);
        await Eventually.HoldsAsync(() => server.Requests > 0, "the fetch has begun");
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => one);
        gate.SetResult();
        (await other).Commit.ShouldBe(_repository.Head);
    }

    [Fact]
    public async Task Dispose_DuringAFetch_EndsIt()
    {
        await using var server = await GitHttpServer.StartAsync(_folder.Path);
        server.Gate = new TaskCompletionSource().Task;
        var source = Sources.Open(_folder.Path);
        var waiting = source.ResolveAsync(server.Url + "/repo.git", "main", Freshness.Mirror, Ct);
        await Eventually.HoldsAsync(() => server.Requests > 0, "the fetch has begun");
        await source.DisposeAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task RepositoryOverTheSizeLimit_IsRefused()
    {
        var big = new byte[3 << 20];
        new Random(1).NextBytes(big);
        File.WriteAllBytes(Path.Combine(_repository.Work, "big.bin"), big);
        _repository.CommitAll();
        await using var server = await GitHttpServer.StartAsync(_folder.Path);
        await using var source = Sources.Open(_folder.Path, s => s.MaxRepositoryBytes = 1 << 20);
        var failure = await source.FailureAsync(server.Url + "/repo.git");
        failure.Fault.ShouldBe(SourceFault.LimitReached);
        failure.Message.ShouldContain("1048576 bytes");
    }

    private static IEnumerable<string> CommandLines()
    {
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), out _)) continue;
            string text;
            try
            {
                text = File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }
            if (text.Length > 0) yield return text;
        }
    }
}
