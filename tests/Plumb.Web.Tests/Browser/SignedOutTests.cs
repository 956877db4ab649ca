using System.Net;
using Plumb.Web.Host;

namespace Plumb.Web.Tests.Browser;

public sealed class SignedOutTests
{
    [Fact]
    public async Task Who_is_not_signed_in_is_sent_to_sign_in_and_back()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var host = await SampleHost.StartAsync(new SampleOptions { SignedOut = true }, ct);
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = host.Url };

        using var answer = await http.GetAsync(new Uri("/applications/shop?tab=runs", UriKind.Relative), ct);

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.ToString().ShouldEndWith("/sign-in?returnUrl=%2Fapplications%2Fshop%3Ftab%3Druns");
        (await answer.Content.ReadAsStringAsync(ct)).ShouldNotContain("Deployment");
    }

    [Theory]
    [InlineData("//evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("/applications", "/applications")]
    public async Task Signing_in_leads_to_pages_of_this_site_only(string asked, string expected)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var host = await SampleHost.StartAsync(new SampleOptions { SignedOut = true }, ct);
        using var http = new HttpClient { BaseAddress = host.Url };

        var page = await http.GetStringAsync(new Uri("/sign-in?returnUrl=" + Uri.EscapeDataString(asked), UriKind.Relative), ct);

        page.ShouldContain($"name=\"returnUrl\" value=\"{expected}\"");
        page.ShouldContain("name=\"__RequestVerificationToken\"");
        page.ShouldNotContain("<script>");
    }
}
