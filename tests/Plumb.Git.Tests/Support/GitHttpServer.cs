using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Plumb.Git.Tests.Support;

/// <summary>Real smart HTTP: git's own http-backend behind a web server on loopback, with basic authentication when asked for.</summary>
public sealed class GitHttpServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _root;
    private readonly string? _user;
    private readonly string? _password;
    private int _requests;
    private int _packs;

    private GitHttpServer(WebApplication app, string root, string? user, string? password)
    {
        (_app, _root, _user, _password) = (app, root, user, password);
    }

    /// <summary>Like <c>http://127.0.0.1:4711</c>.</summary>
    public string Url { get; private set; } = "";

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>How many fetches of a pack there were.</summary>
    public int Packs => Volatile.Read(ref _packs);

    /// <summary>Completed by the test to let answers go out; by default they do at once.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Answers everything with this status when set.</summary>
    public int? Status { get; set; }

    /// <summary>Redirects everything to the same path there when set.</summary>
    public string? RedirectTo { get; set; }

    public static async Task<GitHttpServer> StartAsync(string root, string? user = null, string? password = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var server = new GitHttpServer(app, root, user, password);
        app.Run(server.HandleAsync);
        await app.StartAsync();
        server.Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        if (Status is { } status)
        {
            context.Response.StatusCode = status;
            return;
        }
        if (RedirectTo is { } target)
        {
            context.Response.Redirect(target + context.Request.Path + context.Request.QueryString);
            return;
        }
        var expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_user}:{_password}"));
        if (_password is not null && context.Request.Headers.Authorization != expected)
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"git\"";
            return;
        }
        await Gate.WaitAsync(context.RequestAborted);
        await BackendAsync(context);
    }

    private async Task BackendAsync(HttpContext context)
    {
        var request = context.Request;
        var start = new ProcessStartInfo("git") { ArgumentList = { "http-backend" }, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["GIT_PROJECT_ROOT"] = _root;
        start.Environment["GIT_HTTP_EXPORT_ALL"] = "1";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["PATH_INFO"] = request.Path;
        start.Environment["QUERY_STRING"] = request.QueryString.Value?.TrimStart('?') ?? "";
        start.Environment["REQUEST_METHOD"] = request.Method;
        start.Environment["CONTENT_TYPE"] = request.ContentType ?? "";
        start.Environment["REMOTE_ADDR"] = "127.0.0.1";
        if (request.Headers.ContentEncoding.Count > 0) start.Environment["HTTP_CONTENT_ENCODING"] = request.Headers.ContentEncoding.ToString();
        if (request.Headers.TryGetValue("Git-Protocol", out var protocol)) start.Environment["GIT_PROTOCOL"] = protocol.ToString();
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, context.RequestAborted);
        start.Environment["CONTENT_LENGTH"] = body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        await process.StandardInput.BaseStream.WriteAsync(body.ToArray());
        process.StandardInput.Close();
        using var answer = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(answer);
        await process.WaitForExitAsync();
        var bytes = answer.ToArray();
        var split = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        foreach (var line in Encoding.ASCII.GetString(bytes, 0, split).Split("\r\n"))
        {
            var colon = line.IndexOf(':');
            var (name, value) = (line[..colon], line[(colon + 1)..].Trim());
            if (name == "Status") context.Response.StatusCode = int.Parse(value.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
            else context.Response.Headers[name] = value;
        }
        if (bytes.AsSpan(split).IndexOf("PACK"u8) >= 0) Interlocked.Increment(ref _packs);
        await context.Response.Body.WriteAsync(bytes.AsMemory(split + 4));
    }
}
