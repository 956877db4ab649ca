using Plumb.Api;
using Plumb.Server.Access.OpenId;

namespace Plumb.Server.Tests.Api;

/// <summary>What somebody sees who is nobody yet.</summary>
public sealed class SignInPageTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ItOffersTheIdentityProviderAndTheForm_AndTheApiSaysTheSame()
    {
        await using var scene = await WithProviderAsync();

        var page = await scene.Http(null).GetStringAsync("sign-in?returnUrl=%2Fapplications%2Fweb", Ct);
        page.ShouldContain("Sign in with Example ID");
        page.ShouldContain("href=\"/auth/oidc?returnUrl=%2Fapplications%2Fweb\"");
        page.ShouldContain("name=\"__RequestVerificationToken\"");

        var nobody = await scene.Client(null).GetSessionAsync(Ct);
        (nobody.Name, nobody.SignIn, nobody.LocalAccounts, nobody.IdentityProvider).ShouldBe(("", true, true, "Example ID"));
        (await scene.Admin.GetSessionAsync(Ct)).Name.ShouldBe("admin");
        (await Should.ThrowAsync<PlumbApiException>(scene.Client("plumb_no_such").GetSessionAsync(Ct))).Message.ShouldContain("plumb login");
    }

    [Theory]
    [InlineData("wrong", "Name or password is wrong.")]
    [InlineData("throttled", "Too many attempts.")]
    [InlineData("expired", "This page was open for too long.")]
    [InlineData("provider-down", "The identity provider does not answer.")]
    [InlineData("provider-stays", "You may still be signed in at the identity provider.")]
    [InlineData("something", "Signing in did not work.")]
    public async Task AFailure_IsSaidInWords(string error, string words)
    {
        await using var scene = await ServerScene.StartAsync();
        (await scene.Http(null).GetStringAsync($"sign-in?error={error}", Ct)).ShouldContain(words);
    }

    [Fact]
    public async Task WhoSignedOutHere_IsOfferedToSignOutAtTheProviderToo()
    {
        await using var scene = await WithProviderAsync();

        var here = await scene.Http(null).GetStringAsync("sign-in?signedOut=here", Ct);
        here.ShouldContain("You may still be signed in at Example ID.");
        here.ShouldContain("<a href=\"/auth/oidc/sign-out\">Sign out there too</a>");
        var everywhere = await scene.Http(null).GetStringAsync("sign-in?signedOut=everywhere", Ct);
        everywhere.ShouldContain("You are signed out.");
        everywhere.ShouldNotContain("/auth/oidc/sign-out");
    }

    [Fact]
    public async Task WhoAsksForTheHeadOnly_IsAnsweredAsForThePage()
    {
        await using var scene = await ServerScene.StartAsync();
        using var ask = new HttpRequestMessage(HttpMethod.Head, "sign-in");
        using var head = await scene.Http(null).SendAsync(ask, Ct);
        using var page = new HttpRequestMessage(HttpMethod.Head, "applications");
        page.Headers.Accept.ParseAdd("text/html");
        using var led = await scene.Http(null).SendAsync(page, Ct);
        using var refused = await scene.Http(null).SendAsync(new HttpRequestMessage(HttpMethod.Head, "applications"), Ct);

        ((int)head.StatusCode, head.Content.Headers.ContentType?.MediaType).ShouldBe((200, "text/html"));
        (await head.Content.ReadAsByteArrayAsync(Ct)).ShouldBeEmpty();
        ((int)led.StatusCode, led.RequestMessage!.RequestUri!.PathAndQuery).ShouldBe((200, "/sign-in?returnUrl=%2Fapplications"));
        ((int)refused.StatusCode).ShouldBe(401);
    }

    private static Task<ServerScene> WithProviderAsync() =>
        ServerScene.StartAsync(provider: new OpenIdOptions { Issuer = new Uri("http://127.0.0.1:1/"), ClientId = "plumb", Name = "Example ID" });
}
