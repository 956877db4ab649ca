using Microsoft.Playwright;
using Plumb.Web.Host;

namespace Plumb.Web.Tests.Browser;

public sealed class EachViewTests(BrowserFixture browser) : BrowserTest(browser, new SampleOptions { SignIn = true })
{
    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Each_view_can_be_used_by_everybody_and_breaks_no_policy(ColorScheme theme)
    {
        await LookAsync(new BrowserNewContextOptions { ColorScheme = theme, ViewportSize = new() { Width = 1280, Height = 860 } });
        List<string> violations = [];
        foreach (var (name, path, ready) in Views.All)
        {
            await OpenAsync(path, ready, live: name != "sign-in");
            violations.AddRange(await AxeAsync(name));
        }

        violations.ShouldBeEmpty();
        Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_is_wider_than_a_phone()
    {
        await LookAsync(new BrowserNewContextOptions { ViewportSize = new() { Width = 390, Height = 844 }, HasTouch = true });
        List<string> wide = [];
        foreach (var (name, path, ready) in Views.All)
        {
            await OpenAsync(path, ready, live: name != "sign-in");
            var width = await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
            if (width > 390)
            {
                var who = await Page.EvaluateAsync<string>("() => [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > 392 && !e.closest('[class*=scroll], .tree, .diff, .tabs, .narrowing, pre, .log')).slice(0, 3).map(e => e.tagName + '.' + e.className).join(' | ')");
                wide.Add($"{name}: {width}: {who}");
            }
        }

        wide.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_first_answer_has_the_data_and_the_policy()
    {
        using var http = new HttpClient { BaseAddress = Host.Url };
        var ct = TestContext.Current.CancellationToken;

        using var answer = await http.GetAsync(new Uri("/applications", UriKind.Relative), ct);

        var text = await answer.Content.ReadAsStringAsync(ct);
        text.ShouldContain("monitoring");
        text.ShouldNotContain("<script>alert");
        answer.Headers.GetValues("Content-Security-Policy").ShouldContain(SampleHost.ContentSecurityPolicy);
    }

    [Theory]
    [InlineData("/applications?q=shop")]
    [InlineData("/applications/shop?tab=runs")]
    [InlineData("/clusters/eu-west-1")]
    [InlineData("/sign-in")]
    [InlineData("/nothing/here")]
    [InlineData("asset")]
    public async Task Who_asks_for_the_head_only_gets_the_same_answer_without_a_body(string path)
    {
        using var http = new HttpClient { BaseAddress = Host.Url };
        var ct = TestContext.Current.CancellationToken;
        if (path == "asset")
        {
            path = System.Text.RegularExpressions.Regex.Match(await http.GetStringAsync(new Uri("/sign-in", UriKind.Relative), ct), "/_plumb/[0-9a-f]+/plumb.css").Value;
        }

        using var get = await http.GetAsync(new Uri(path, UriKind.Relative), ct);
        using var ask = new HttpRequestMessage(HttpMethod.Head, path);
        using var head = await http.SendAsync(ask, ct);

        (await get.Content.ReadAsByteArrayAsync(ct)).ShouldNotBeEmpty();
        (await head.Content.ReadAsByteArrayAsync(ct)).ShouldBeEmpty();
        head.StatusCode.ShouldBe(get.StatusCode);
        head.Content.Headers.ContentType.ShouldBe(get.Content.Headers.ContentType);
        head.Headers.ETag.ShouldBe(get.Headers.ETag);
        head.Headers.CacheControl?.ToString().ShouldBe(get.Headers.CacheControl?.ToString());
        head.Headers.GetValues("Content-Security-Policy").ShouldBe(get.Headers.GetValues("Content-Security-Policy"));
    }

    [Fact]
    public async Task Files_may_be_kept_for_ever_and_are_found_again_by_their_tag()
    {
        using var http = new HttpClient { BaseAddress = Host.Url };
        var ct = TestContext.Current.CancellationToken;
        var html = await http.GetStringAsync(new Uri("/sign-in", UriKind.Relative), ct);
        var address = System.Text.RegularExpressions.Regex.Match(html, "/_plumb/[0-9a-f]+/blazor.web.js").Value;

        using var first = await http.GetAsync(new Uri(address, UriKind.Relative), ct);
        using var again = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using var second = await http.SendAsync(again, ct);

        first.Headers.CacheControl!.ToString().ShouldContain("immutable");
        second.StatusCode.ShouldBe(System.Net.HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task An_address_that_is_not_there_is_told_as_404_with_a_way_on()
    {
        using var http = new HttpClient { BaseAddress = Host.Url };
        var ct = TestContext.Current.CancellationToken;

        using var answer = await http.GetAsync(new Uri("/nothing/here", UriKind.Relative), ct);

        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync(ct)).ShouldContain("There is no such page");
    }
}
