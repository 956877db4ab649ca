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
        await using var scene = await ServerScene.StartAsync(
            provider: new OpenIdOptions { Issuer = new Uri("http://127.0.0.1:1/"), ClientId = "plumb", Name = "Example ID" });

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
    [InlineData("something", "Signing in did not work.")]
    public async Task AFailure_IsSaidInWords(string error, string words)
    {
        await using var scene = await ServerScene.StartAsync();
        (await scene.Http(null).GetStringAsync($"sign-in?error={error}", Ct)).ShouldContain(words);
    }
}
