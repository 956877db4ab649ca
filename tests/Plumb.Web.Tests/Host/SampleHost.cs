using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Plumb.Api;

namespace Plumb.Web.Host;

/// <summary>A server that shows the page over sample data, under the same content security policy as the real one.</summary>
public sealed class SampleHost : IAsyncDisposable
{
    /// <summary>The policy that the server sends.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
        + "object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

    private readonly WebApplication _app;

    private SampleHost(WebApplication app, SampleWorld world) => (_app, World) = (app, world);

    /// <summary>What the page shows.</summary>
    public SampleWorld World { get; }

    /// <summary>Where it listens.</summary>
    public Uri Url => new(_app.Urls.First());

    /// <summary>Starts it on loopback.</summary>
    public static async Task<SampleHost> StartAsync(SampleOptions options, CancellationToken ct)
    {
        // Not the working directory: settings there are not meant for this, and to watch for them from the root of a disk takes minutes.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.Port));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var world = new SampleWorld(options, TimeProvider.System);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(world);
        builder.Services.AddSingleton<IPlumbApis, SampleApis>();
        builder.Services.AddPlumbWeb();
        var app = builder.Build();
        app.Use((context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
            return next(context);
        });
        app.UseAntiforgery();
        app.MapPost("/auth/sign-in", async (HttpContext context) =>
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            var back = form["returnUrl"].ToString();
            return Results.LocalRedirect(form["password"] == "correct horse battery" && back.StartsWith('/')
                ? back
                : $"/sign-in?error=wrong&returnUrl={Uri.EscapeDataString(back)}");
        });
        app.MapPost("/auth/sign-out", () => Results.LocalRedirect("/sign-in"));
        app.MapPlumbWeb();
        await app.StartAsync(ct);
        world.Start();
        return new SampleHost(app, world);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        World.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
