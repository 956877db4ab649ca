using System.Net.Http.Json;
using System.Text;
using Plumb.Api;
using Plumb.Server.Access;

namespace Plumb.Server.Tests.Access;

/// <summary>Secrets lie nowhere: not in a database, not in a log, not in an answer.</summary>
public sealed class SecretsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AfterAllThatIsDoneWithSecrets_NoFileAndNoLogHasOne()
    {
        await using var host = await AccessHost.StartAsync(firstAccount: true);
        const string Chosen = "a password of alice's own";
        await host.AddAccountAsync("alice");
        using var browser = await host.SignedInAsync("alice");
        var session = (await host.Access.Admin.ListSignInsAsync(AccessHost.Admin, Ct))[0].Id;
        var alice = new Caller { Name = "alice", Method = "local", SessionId = session };
        await host.Access.Admin.SetPasswordAsync(alice, "alice", new PasswordBody { Present = AccessHost.Password, Password = Chosen }, Ct);
        await browser.SignInAsync("alice", "a wrong password 123");
        await browser.SignInAsync("typed-into-the-wrong-field", "alice");
        var made = await host.Access.Admin.CreateTokenAsync(alice, new TokenBody { Description = "ci" }, Ct);
        await host.StatusWithTokenAsync(made.Secret);
        await host.StatusWithTokenAsync(made.Secret + "x");
        using var http = new HttpClient { BaseAddress = host.Url };
        using var login = await http.PostAsJsonAsync("api/v1/session", new { name = "alice", password = Chosen }, Ct);
        var loginSecret = (await login.Content.ReadFromJsonAsync(ApiJson.Default.NewTokenRecord, Ct))!.Secret;
        await host.Access.Upkeep.WorkAsync(Ct);
        var cookie = browser.Cookies.GetAllCookies().Single(c => c.Name == "plumb").Value;
        string[] secrets =
        [
            host.FirstPassword!, AccessHost.Password, Chosen, "a wrong password 123", "typed-into-the-wrong-field", cookie,
            made.Secret[(made.Secret.LastIndexOf('_', 20) + 1)..], loginSecret[(loginSecret.LastIndexOf('_', 20) + 1)..],
        ];

        foreach (var secret in secrets)
        {
            secret.Length.ShouldBeGreaterThan(10);
            host.Log.Lines.ShouldNotContain(l => l.Contains(secret, StringComparison.Ordinal));
        }

        var files = Directory.GetFiles(host.Folder, "*", SearchOption.AllDirectories);
        files.ShouldContain(f => f.EndsWith("access.db", StringComparison.Ordinal));
        foreach (var file in files)
        {
            await using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var content = new MemoryStream();
            await open.CopyToAsync(content, Ct);
            var text = Encoding.Latin1.GetString(content.ToArray());
            foreach (var secret in secrets) text.Contains(secret, StringComparison.Ordinal).ShouldBeFalse($"{Path.GetFileName(file)} holds a secret");
        }
    }

    [Fact]
    public void ObjectsThatHoldSecrets_DoNotPrintThem()
    {
        new AccountBody { Name = "alice", Password = AccessHost.Password }.ToString().ShouldNotContain(AccessHost.Password);
        new PasswordBody { Password = AccessHost.Password }.ToString().ShouldNotContain(AccessHost.Password);
        new NewTokenRecord(new TokenRecord { Id = "1", Subject = "alice" }, "the-secret").ToString().ShouldNotContain("the-secret");
    }
}
