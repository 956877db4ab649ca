using System.Net;
using Plumb.Api;
using Plumb.Server.Access;

namespace Plumb.Server.Tests.Access.Accounts;

/// <summary>The life of a session of the page.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private AccessHost _host = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Caller Alice { get; } = new() { Name = "alice", Method = "local" };

    public async ValueTask InitializeAsync()
    {
        _host = await AccessHost.StartAsync();
        await _host.AddAccountAsync("alice");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task SigningIn_GivesACookieThatScriptsCannotRead()
    {
        using var browser = _host.OpenBrowser();
        var response = await browser.SignInAsync("alice", AccessHost.Password);

        var cookie = response.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("plumb=", StringComparison.Ordinal));
        cookie.ShouldContain("; httponly", Case.Insensitive);
        cookie.ShouldContain("; samesite=lax", Case.Insensitive);
        (await browser.WhoAsync()).ShouldBe("alice");
        var session = (await _host.Access.Admin.ListSignInsAsync(Alice, Ct)).ShouldHaveSingleItem();
        (session.Name, session.Method, session.From, session.Agent).ShouldBe(("alice", "local", "127.0.0.1", "Browser/1.0"));
    }

    [Fact]
    public async Task ACookieCopiedBeforeTheSignOut_IsWorthNothingAfterIt()
    {
        using var browser = await _host.SignedInAsync("alice");
        using var thief = _host.OpenBrowser();
        foreach (Cookie cookie in browser.Cookies.GetAllCookies()) thief.Cookies.Add(_host.Url, new Cookie(cookie.Name, cookie.Value));
        (await thief.WhoAsync()).ShouldBe("alice");

        (await browser.SignOutAsync()).Headers.Location!.ToString().ShouldBe("/sign-in");

        (await thief.StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);
        (await browser.StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task ANewPassword_EndsTheOtherSessions_AndKeepsTheOneItWasSetIn()
    {
        using var here = await _host.SignedInAsync("alice");
        var session = (await _host.Access.Admin.ListSignInsAsync(Alice, Ct)).ShouldHaveSingleItem().Id;
        using var elsewhere = await _host.SignedInAsync("alice");

        await _host.Access.Admin.SetPasswordAsync(
            Alice with { SessionId = session }, "alice", new PasswordBody { Present = AccessHost.Password, Password = "another password" }, Ct);

        (await here.StatusAsync()).ShouldBe(HttpStatusCode.OK);
        (await elsewhere.StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task DisablingAndDeleting_EndSessionsAtOnce()
    {
        await _host.AddAccountAsync("bob");
        using var alice = await _host.SignedInAsync("alice");
        using var bob = await _host.SignedInAsync("bob");

        await _host.Access.Admin.ChangeAccountAsync(AccessHost.Admin, "alice", new AccountPatch { Enabled = false }, Ct);
        await _host.Access.Admin.DeleteAccountAsync(AccessHost.Admin, "bob", Ct);

        (await alice.StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);
        (await bob.StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);
        (await alice.SignInAsync("alice", AccessHost.Password)).Headers.Location!.ToString().ShouldBe("/sign-in?error=disabled");
    }

    [Fact]
    public async Task ASessionThatSomebodyEnds_IsOver_AlsoForAPageThatStaysOpen()
    {
        using var browser = await _host.SignedInAsync("alice");
        var session = (await _host.Access.Admin.ListSignInsAsync(Alice, Ct)).ShouldHaveSingleItem().Id;
        var open = _host.Access.Callers.Current(Alice with { SessionId = session }).ShouldNotBeNull();

        await _host.Access.Admin.EndSignInAsync(AccessHost.Admin, session, Ct);

        (await browser.StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);
        _host.Access.Callers.IsLive(open).ShouldBeFalse();
    }

    [Fact]
    public async Task ASession_EndsWhenItIsNotUsedFor12Hours_AndAfter7DaysInAnyCase()
    {
        using var idle = await _host.SignedInAsync("alice");
        using var busy = await _host.SignedInAsync("alice");
        _host.Time.Advance(TimeSpan.FromHours(7));
        (await busy.StatusAsync()).ShouldBe(HttpStatusCode.OK);
        _host.Time.Advance(TimeSpan.FromHours(6));
        (await idle.StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);

        for (var hours = 13; hours < 7 * 24; hours += 5)
        {
            (await busy.StatusAsync()).ShouldBe(HttpStatusCode.OK);
            _host.Time.Advance(TimeSpan.FromHours(5));
        }

        (await busy.StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);
        await _host.Access.Upkeep.WorkAsync(Ct);
        (await _host.Access.Admin.ListSignInsAsync(AccessHost.Admin, Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task SigningInAnew_MakesANewKey_AndEndsWhatTheBrowserHadBefore()
    {
        await _host.AddAccountAsync("bob");
        using var browser = await _host.SignedInAsync("alice");
        var before = browser.Cookies.GetAllCookies().Single(c => c.Name == "plumb").Value;

        (await browser.SignInAsync("bob", AccessHost.Password)).Headers.Location!.ToString().ShouldBe("/");

        (await browser.WhoAsync()).ShouldBe("bob");
        using var thief = _host.OpenBrowser();
        thief.Cookies.Add(_host.Url, new Cookie("plumb", before));
        (await thief.StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Sessions_OutliveARestart()
    {
        var folder = Directory.CreateTempSubdirectory("plumb-restart-").FullName;
        try
        {
            string cookie;
            await using (var first = await AccessHost.StartAsync(folder: folder))
            {
                await first.AddAccountAsync("alice");
                using var browser = await first.SignedInAsync("alice");
                cookie = browser.Cookies.GetAllCookies().Single(c => c.Name == "plumb").Value;
            }

            await using var second = await AccessHost.StartAsync(folder: folder);
            using var again = second.OpenBrowser();
            again.Cookies.Add(second.Url, new Cookie("plumb", cookie));
            (await again.WhoAsync()).ShouldBe("alice");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task OthersSessions_AreNotSeen_AndCannotBeEnded()
    {
        await _host.AddAccountAsync("bob");
        using var browser = await _host.SignedInAsync("bob");
        var session = (await _host.Access.Admin.ListSignInsAsync(AccessHost.Admin, Ct)).ShouldHaveSingleItem().Id;

        (await _host.Access.Admin.ListSignInsAsync(Alice, Ct)).ShouldBeEmpty();
        (await Should.ThrowAsync<PlumbApiException>(() => _host.Access.Admin.EndSignInAsync(Alice, session, Ct))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await browser.StatusAsync()).ShouldBe(HttpStatusCode.OK);
    }
}
