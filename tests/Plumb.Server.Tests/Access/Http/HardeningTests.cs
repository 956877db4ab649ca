using System.Net;
using System.Net.Http.Headers;
using Plumb.Api;
using Plumb.Server.Access;
using Plumb.Server.Composition;

namespace Plumb.Server.Tests.Access.Http;

/// <summary>What the server does against pages, proxies and clients that mean it harm.</summary>
public sealed class HardeningTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("healthz", HttpStatusCode.OK)]
    [InlineData("sign-in", HttpStatusCode.OK)]
    [InlineData("page", HttpStatusCode.Found)]
    [InlineData("api/v1/who", HttpStatusCode.Unauthorized)]
    [InlineData("auth/oidc", HttpStatusCode.NotFound)]
    public async Task EveryAnswer_HasTheHeadersThatProtectThePage(string path, HttpStatusCode status)
    {
        await using var host = await AccessHost.StartAsync();
        using var browser = host.OpenBrowser();
        using var response = await browser.Http.GetAsync(path, Ct);

        response.StatusCode.ShouldBe(status);
        ShouldHaveHeaders(response);
    }

    [Fact]
    public async Task AnAnswerToAFault_HasThemToo_AndSaysNothingOfTheFault()
    {
        await using var host = await AccessHost.StartAsync();
        await host.AddAccountAsync("alice");
        using var browser = await host.SignedInAsync("alice");
        using var response = await browser.Http.GetAsync("fails", Ct);

        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        ShouldHaveHeaders(response);
        (await response.Content.ReadAsStringAsync(Ct)).ShouldNotContain("broken");
    }

    [Fact]
    public async Task AnswersOfTheApi_AndPages_AreKeptInNoCache()
    {
        await using var host = await AccessHost.StartAsync();
        await host.AddAccountAsync("alice");
        using var browser = await host.SignedInAsync("alice");

        (await browser.Http.GetAsync("api/v1/who", Ct)).Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await browser.Http.GetAsync("page", Ct)).Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.OK)]
    [InlineData("Origin", "https://evil.example.com", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "http://127.0.0.1:1", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "OWN", HttpStatusCode.OK)]
    [InlineData("X-Nothing", "said", HttpStatusCode.Forbidden)]
    public async Task AChangeWithACookie_MustComeFromThisVeryServersPage(string header, string value, HttpStatusCode status)
    {
        await using var host = await AccessHost.StartAsync();
        await host.AddAccountAsync("alice");
        using var browser = await host.SignedInAsync("alice");
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/change");
        request.Headers.TryAddWithoutValidation(header, value == "OWN" ? host.Url.GetLeftPart(UriPartial.Authority) : value);

        (await browser.Http.SendAsync(request, Ct)).StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task AWebSocketOfAForeignPage_IsRefused()
    {
        await using var host = await AccessHost.StartAsync();
        await host.AddAccountAsync("alice");
        using var browser = await host.SignedInAsync("alice");
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/who");
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        request.Headers.TryAddWithoutValidation("Origin", "https://evil.example.com");

        (await browser.Http.SendAsync(request, Ct)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task AChangeWithAToken_NeedNotSayWhereItComesFrom()
    {
        await using var host = await AccessHost.StartAsync();
        await host.AddAccountAsync("alice");
        var made = await host.Access.Admin.CreateTokenAsync(new Caller { Name = "alice", Method = "local" }, new TokenBody(), Ct);
        using var http = new HttpClient { BaseAddress = host.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.Secret);

        (await http.PostAsync("api/v1/change", null, Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task ACookieBesideAFalseToken_IsNotLookedAt()
    {
        await using var host = await AccessHost.StartAsync();
        await host.AddAccountAsync("alice");
        using var browser = await host.SignedInAsync("alice");
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/change");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "false");
        request.Headers.TryAddWithoutValidation("Origin", "https://evil.example.com");

        (await browser.Http.SendAsync(request, Ct)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task WhatAnUntrustedSenderSaysItForwards_IsIgnored()
    {
        await using var host = await AccessHost.StartAsync(new AccessOptions { Url = new Uri("http://plumb.example.com"), TrustedProxies = [IPNetwork.Parse("10.0.0.0/8")] });

        (await ForwardedAsync(host)).ShouldBe(("127.0.0.1", "http"));
    }

    [Fact]
    public async Task WhatATrustedProxySaysItForwards_IsBelieved()
    {
        await using var host = await AccessHost.StartAsync(new AccessOptions { Url = new Uri("http://plumb.example.com"), TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")] });

        (await ForwardedAsync(host)).ShouldBe(("203.0.113.7", "https"));
    }

    [Fact]
    public async Task ASenderCannotPutItselfBehindATrustedProxy()
    {
        await using var host = await AccessHost.StartAsync(new AccessOptions { Url = new Uri("http://plumb.example.com"), TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")] });

        // The client wrote 198.51.100.1; the proxy added from whom it got that.
        (await ForwardedAsync(host, "198.51.100.1, 203.0.113.7")).From.ShouldBe("203.0.113.7");
    }

    [Theory]
    [InlineData("plumb.example.com", HttpStatusCode.OK)]
    [InlineData("PLUMB.example.com", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("evil.example.com", HttpStatusCode.Forbidden)]
    [InlineData("10.0.0.1", HttpStatusCode.Forbidden)]
    [InlineData("plumb.example.com.evil.example.com", HttpStatusCode.Forbidden)]
    public async Task OnlyItsOwnNames_AreAnswered(string hostName, HttpStatusCode status)
    {
        await using var host = await AccessHost.StartAsync(new AccessOptions { Url = new Uri("http://plumb.example.com") });
        using var browser = host.OpenBrowser();
        using var request = new HttpRequestMessage(HttpMethod.Get, "sign-in") { Headers = { Host = hostName } };

        (await browser.Http.SendAsync(request, Ct)).StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task ABodyThatSaysItIsTooLarge_IsRefusedBeforeItIsRead_AndOneThatDoesNotSayToo()
    {
        await using var host = await AccessHost.StartAsync();
        await host.AddAccountAsync("alice");
        using var browser = await host.SignedInAsync("alice");
        async Task<HttpStatusCode> SendAsync(string path, int bytes, bool chunked)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(new byte[bytes]) };
            request.Headers.Add("Sec-Fetch-Site", "same-origin");
            request.Headers.TransferEncodingChunked = chunked;
            // The answer may come before the body is sent.
            request.Headers.ExpectContinue = true;
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await browser.Http.SendAsync(request, Ct);
            if (!response.IsSuccessStatusCode) response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
            return response.StatusCode;
        }

        (await SendAsync("api/v1/change", 1024 * 1024, chunked: false)).ShouldBe(HttpStatusCode.OK);
        (await SendAsync("api/v1/change", 1024 * 1024 + 1, chunked: false)).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await SendAsync("api/v1/change", 1024 * 1024 + 1, chunked: true)).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await SendAsync("api/v1/session", 16 * 1024 + 1, chunked: false)).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task WhoAsksTooMuch_MustWait_AndOthersNeedNot()
    {
        await using var host = await AccessHost.StartAsync(new AccessOptions { RequestsPerTenSeconds = 10 });
        await host.AddAccountAsync("alice");
        var made = await host.Access.Admin.CreateTokenAsync(new Caller { Name = "alice", Method = "local" }, new TokenBody(), Ct);
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 11; i++) answers.Add(await host.StatusWithTokenAsync(made.Secret));

        answers[^1].ShouldBe(HttpStatusCode.TooManyRequests);
        answers[..^1].ShouldAllBe(s => s == HttpStatusCode.OK);
        using var browser = host.OpenBrowser();
        (await browser.Http.GetAsync("sign-in", Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task WithHttps_TheCookieIsBoundToTheHost_AndHttpsIsAskedForFromThenOn()
    {
        await using var host = await AccessHost.StartAsync(new AccessOptions { Url = new Uri("https://plumb.example.com"), TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")] });
        await host.AddAccountAsync("alice");
        using var handler = new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = host.Url };
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        http.DefaultRequestHeaders.Host = "plumb.example.com";
        using var page = await http.GetAsync("sign-in", Ct);
        var form = page.Headers.GetValues("Set-Cookie").Single();
        using var request = new HttpRequestMessage(HttpMethod.Post, "auth/sign-in")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["name"] = "alice",
                ["password"] = AccessHost.Password,
                ["__RequestVerificationToken"] = await page.Content.ReadAsStringAsync(Ct),
            }),
        };
        request.Headers.Add("Cookie", form.Split(';')[0]);
        request.Headers.Add("Origin", "https://plumb.example.com");
        using var response = await http.SendAsync(request, Ct);

        response.Headers.Location!.OriginalString.ShouldBe("/");
        var cookie = response.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("__Host-plumb=", StringComparison.Ordinal));
        cookie.ShouldContain("; secure", Case.Insensitive);
        cookie.ShouldContain("; path=/;", Case.Insensitive);
        cookie.ShouldNotContain("domain", Case.Insensitive);
        form.ShouldStartWith("__Host-plumb-form=");
        form.ShouldContain("; secure", Case.Insensitive);
        response.Headers.GetValues("Strict-Transport-Security").ShouldBe(["max-age=31536000"]);
    }

    [Fact]
    public async Task WithoutSignIn_ThisMachineMayEverything_AndForeignPagesMayNothing()
    {
        await using var host = await AccessHost.StartAsync(new AccessOptions { SignIn = false });
        using var browser = host.OpenBrowser();
        (await browser.WhoAsync()).ShouldBe("open");
        foreach (var (header, value) in new[] { ("Host", "evil.example.com"), ("Origin", "https://evil.example.com"), ("Sec-Fetch-Site", "cross-site") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/change");
            request.Headers.TryAddWithoutValidation(header, value);
            (await browser.Http.SendAsync(request, Ct)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }
    }

    [Theory]
    [InlineData("0.0.0.0:0", "passwords would travel readable over plain http")]
    [InlineData("0.0.0.0:0", "there everybody could do everything without sign-in", false)]
    [InlineData("127.0.0.1:0", "give --url too", true, null, "10.0.0.0/8")]
    [InlineData("127.0.0.1:0", "without a path", true, "https://plumb.example.com/plumb")]
    [InlineData("127.0.0.1:0", "without a path", true, "ftp://plumb.example.com")]
    public void SettingsThatDoNotGoTogether_AreRefusedAtStart(string listen, string words, bool signIn = true, string? url = null, string? proxy = null)
    {
        var options = new ServerOptions
        {
            Engine = new EngineOptions { DataFolder = "/nowhere" },
            Root = RootAddress.Parse("https://git.example.com/config.git"),
            Listen = IPEndPoint.Parse(listen),
            Access = new AccessOptions
            {
                SignIn = signIn,
                Url = url is null ? null : new Uri(url),
                TrustedProxies = proxy is null ? [] : [IPNetwork.Parse(proxy)],
            },
        };
        Should.Throw<ArgumentException>(() => AccessRules.Check(options)).Message.ShouldContain(words);
    }

    [Theory]
    [InlineData("127.0.0.1:0", false)]
    [InlineData("[::1]:0", false)]
    [InlineData("0.0.0.0:0", true)]
    [InlineData("10.0.0.1:8484", true)]
    public void SignIn_IsOnWhereOthersCanConnect(string listen, bool on) =>
        AccessRules.SignIn(new ServerOptions
        {
            Engine = new EngineOptions { DataFolder = "/nowhere" },
            Root = RootAddress.Parse("https://git.example.com/config.git"),
            Listen = IPEndPoint.Parse(listen),
        }).ShouldBe(on);

    private static void ShouldHaveHeaders(HttpResponseMessage response)
    {
        string Header(string name) => string.Join(",", response.Headers.GetValues(name));
        Header("Content-Security-Policy").ShouldBe(
            "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
            + "object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'");
        Header("X-Content-Type-Options").ShouldBe("nosniff");
        Header("X-Frame-Options").ShouldBe("DENY");
        Header("Referrer-Policy").ShouldBe("same-origin");
        Header("Permissions-Policy").ShouldContain("camera=()");
        Header("Cross-Origin-Opener-Policy").ShouldBe("same-origin");
        response.Headers.Contains("Server").ShouldBeFalse();
    }

    private static async Task<(string From, string Scheme)> ForwardedAsync(AccessHost host, string forwardedFor = "203.0.113.7")
    {
        await host.AddAccountAsync("alice");
        var made = await host.Access.Admin.CreateTokenAsync(new Caller { Name = "alice", Method = "local" }, new TokenBody(), Ct);
        using var http = new HttpClient { BaseAddress = host.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.Secret);
        http.DefaultRequestHeaders.Add("X-Forwarded-For", forwardedFor);
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        var who = await System.Net.Http.Json.HttpClientJsonExtensions.GetFromJsonAsync<Browser.Who>(http, "api/v1/who", Ct);
        return (who!.From, who.Scheme);
    }
}
