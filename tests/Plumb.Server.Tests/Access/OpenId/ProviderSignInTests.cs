using System.Net;
using Plumb.Api;
using Plumb.Server.Access;
using Plumb.Server.Access.OpenId;

namespace Plumb.Server.Tests.Access.OpenId;

/// <summary>Signing in through a real identity provider.</summary>
public sealed class ProviderSignInTests : IAsyncLifetime
{
    private TestProvider _provider = null!;
    private AccessHost _host = null!;
    private string _secretFile = "";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _provider = await TestProvider.StartAsync();
        _secretFile = Path.GetTempFileName();
        await File.WriteAllTextAsync(_secretFile, TestProvider.ClientSecret + "\n", Ct);
        _host = await AccessHost.StartAsync(new AccessOptions { OpenId = Options() });
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _provider.DisposeAsync();
        File.Delete(_secretFile);
    }

    [Fact]
    public async Task Somebody_SignsIn_WithNameAndGroups_AndIsLedToThePageTheyCameFor()
    {
        using var browser = _host.OpenBrowser();
        var answer = await AuthorizeAsync(browser, "/page?x=1");
        (await browser.Http.GetAsync(answer, Ct)).Headers.Location!.OriginalString.ShouldBe("/page?x=1");

        (await browser.WhoAsync()).ShouldBe("alice@example.com");
        var account = (await _host.Access.Admin.ListAccountsAsync(AccessHost.Admin, Ct)).ShouldHaveSingleItem();
        (account.Kind, account.Name, account.HasPassword).ShouldBe(("oidc", "alice@example.com", false));
        account.Groups.ShouldBe(["ops", "web-team"]);
        var session = (await _host.Access.Admin.ListSignInsAsync(AccessHost.Admin, Ct)).ShouldHaveSingleItem();
        var caller = _host.Access.Callers.Current(new Caller { Name = account.Name, Method = "oidc", SessionId = session.Id })!;
        (caller.DisplayName, caller.Subject).ShouldBe(("Alice A.", "8f2c"));
        (await AuditAsync())[0].ShouldBe("alice@example.com oidc sign-in done ");
        _host.Log.Lines.ShouldNotContain(l => l.Contains(TestProvider.ClientSecret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task TheRequest_HasPkceStateAndNonce()
    {
        using var browser = _host.OpenBrowser();
        using var challenge = await browser.Http.GetAsync("auth/oidc", Ct);
        var query = challenge.Headers.Location!.Query;

        query.ShouldContain("response_type=code");
        query.ShouldContain("code_challenge_method=S256");
        query.ShouldContain("state=");
        query.ShouldContain("nonce=");
        query.ShouldContain(Uri.EscapeDataString(new Uri(_host.Url, "/auth/oidc/callback").AbsoluteUri));
    }

    [Fact]
    public async Task SomebodyWithoutGroups_SignsInWithNone()
    {
        _provider.Claims.RemoveAll(c => c.Type == "groups");
        using var browser = await SignedInAsync();

        (await _host.Access.Admin.ListAccountsAsync(AccessHost.Admin, Ct)).ShouldHaveSingleItem().Groups.ShouldBeEmpty();
    }

    [Fact]
    public async Task GroupsThatOnlyTheUserInfoSays_Count_AndNamesOfRolesDoNot()
    {
        _provider.Claims.RemoveAll(c => c.Type == "groups");
        _provider.UserInfo["groups"] = new[] { "from-user-info", "role:admin", "proj:shop:ci" };
        _provider.UserInfo["email"] = "admin@example.com";
        using var browser = await SignedInAsync();

        var account = (await _host.Access.Admin.ListAccountsAsync(AccessHost.Admin, Ct)).ShouldHaveSingleItem();
        account.Groups.ShouldBe(["from-user-info"]);
        account.Name.ShouldBe("alice@example.com");
    }

    [Fact]
    public async Task AnAnswerToAnotherBrowsersRequest_IsRefused()
    {
        using var browser = _host.OpenBrowser();
        var answer = await AuthorizeAsync(browser);
        using var victim = _host.OpenBrowser();

        (await victim.Http.GetAsync(answer, Ct)).Headers.Location!.OriginalString.ShouldBe("/sign-in?error=expired");
        (await victim.StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task AForgedState_IsRefused()
    {
        using var browser = _host.OpenBrowser();
        var answer = await AuthorizeAsync(browser);
        var forged = new Uri(answer.AbsoluteUri.Replace("state=", "state=x", StringComparison.Ordinal));

        (await browser.Http.GetAsync(forged, Ct)).Headers.Location!.OriginalString.ShouldBe("/sign-in?error=expired");
        (await browser.StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task ACodeThatExpired_IsRefused_AndAnotherTryWorks()
    {
        using var browser = _host.OpenBrowser();
        var answer = await AuthorizeAsync(browser);
        _provider.Time.Advance(TimeSpan.FromHours(1));

        (await browser.Http.GetAsync(answer, Ct)).Headers.Location!.OriginalString.ShouldBe("/sign-in?error=expired");
        (await browser.StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task AnAnswerUsedTwice_SignsInOnce()
    {
        using var browser = _host.OpenBrowser();
        var answer = await AuthorizeAsync(browser);
        await browser.Http.GetAsync(answer, Ct);
        await browser.SignOutAsync();

        (await browser.Http.GetAsync(answer, Ct)).Headers.Location!.OriginalString.ShouldBe("/sign-in?error=expired");
        (await browser.StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task WhoSaysNoAtTheProvider_IsToldSo()
    {
        _provider.Refuses = true;
        using var browser = _host.OpenBrowser();
        var answer = await AuthorizeAsync(browser);

        (await browser.Http.GetAsync(answer, Ct)).Headers.Location!.OriginalString.ShouldBe("/sign-in?error=provider-refused");
    }

    [Fact]
    public async Task SigningOut_EndsTheSessionHere()
    {
        using var browser = await SignedInAsync();

        await browser.SignOutAsync();

        (await browser.StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);
        (await _host.Access.Admin.ListSignInsAsync(AccessHost.Admin, Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task SigningOut_OffersToSignOutAtTheProviderToo_WhichLeadsBackToTheSignIn()
    {
        using var browser = await SignedInAsync();

        (await browser.SignOutAsync()).Headers.Location!.OriginalString.ShouldBe("/sign-in?signedOut=here");
        _provider.SignedOut.ShouldBe(0);

        using var asked = await browser.Http.GetAsync("auth/oidc/sign-out", Ct);
        asked.Headers.Location!.GetLeftPart(UriPartial.Path).ShouldBe(new Uri(_provider.Issuer, "leave").AbsoluteUri);
        asked.Headers.Location.Query.ShouldContain("client_id=" + TestProvider.ClientId);
        asked.Headers.Location.Query.ShouldContain("post_logout_redirect_uri=" + Uri.EscapeDataString(new Uri(_host.Url, "/auth/oidc/signed-out").AbsoluteUri));
        using var left = await browser.Http.GetAsync(asked.Headers.Location, Ct);
        left.StatusCode.ShouldBe(HttpStatusCode.Found, await left.Content.ReadAsStringAsync(Ct));
        _provider.SignedOut.ShouldBe(1);
        using var back = await browser.Http.GetAsync(left.Headers.Location, Ct);
        back.Headers.Location!.OriginalString.ShouldBe("/sign-in?signedOut=everywhere");
    }

    [Fact]
    public async Task AProviderThatSignsNobodyOut_IsSaid()
    {
        await using var provider = await TestProvider.StartAsync(signsOut: false);
        await using var host = await AccessHost.StartAsync(new AccessOptions { OpenId = Options() with { Issuer = provider.Issuer } });
        using var browser = host.OpenBrowser();
        await browser.Http.GetAsync(await AuthorizeAsync(browser), Ct);

        using var asked = await browser.Http.GetAsync("auth/oidc/sign-out", Ct);

        asked.Headers.Location!.OriginalString.ShouldBe("/sign-in?error=provider-stays");
        host.Log.Lines.ShouldContain(l => l.Contains($"the identity provider {provider.Issuer} cannot be asked to sign somebody out", StringComparison.Ordinal));
        (await browser.WhoAsync()).ShouldBe("alice@example.com", "it ends nothing here");
    }

    [Fact]
    public async Task ADisabledPerson_IsRefused_AndTheirSessionsEnd()
    {
        using var browser = await SignedInAsync();
        await _host.Access.Admin.ChangeAccountAsync(AccessHost.Admin, "alice@example.com", new AccountPatch { Enabled = false }, Ct);
        (await browser.StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);

        (await browser.Http.GetAsync(await AuthorizeAsync(browser), Ct)).Headers.Location!.OriginalString.ShouldBe("/sign-in?error=disabled");
    }

    [Theory]
    [InlineData("admin", "no-name")]
    [InlineData("role:admin", "no-name")]
    [InlineData("proj:shop:ci", "no-name")]
    [InlineData("bob", "name-taken")]
    public async Task ANameOfARole_OfAdmin_OrOfALocalAccount_CannotBeHadThroughTheProvider(string email, string error)
    {
        await _host.AddAccountAsync("bob");
        Say("email", email);
        using var browser = _host.OpenBrowser();

        (await browser.Http.GetAsync(await AuthorizeAsync(browser), Ct)).Headers.Location!.OriginalString.ShouldBe($"/sign-in?error={error}");
        (await browser.StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task ANameThatWasAnotherPersons_CannotBeTakenOver()
    {
        using (await SignedInAsync())
        {
        }

        _provider.Subject = "someone-else";
        using var browser = _host.OpenBrowser();

        (await browser.Http.GetAsync(await AuthorizeAsync(browser), Ct)).Headers.Location!.OriginalString.ShouldBe("/sign-in?error=name-taken");
        (await AuditAsync())[0].ShouldBe("alice@example.com oidc sign-in refused the name belongs to another account");
    }

    [Fact]
    public async Task AnAddressThatTheProviderDidNotVerify_IsNoName()
    {
        Say("email_verified", "false");
        using var browser = _host.OpenBrowser();

        (await browser.Http.GetAsync(await AuthorizeAsync(browser), Ct)).Headers.Location!.OriginalString.ShouldBe("/sign-in?error=no-name");
    }

    [Fact]
    public async Task ALocalPassword_IsOfNoUseForAPersonOfTheProvider()
    {
        using (await SignedInAsync())
        {
        }

        using var browser = _host.OpenBrowser();
        (await browser.SignInAsync("alice@example.com", "")).Headers.Location!.OriginalString.ShouldBe("/sign-in?error=wrong");
        (await Should.ThrowAsync<PlumbApiException>(() => _host.Access.Admin.SetPasswordAsync(
            AccessHost.Admin, "alice@example.com", new PasswordBody { Password = "another password" }, Ct))).Status.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task AProviderThatIsDown_KeepsNothingFromStarting_AndIsSaidAtTheSignIn()
    {
        var gone = await TestProvider.StartAsync();
        var options = Options() with { Issuer = gone.Issuer };
        await gone.DisposeAsync();
        await using var host = await AccessHost.StartAsync(new AccessOptions { OpenId = options });
        await host.AddAccountAsync("bob");
        using var browser = host.OpenBrowser();

        (await browser.Http.GetAsync("auth/oidc?returnUrl=/page", Ct)).Headers.Location!.OriginalString.ShouldBe("/sign-in?error=provider-down&returnUrl=%2Fpage");
        host.Log.Lines.ShouldContain(l => l.Contains($"the identity provider {options.Issuer} does not answer", StringComparison.Ordinal));
        (await browser.SignInAsync("bob", AccessHost.Password)).Headers.Location!.OriginalString.ShouldBe("/");
    }

    [Fact]
    public async Task AClientSecretThatIsWrong_SignsNobodyIn()
    {
        await File.WriteAllTextAsync(_secretFile, "wrong", Ct);
        await using var host = await AccessHost.StartAsync(new AccessOptions { OpenId = Options() });
        using var browser = host.OpenBrowser();

        (await browser.Http.GetAsync(await AuthorizeAsync(browser), Ct)).Headers.Location!.OriginalString.ShouldStartWith("/sign-in?error=");
        (await browser.StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);
    }

    private OpenIdOptions Options() => new() { Issuer = _provider.Issuer, ClientId = TestProvider.ClientId, ClientSecretFile = _secretFile, AnswerTimeout = TimeSpan.FromMinutes(2) };

    private void Say(string type, string value)
    {
        _provider.Claims.RemoveAll(c => c.Type == type);
        _provider.Claims.Add((type, value));
    }

    private async Task<Browser> SignedInAsync()
    {
        var browser = _host.OpenBrowser();
        (await browser.Http.GetAsync(await AuthorizeAsync(browser), Ct)).Headers.Location!.OriginalString.ShouldBe("/");
        return browser;
    }

    /// <summary>To the provider, and back with its answer, which is not opened yet.</summary>
    private static async Task<Uri> AuthorizeAsync(Browser browser, string returnUrl = "/")
    {
        using var challenge = await browser.Http.GetAsync("auth/oidc?returnUrl=" + Uri.EscapeDataString(returnUrl), Ct);
        challenge.StatusCode.ShouldBe(HttpStatusCode.Found);
        using var answer = await browser.Http.GetAsync(challenge.Headers.Location, Ct);
        answer.StatusCode.ShouldBe(HttpStatusCode.Found, await answer.Content.ReadAsStringAsync(Ct));
        return answer.Headers.Location!;
    }

    private async Task<IReadOnlyList<string>> AuditAsync() =>
        [.. (await _host.Access.Audit.ListAsync(new AuditQuery { Action = "sign-in" }, Ct)).Items.Select(e => $"{e.Who} {e.Method} {e.Action} {e.Outcome} {e.Detail}")];
}
