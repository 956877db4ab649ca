using Plumb.Api;
using Plumb.Tests.Support;

namespace Plumb.Tests;

/// <summary>Where nobody can be asked, nothing is asked and nothing is done: the option that answers instead is named.</summary>
public sealed class PromptTests
{
    [Theory]
    [InlineData("app delete shop", "deleting shop needs --yes where nobody can be asked")]
    [InlineData("app rollback shop run-5", "taking shop back needs --yes where nobody can be asked")]
    [InlineData("account delete ada", "deleting the account ada needs --yes where nobody can be asked")]
    [InlineData("account create ada", "the password of ada cannot be asked for here: give it with --password-stdin, or make an account without one by --no-password")]
    [InlineData("account password bob", "the password of bob cannot be asked for here: give it with --password-stdin")]
    public async Task WithoutATerminal_NothingIsAskedAndNothingDone(string arguments, string words)
    {
        await using var server = (await CannedServer.StartAsync())
            .With("GET applications/shop/deletion", Canned.Deletion, ApiJson.Default.DeletionRecord)
            .With("POST applications/shop/rollback/preview", Canned.Rollback, ApiJson.Default.RollbackRecord)
            .With("GET session", new SessionRecord { Name = "ada", SignIn = true }, ApiJson.Default.SessionRecord);

        var ended = await PlumbProcess.RunAsync(new Call([.. arguments.Split(' '), "--server", server.Url]) { Input = "y\ny\ny\n" });

        ended.Code.ShouldBe(2, ended.ToString());
        ended.Error.ShouldBe($"plumb: {words}\n");
        server.Requests.ShouldAllBe(r => r.Method == "GET" || r.Path.EndsWith("/preview"));
    }

    [Theory]
    [InlineData("who signs in is not said: give --name")]
    [InlineData("the password of ada cannot be asked for here: give it with --password-stdin", "--name", "ada")]
    [InlineData("there is no password on the input stream", "--name", "ada", "--password-stdin")]
    public async Task Login_WithoutATerminal_NeedsItsOptions(string words, params string[] arguments)
    {
        await using var server = (await CannedServer.StartAsync())
            .With("GET session", new SessionRecord { SignIn = true, LocalAccounts = true }, ApiJson.Default.SessionRecord);

        var ended = await PlumbProcess.RunAsync(["login", server.Url, .. arguments]);

        ended.Code.ShouldBe(2, ended.ToString());
        ended.Error.ShouldStartWith("plumb: " + words);
        server.Requests.ShouldAllBe(r => r.Method == "GET");
    }
}
