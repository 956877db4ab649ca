using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Plumb.Api;
using Plumb.Reconcile.Applications;
using Plumb.Server.Access;
using Plumb.Server.Access.Auditing;
using Plumb.Server.Composition;
using Plumb.Store.Sqlite;

namespace Plumb.Server.Tests.Access;

/// <summary>
/// Sign-in, rights and hardening as the server has them, on Kestrel and real files, with a driven clock and a few endpoints in place of the
/// rest: <c>/api/v1/who</c>, <c>/page</c>, and a sign-in page that gives out what its form needs.
/// </summary>
internal sealed class AccessHost : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    private readonly WebApplication _app;
    private readonly SqliteRunStore _history;
    private readonly bool _keepFolder;
    private List<ProjectSpec> _projects = [];

    private AccessHost(WebApplication app, AccessServices access, SqliteRunStore history, string folder, bool keepFolder, FakeTimeProvider time, CapturedLog log)
    {
        (_app, Access, _history, Folder, _keepFolder, Time, Log) = (app, access, history, folder, keepFolder, time, log);
        Url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public AccessServices Access { get; }

    public Uri Url { get; }

    public string Folder { get; }

    public FakeTimeProvider Time { get; }

    public CapturedLog Log { get; }

    public string? FirstPassword { get; private set; }

    /// <summary>One who may everything, as a session of <c>admin</c> would be.</summary>
    public static Caller Admin { get; } = new() { Name = "admin", Method = "local", From = "127.0.0.1" };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<AccessHost> StartAsync(AccessOptions? options = null, string? folder = null, FakeTimeProvider? time = null, bool firstAccount = false)
    {
        // Cookies of a client live by the real clock: the driven one begins there.
        time ??= new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var keepFolder = folder is not null;
        folder ??= Directory.CreateTempSubdirectory("plumb-access-").FullName;
        var log = new CapturedLog();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = 1024 * 1024;
        });
        var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        var history = await SqliteRunStore.OpenAsync(Path.Combine(folder, "history.db"), 10, time, Ct);
        var projects = new List<ProjectSpec>();
        var access = await AccessServices.OpenAsync(
            new ServerOptions
            {
                Engine = new EngineOptions { DataFolder = folder },
                Root = RootAddress.Parse("https://git.example.com/config.git"),
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                Access = (options ?? new AccessOptions()) with { SignIn = options?.SignIn ?? true, PasswordRounds = options?.PasswordRounds is > 0 and < 400_000 and var rounds ? rounds : 100_000 },
            },
            new AuditTrail(history, time, loggers.CreateLogger<AuditTrail>()), () => projects, loggers, time, Ct);
        builder.AddPlumbAccess(access);
        builder.Services.AddProblemDetails();
        var app = builder.Build();
        app.UseExceptionHandler(new ExceptionHandlerOptions { StatusCodeSelector = e => e is BadHttpRequestException bad ? bad.StatusCode : 500 });
        app.UsePlumbAccess();
        Map(app);
        await app.StartAsync(Ct);
        var host = new AccessHost(app, access, history, folder, keepFolder, time, log);
        host._projects = projects;
        if (firstAccount) host.FirstPassword = await access.MakeFirstAccountAsync(Ct);
        return host;
    }

    /// <summary>These are the projects from now on.</summary>
    public void State(params ProjectSpec[] projects)
    {
        _projects.Clear();
        _projects.AddRange(projects);
    }

    /// <summary>A browser: it keeps cookies, follows nothing by itself, and says where it comes from.</summary>
    public Browser OpenBrowser() => new(Url);

    public async Task<AccountRecord> AddAccountAsync(string name, params string[] groups) =>
        await Access.Admin.CreateAccountAsync(Admin, new AccountBody { Name = name, Password = Password, Groups = groups }, Ct);

    public async Task<Browser> SignedInAsync(string name)
    {
        var browser = OpenBrowser();
        (await browser.SignInAsync(name, Password)).Headers.Location!.ToString().ShouldBe("/");
        return browser;
    }

    public async Task<HttpStatusCode> StatusWithTokenAsync(string token)
    {
        using var http = new HttpClient { BaseAddress = Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.GetAsync("api/v1/who", Ct);
        return response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(Ct);
        await _app.DisposeAsync();
        Access.Dispose();
        _history.Dispose();
        if (!_keepFolder) Directory.Delete(Folder, recursive: true);
    }

    private static void Map(WebApplication app)
    {
        app.MapGet("/sign-in", (HttpContext context, IAntiforgery antiforgery) => Results.Text(antiforgery.GetAndStoreTokens(context).RequestToken, "text/html"));
        app.MapGet("/page", (HttpContext context, IAntiforgery antiforgery) => Results.Text(antiforgery.GetAndStoreTokens(context).RequestToken, "text/html"));
        app.MapGet("/healthz", () => "ok");
        app.MapGet("/api/v1/version", () => Results.Json(new { version = "1" }));
        app.MapGet("/api/v1/who", (HttpContext context) =>
        {
            var caller = Caller.Of(context.User);
            return Results.Json(new { caller.Name, caller.Method, caller.From, caller.Groups, context.Request.Scheme });
        });
        app.MapPost("/api/v1/change", async (HttpContext context) =>
        {
            using var read = new StreamReader(context.Request.Body);
            return Results.Text((await read.ReadToEndAsync(context.RequestAborted)).Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        });
        app.MapGet("/fails", string () => throw new InvalidOperationException("broken"));
    }
}

/// <summary>A browser of a person.</summary>
internal sealed class Browser : IDisposable
{
    private readonly HttpClientHandler _handler = new() { AllowAutoRedirect = false, UseCookies = true };

    public Browser(Uri url)
    {
        Url = url;
        Http = new HttpClient(_handler) { BaseAddress = url };
        Http.DefaultRequestHeaders.UserAgent.ParseAdd("Browser/1.0");
        Http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
    }

    public Uri Url { get; }

    public HttpClient Http { get; }

    public CookieContainer Cookies => _handler.CookieContainer;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async Task<string> FormTokenAsync(string page = "sign-in") => await Http.GetStringAsync(page, Ct);

    public async Task<HttpResponseMessage> SignInAsync(string name, string password, string returnUrl = "") =>
        await SendFormAsync("auth/sign-in", new() { ["name"] = name, ["password"] = password, ["returnUrl"] = returnUrl, ["__RequestVerificationToken"] = await FormTokenAsync() });

    public async Task<HttpResponseMessage> SignOutAsync() =>
        await SendFormAsync("auth/sign-out", new() { ["__RequestVerificationToken"] = await FormTokenAsync("page") });

    public async Task<HttpResponseMessage> SendFormAsync(string path, Dictionary<string, string> fields, string site = "same-origin")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields) };
        request.Headers.Add("Sec-Fetch-Site", site);
        return await Http.SendAsync(request, Ct);
    }

    public async Task<HttpStatusCode> StatusAsync()
    {
        using var response = await Http.GetAsync("api/v1/who", Ct);
        return response.StatusCode;
    }

    public async Task<string> WhoAsync() => (await Http.GetFromJsonAsync<Who>("api/v1/who", Ct))!.Name;

    public void Dispose()
    {
        Http.Dispose();
        _handler.Dispose();
    }

    internal sealed record Who(string Name, string Method, string From, string[] Groups, string Scheme);
}
