using Plumb.Api;
using Plumb.Tests.Support;

namespace Plumb.Tests;

/// <summary>What only happens on a terminal: questions, and views that move.</summary>
public sealed class TerminalTests : IDisposable
{
    private readonly string _settings = Directory.CreateTempSubdirectory("plumb-tests-").FullName;

    public void Dispose() => Directory.Delete(_settings, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Login_AsksForNameAndPassword_AndDoesNotShowThePassword(bool asksForTheName)
    {
        await using var server = (await CannedServer.StartAsync())
            .With("GET session", new SessionRecord { SignIn = true, LocalAccounts = true }, ApiJson.Default.SessionRecord)
            .With("POST session", new NewTokenRecord(new TokenRecord { Id = "tok-9", Subject = "ada" }, "s3cr3t-of-ada"), ApiJson.Default.NewTokenRecord);
        string[] name = asksForTheName ? [] : ["--name", "ada"];
        await using var terminal = TerminalSession.Start(80, 24, _settings, ["login", server.Url, .. name]);

        if (asksForTheName)
        {
            await terminal.UntilAsync("Name: ");
            await terminal.TypeAsync("ada");
        }

        await terminal.UntilAsync("Password of ada: ");
        await terminal.TypeAsync("hunter2 hunter3\u007f2");
        (await terminal.EndAsync()).ShouldBe(0, terminal.Shown);

        terminal.Shown.ShouldContain($"signed in at {server.Url} as ada");
        terminal.Shown.ShouldNotContain("hunter");
        terminal.Shown.ShouldNotContain("s3cr3t");
        server.Requests[^1].Body.ShouldBe("""{"name":"ada","password":"hunter2 hunter2"}""");
    }

    [Theory]
    [InlineData("n", 1, false)]
    [InlineData("", 1, false)]
    [InlineData("y", 0, true)]
    public async Task Delete_ShowsWhatGoesAndWhatStays_AndDoesItOnlyForAYes(string answer, int code, bool deletes)
    {
        await using var server = (await CannedServer.StartAsync())
            .With("GET applications/shop/deletion", Canned.Deletion, ApiJson.Default.DeletionRecord)
            .Without("DELETE applications/shop");
        await using var terminal = TerminalSession.Start(100, 24, _settings, "app", "delete", "shop", "--server", server.Url);

        await terminal.UntilAsync("Delete shop and 2 resources? [y/N] ");
        await terminal.TypeAsync(answer);
        (await terminal.EndAsync()).ShouldBe(code, terminal.Shown);

        terminal.Shown.ShouldContain("These go, in this order:\r\n  apps/Deployment/shop/web\r\n  Service/shop/web\r\n");
        terminal.Shown.ShouldContain("These stay:\r\n  Namespace/shop: several applications may use it\r\n");
        terminal.Shown.ShouldContain("root states it in Git");
        server.Requests.Any(r => r.Method == "DELETE").ShouldBe(deletes);
    }

    [Fact]
    public async Task ASync_IsDrawnInPlace_AndEndsWithTheSummary()
    {
        var seen = new TaskCompletionSource();
        await using var server = (await CannedServer.StartAsync())
            .WithEvents("GET applications/shop/watch", ApiJson.Default.ApplicationDetail, Canned.Detail(operation: Canned.Run("Running") with { Message = "wave 1: waiting" }))
            .With("POST applications/shop/sync", Canned.Run(), ApiJson.Default.RunRecord)
            .Holding("POST applications/shop/sync", seen.Task);
        await using var terminal = TerminalSession.Start(80, 24, _settings, "app", "sync", "shop", "--server", server.Url);

        await terminal.UntilAsync("Sync, wave 1: 1 in progress");
        terminal.Shown.ShouldContain("wave 1: waiting");
        terminal.Shown.ShouldContain("\u001b[94mProgressing", Case.Sensitive);
        seen.SetResult();
        (await terminal.EndAsync()).ShouldBe(0, terminal.Shown);

        var end = terminal.Shown[terminal.Shown.LastIndexOf("PHASE", StringComparison.Ordinal)..];
        end.ShouldContain("shop: Succeeded in 12.5 s at 01234567: all is synced");
        end.ShouldNotContain("in progress");
        terminal.Shown.ShouldEndWith("synced\r\n");
    }

    [Fact]
    public async Task Logs_HaveAColourForEachSource_AndNothingElseOfThemSteersTheTerminal()
    {
        await using var server = (await CannedServer.StartAsync())
            .With("GET applications/shop/tree", Canned.Tree, ApiJson.Default.IReadOnlyListTreeRecord)
            .WithLines(
                "GET applications/shop/logs", ApiJson.Default.LogLine,
                new LogLine("web-1", "main", Canned.Then, "\u001b[32mgreen\u001b[0m \u001b]0;title\u0007\u001b[2Jend"), new LogLine("web-2", "main", Canned.Then, "plain"));
        await using var terminal = TerminalSession.Start(80, 24, _settings, "app", "logs", "shop", "--server", server.Url);

        (await terminal.EndAsync()).ShouldBe(0, terminal.Shown);

        terminal.Shown.ShouldContain("\u001b[36mweb-1/main\u001b[0m \u001b[32mgreen\u001b[0m ]0;title[2Jend\r\n", Case.Sensitive);
        terminal.Shown.ShouldContain("\u001b[33mweb-2/main\u001b[0m plain\r\n", Case.Sensitive);
    }

    [Fact]
    public async Task AppList_OnANarrowTerminal_KeepsALineForEachApplication()
    {
        await using var server = (await CannedServer.StartAsync()).With(
            "GET applications",
            new Page<ApplicationSummary>([Canned.Summary() with { HealthMessage = "words that have no room on so narrow a terminal, however one tries" }], 1, null),
            ApiJson.Default.PageApplicationSummary);
        await using var terminal = TerminalSession.Start(70, 24, _settings, "app", "list", "--server", server.Url);

        (await terminal.EndAsync()).ShouldBe(0, terminal.Shown);

        terminal.Shown.TrimEnd().Split("\r\n").Length.ShouldBe(2, terminal.Shown);
        terminal.Shown.ShouldContain("words that");
        terminal.Shown.ShouldContain("…");
    }
}
