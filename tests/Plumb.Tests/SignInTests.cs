using Plumb.Api;
using Plumb.Tests.Support;

namespace Plumb.Tests;

/// <summary><c>plumb login</c>, <c>logout</c> and <c>context</c>, and which server sees which token.</summary>
public sealed class SignInTests : IDisposable
{
    private const string Secret = "s3cr3t-of-ada";

    private readonly string _settings = Directory.CreateTempSubdirectory("plumb-tests-").FullName;
    private readonly List<Ended> _all = [];

    private string File => Path.Combine(_settings, "plumb", "contexts.json");

    public void Dispose()
    {
        Directory.Delete(_settings, recursive: true);
        // Whatever a test did: no output may hold a token or password.
        foreach (var ended in _all)
        {
            ended.ToString().ShouldNotContain(Secret);
            ended.ToString().ShouldNotContain("hunter2");
        }
    }

    [Fact]
    public async Task Login_KeepsATokenForTheServer_ThatLaterCommandsSendAndLogoutRevokes()
    {
        await using var server = await ServerAsync();

        var login = await RunAsync("hunter2 hunter2\n", "login", server.Url, "--name", "ada", "--password-stdin");
        var list = await RunAsync("", "app", "list");
        var context = await RunAsync("", "context", "get");
        var json = await RunAsync("", "context", "list", "-o", "json");
        var logout = await RunAsync("", "logout");
        var after = await RunAsync("", "app", "list");

        login.Code.ShouldBe(0, login.ToString());
        login.Error.ShouldStartWith($"signed in at {server.Url} as ada until ");
        list.Code.ShouldBe(0, list.ToString());
        context.Output.ShouldMatch(@"Account:\s+ada\nToken:\s+until ");
        json.Output.ShouldContain("\"signedIn\": true");
        logout.Error.ShouldBe($"signed out of {server.Url}\n");
        after.Code.ShouldBe(0);
        server.Requests.Select(r => (r.Method, r.Path.Split('?')[0], r.Authorization)).ShouldBe(
        [
            ("GET", "session", ""),
            ("POST", "session", ""),
            ("GET", "applications", $"Bearer {Secret}"),
            ("DELETE", "tokens/tok-9", $"Bearer {Secret}"),
            ("GET", "applications", ""),
        ]);
        server.Requests[1].Body.ShouldBe("""{"name":"ada","password":"hunter2 hunter2"}""");
        FileModes.Of(File).ShouldBe(FileModes.Own);
        (await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken)).ShouldNotContain(Secret);
    }

    [Fact]
    public async Task ATokenGivenOnTheInput_IsTriedAndKept_AndLogoutDoesNotRevokeIt()
    {
        await using var server = await ServerAsync();
        server.With("GET session", new SessionRecord { Name = "ci", SignIn = true, Method = "token" }, ApiJson.Default.SessionRecord);

        var login = await RunAsync(Secret + "\n", "login", server.Url, "--token-stdin", "--context", "ci");
        var logout = await RunAsync("", "logout", "--context", "ci");

        login.ShouldBe(new Ended(0, "", $"signed in at {server.Url} as ci; the current context is ci\n"));
        logout.Code.ShouldBe(0);
        server.Requests.Select(r => (r.Method, r.Authorization)).ShouldBe([("GET", $"Bearer {Secret}")]);
    }

    [Fact]
    public async Task AToken_IsNeverSentToAnotherOrigin()
    {
        await using var server = await ServerAsync();
        await using var other = await ServerAsync();
        (await RunAsync("hunter2 hunter2\n", "login", server.Url, "--name", "ada", "--password-stdin")).Code.ShouldBe(0);
        server.Redirecting("GET clusters", other.Url + "/api/v1/clusters");

        (await RunAsync("", "app", "list", "--server", other.Url)).Code.ShouldBe(0);
        var redirected = await RunAsync("", "cluster", "list");

        redirected.Code.ShouldBe(2, redirected.ToString());
        redirected.Error.ShouldBe($"plumb: {server.Url} sends requests on to {other.Url}, which is not followed: give the server's own address\n");
        other.Requests.Select(r => r.Authorization).ShouldBe([""]);
        (await RunAsync("", "app", "list", "--server", server.Url)).Code.ShouldBe(0);
        server.Requests[^1].Authorization.ShouldBe($"Bearer {Secret}");
    }

    [Fact]
    public async Task TheTokenOfTheEnvironment_IsSent()
    {
        await using var server = await ServerAsync();

        var ended = await PlumbProcess.RunAsync(new Call("app", "list") { Variables = new Dictionary<string, string> { ["PLUMB_SERVER"] = server.Url, ["PLUMB_TOKEN"] = Secret } });

        ended.Code.ShouldBe(0, ended.ToString());
        server.Requests.Single().Authorization.ShouldBe($"Bearer {Secret}");
    }

    [Fact]
    public async Task WhoIsNotKnownOrMayNot_IsToldWhatToDo()
    {
        await using var server = await ServerAsync();
        server.Refusing("GET applications", 401, "Sign in first.").Refusing("GET clusters", 403, "ada may not get clusters.");

        var unknown = await RunAsync("", "app", "list", "--server", server.Url);
        (await RunAsync("hunter2 hunter2\n", "login", server.Url, "--name", "ada", "--password-stdin", "--context", "here")).Code.ShouldBe(0);
        var ended = await RunAsync("", "app", "list");
        var forbidden = await RunAsync("", "--verbose", "cluster", "list");

        unknown.ShouldBe(new Ended(2, "", $"plumb: Sign in first. You are not signed in at {server.Url}: plumb login {server.Url}\n"));
        ended.ShouldBe(new Ended(2, "", $"plumb: Sign in first. {server.Url} does not accept the token of the context here any more: plumb login {server.Url}\n"));
        forbidden.Code.ShouldBe(2);
        forbidden.Error.ShouldStartWith($"plumb: ada may not get clusters. Ask for the right, or `plumb login {server.Url}` as somebody who has it");
    }

    [Fact]
    public async Task AWrongPassword_ChangesNothing()
    {
        await using var server = await ServerAsync();
        server.Refusing("POST session", 401, "The name or password is wrong.");

        var login = await RunAsync("hunter2 hunter2\n", "login", server.Url, "--name", "ada", "--password-stdin");

        login.ShouldBe(new Ended(2, "", $"plumb: {server.Url} does not let ada in with this password (The name or password is wrong)\n"));
        System.IO.File.Exists(File).ShouldBeFalse();
    }

    [Fact]
    public async Task AServerWithoutPasswords_AsksForAToken()
    {
        await using var server = await ServerAsync();
        server.With("GET session", new SessionRecord { SignIn = true, IdentityProvider = "Keycloak" }, ApiJson.Default.SessionRecord);

        var login = await RunAsync("hunter2\n", "login", server.Url, "--name", "ada", "--password-stdin");

        login.Code.ShouldBe(2);
        login.Error.ShouldContain("people sign in through Keycloak: make a token on its page and give it with --token-stdin");
    }

    [Fact]
    public async Task AServerWithoutSignIn_IsAContextWithoutAToken()
    {
        await using var server = await ServerAsync();
        server.With("GET session", new SessionRecord { Method = "open" }, ApiJson.Default.SessionRecord);

        var login = await RunAsync("", "login", server.Url, "--context", "demo");

        login.ShouldBe(new Ended(0, "", $"{server.Url} asks for no sign-in; the current context is demo\n"));
    }

    [Fact]
    public async Task PlainHttpToAnotherMachine_IsRefusedBeforeAnythingIsSaid()
    {
        var login = await RunAsync("hunter2\n", "login", "http://plumb.example.com", "--name", "ada", "--password-stdin");

        login.Code.ShouldBe(2);
        login.Error.ShouldStartWith("plumb: http://plumb.example.com is plain HTTP to another machine: others could read the password on the way. Use https, or --insecure-http");
    }

    [Fact]
    public async Task Contexts_AreListedUsedAndRemoved()
    {
        await using var server = await ServerAsync();
        server.With("GET session", new SessionRecord { Method = "open" }, ApiJson.Default.SessionRecord);
        foreach (var name in (string[])["one", "two"]) (await RunAsync("", "login", server.Url, "--context", name)).Code.ShouldBe(0);

        (await RunAsync("", "context", "list")).Output.ShouldMatch(@"CURRENT\s+NAME\s+SERVER\s+ACCOUNT\s+TOKEN\n\s+one\s+http.*none\n\*\s+two\s+http");
        (await RunAsync("", "context", "use", "one")).Error.ShouldBe($"one is the current context: {server.Url}\n");
        (await RunAsync("", "context", "get")).Output.ShouldMatch(@"Name:\s+one \(current\)");
        (await RunAsync("", "context", "remove", "one")).Error.ShouldBe("one is forgotten; there is no current context now\n");
        (await RunAsync("", "context", "use", "one")).ShouldBe(new Ended(2, "", "plumb: there is no context one; known are two\n"));
        (await RunAsync("", "[suggest:18]", "plumb context use ")).Output.Split('\n').ShouldContain("two");
    }

    [Fact]
    public async Task AFileThatOthersCanRead_IsWarnedOf()
    {
        await using var server = await ServerAsync();
        (await RunAsync("hunter2 hunter2\n", "login", server.Url, "--name", "ada", "--password-stdin")).Code.ShouldBe(0);
        FileModes.Set(File, FileModes.Own | UnixFileMode.OtherRead);

        (await RunAsync("", "app", "list")).Error.ShouldContain($"warning: others of this machine can read your tokens: chmod 600 {File}\n");
    }

    [Fact]
    public async Task Https_IsTrustedByTheFileOfAuthorities()
    {
        using var certificate = LoopbackCertificate.Make();
        await using var server = await CannedServer.StartAsync(certificate);
        server.With("GET session", new SessionRecord { Name = "ci", SignIn = true }, ApiJson.Default.SessionRecord)
            .With("GET applications", new Page<ApplicationSummary>([Canned.Summary()], 1, null), ApiJson.Default.PageApplicationSummary);
        var authorities = Path.Combine(_settings, "ca.pem");
        await System.IO.File.WriteAllTextAsync(authorities, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);

        var stranger = await RunAsync(Secret + "\n", "login", server.Url, "--token-stdin");
        var login = await RunAsync(Secret + "\n", "login", server.Url, "--token-stdin", "--ca-file", authorities);
        var list = await RunAsync("", "app", "list");

        stranger.Code.ShouldBe(2);
        stranger.Error.ShouldStartWith($"plumb: {server.Url} cannot be trusted: ");
        stranger.Error.ShouldContain("--ca-file FILE");
        login.Code.ShouldBe(0, login.ToString());
        list.Code.ShouldBe(0, list.ToString());
    }

    private static async Task<CannedServer> ServerAsync() => (await CannedServer.StartAsync())
        .With("GET session", new SessionRecord { SignIn = true, LocalAccounts = true }, ApiJson.Default.SessionRecord)
        .With(
            "POST session",
            new NewTokenRecord(new TokenRecord { Id = "tok-9", Subject = "ada", ExpiresAt = new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero) }, Secret),
            ApiJson.Default.NewTokenRecord)
        .With("GET applications", new Page<ApplicationSummary>([Canned.Summary()], 1, null), ApiJson.Default.PageApplicationSummary)
        .Without("DELETE tokens/tok-9");

    private async Task<Ended> RunAsync(string input, params string[] arguments)
    {
        var ended = await PlumbProcess.RunAsync(new Call(arguments) { Input = input, Variables = new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = _settings } });
        _all.Add(ended);
        return ended;
    }
}
