using System.Net;
using System.Net.Http.Json;
using System.Text;
using Plumb.Api;
using Plumb.Server.Access.Http;

namespace Plumb.Server.Tests.Access.Http;

/// <summary>Signing in over HTTP, by the form and for programs.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    private AccessHost _host = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await AccessHost.StartAsync();
        await _host.AddAccountAsync("alice");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("/applications/web?tab=diff", "/applications/web?tab=diff")]
    [InlineData("", "/")]
    [InlineData("https://evil.example.com/", "/")]
    [InlineData("//evil.example.com", "/")]
    [InlineData("/\\evil.example.com", "/")]
    [InlineData("/ok\\..\\evil", "/")]
    [InlineData("/\tevil", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("/auth/sign-out", "/")]
    [InlineData("/sign-in?returnUrl=/sign-in", "/")]
    public async Task AfterSigningIn_OneIsLedToAPageOfThisServerOnly(string asked, string led)
    {
        using var browser = _host.OpenBrowser();
        (await browser.SignInAsync("alice", AccessHost.Password, asked)).Headers.Location!.OriginalString.ShouldBe(led);
    }

    [Theory]
    [InlineData("alice", "wrong password")]
    [InlineData("nobody", "wrong password")]
    [InlineData("", "")]
    public async Task AWrongNameAndAWrongPassword_LookTheSame(string name, string password)
    {
        using var browser = _host.OpenBrowser();
        (await browser.SignInAsync(name, password, "/page")).Headers.Location!.OriginalString.ShouldBe("/sign-in?error=wrong&returnUrl=%2Fpage");
        (await browser.StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("nobody")]
    public async Task TooManyFailures_AreThrottled_ForNamesThatThereAreAndAreNot(string name)
    {
        using var browser = _host.OpenBrowser();
        for (var i = 0; i < 5; i++) (await browser.SignInAsync(name, "wrong password")).Headers.Location!.OriginalString.ShouldBe("/sign-in?error=wrong");
        (await browser.SignInAsync(name, AccessHost.Password)).Headers.Location!.OriginalString.ShouldBe("/sign-in?error=throttled");

        _host.Time.Advance(TimeSpan.FromSeconds(1));
        (await browser.SignInAsync(name, AccessHost.Password)).Headers.Location!.OriginalString.ShouldBe(name == "alice" ? "/" : "/sign-in?error=wrong");
    }

    [Fact]
    public async Task AFormWithoutItsToken_SignsNobodyIn()
    {
        using var browser = _host.OpenBrowser();
        await browser.FormTokenAsync();
        var fields = new Dictionary<string, string> { ["name"] = "alice", ["password"] = AccessHost.Password };

        (await browser.SendFormAsync("auth/sign-in", fields)).Headers.Location!.OriginalString.ShouldBe("/sign-in?error=expired");
        fields["__RequestVerificationToken"] = "made-up";
        (await browser.SendFormAsync("auth/sign-in", fields)).Headers.Location!.OriginalString.ShouldBe("/sign-in?error=expired");
        fields["__RequestVerificationToken"] = await _host.OpenBrowser().FormTokenAsync();
        (await browser.SendFormAsync("auth/sign-in", fields)).Headers.Location!.OriginalString.ShouldBe("/sign-in?error=expired");
        (await browser.StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("cross-site")]
    [InlineData("same-site")]
    public async Task AForeignPage_CanNeitherSignInNorOut(string site)
    {
        using var browser = await _host.SignedInAsync("alice");
        var token = await browser.FormTokenAsync("page");

        (await browser.SendFormAsync("auth/sign-out", new() { ["__RequestVerificationToken"] = token }, site)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await browser.SendFormAsync("auth/sign-in", new() { ["name"] = "alice", ["password"] = AccessHost.Password, ["__RequestVerificationToken"] = token }, site))
            .StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await browser.StatusAsync()).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task ASignOutWithoutItsToken_ChangesNothing()
    {
        using var browser = await _host.SignedInAsync("alice");
        (await browser.SendFormAsync("auth/sign-out", [])).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await browser.StatusAsync()).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task AProgram_GetsATokenForADay()
    {
        using var http = new HttpClient { BaseAddress = _host.Url };
        using var response = await http.PostAsJsonAsync("api/v1/session", new { name = "alice", password = AccessHost.Password }, Ct);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var made = await response.Content.ReadFromJsonAsync(ApiJson.Default.NewTokenRecord, Ct);
        made!.Token.ExpiresAt.ShouldBe(_host.Time.GetUtcNow().AddHours(24));
        (await _host.StatusWithTokenAsync(made.Secret)).ShouldBe(HttpStatusCode.OK);
        _host.Time.Advance(TimeSpan.FromHours(24));
        (await _host.StatusWithTokenAsync(made.Secret)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("{\"name\":\"alice\",\"password\":\"wrong password\"}", HttpStatusCode.Unauthorized)]
    [InlineData("{\"name\":\"nobody\",\"password\":\"wrong password\"}", HttpStatusCode.Unauthorized)]
    [InlineData("{\"name\":\"alice\"}", HttpStatusCode.BadRequest)]
    [InlineData("{\"name\":\"alice\",\"password\":7}", HttpStatusCode.BadRequest)]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("{\"name\":", HttpStatusCode.BadRequest)]
    public async Task AProgramThatAsksWrongly_IsToldSoWithoutWhatItSent(string body, HttpStatusCode status)
    {
        using var http = new HttpClient { BaseAddress = _host.Url };
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync("api/v1/session", content, Ct);

        response.StatusCode.ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await response.Content.ReadAsStringAsync(Ct)).ShouldNotContain("wrong password");
    }

    [Fact]
    public async Task AThrottledProgram_IsToldWhenToTryAgain()
    {
        using var http = new HttpClient { BaseAddress = _host.Url };
        for (var i = 0; i < 5; i++) (await http.PostAsJsonAsync("api/v1/session", new { name = "alice", password = "wrong password" }, Ct)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        using var response = await http.PostAsJsonAsync("api/v1/session", new { name = "alice", password = AccessHost.Password }, Ct);

        response.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task WhoIsNotSignedIn_IsLedToTheSignIn_OrToldHowToSignIn()
    {
        using var browser = _host.OpenBrowser();
        (await browser.Http.GetAsync("page?x=1", Ct)).Headers.Location!.OriginalString.ShouldBe("/sign-in?returnUrl=%2Fpage%3Fx%3D1");
        using var response = await browser.Http.GetAsync("api/v1/who", Ct);
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        (await response.Content.ReadAsStringAsync(Ct)).ShouldContain("plumb login");
        (await browser.Http.PostAsync("api/v1/change", null, Ct)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await browser.Http.GetAsync("no/such/thing", Ct)).StatusCode.ShouldBe(HttpStatusCode.Found);
    }

    [Theory]
    [InlineData("healthz")]
    [InlineData("api/v1/version")]
    [InlineData("sign-in")]
    public async Task WhatSigningInNeeds_IsOpen(string path)
    {
        using var browser = _host.OpenBrowser();
        (await browser.Http.GetAsync(path, Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/", "/")]
    [InlineData(null, "/")]
    [InlineData("/a", "/a")]
    public void LocalPaths(string? asked, string led) => Requests.LocalPath(asked).ShouldBe(led);

    [Fact]
    public async Task Everything_IsInTheAuditTrail_AndAPasswordTypedAsNameIsNot()
    {
        using var browser = _host.OpenBrowser();
        await browser.SignInAsync("alice", "wrong password");
        await browser.SignInAsync("my secret password", "alice");
        await browser.SignInAsync("alice", AccessHost.Password);
        await browser.SignOutAsync();
        for (var i = 0; i < 6; i++) await browser.SignInAsync("alice", "wrong password");
        await browser.SignInAsync("alice", "wrong password");

        var entries = (await _host.Access.Audit.ListAsync(new AuditQuery { Limit = 1000 }, Ct)).Items.Reverse().Select(e => $"{e.Who} {e.Action} {e.Outcome} {e.Detail}").ToList();

        entries.ShouldBe([
            "admin account.create done ",
            "alice sign-in failed the password is wrong",
            "unknown sign-in failed no account has that name",
            "alice sign-in done ",
            "alice sign-out done ",
            .. Enumerable.Repeat("alice sign-in failed the password is wrong", 5),
            "alice sign-in refused too many failures; the next attempt is possible in 1 s",
        ]);
    }
}
