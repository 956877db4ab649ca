using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Plumb.Server.Composition;
using Plumb.Server.Http;

namespace Plumb.Server;

/// <summary>The running server: the loop, and the HTTP API on loopback.</summary>
public sealed class PlumbServer : IAsyncDisposable
{
    private const long MaxRequestBytes = 4 * 1024 * 1024;

    private readonly WebApplication _app;
    private readonly ILoggerFactory _loggers;

    private PlumbServer(WebApplication app, Engine engine, ILoggerFactory loggers, Uri url) =>
        (_app, Engine, _loggers, Url) = (app, engine, loggers, url);

    /// <summary>Root of the HTTP API.</summary>
    public Uri Url { get; }

    /// <summary>The loop and what it runs on.</summary>
    public Engine Engine { get; }

    /// <summary>Starts the loop and begins to listen.</summary>
    /// <exception cref="ArgumentException">Settings are not valid, or the address is not loopback.</exception>
    /// <exception cref="IOException">The port is taken, or the data folder cannot be written.</exception>
    public static async Task<PlumbServer> StartAsync(
        ServerOptions options, Action<ILoggingBuilder> logging, TimeProvider time, CancellationToken ct)
    {
        if (!System.Net.IPAddress.IsLoopback(options.Listen.Address))
            throw new ArgumentException($"{options.Listen} is not a loopback address: there is no sign-in yet, so only this machine may connect");

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        logging(builder.Logging);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(options.Listen);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
        });

        var loggers = LoggerFactory.Create(logging);
        var engine = await Engine.CreateAsync(options.Engine, loggers, time, ct);
        try
        {
            builder.Services.TryAddSingleton(engine.Reconciler);
            builder.Services.TryAddSingleton(engine.Source);
            builder.Services.TryAddSingleton(engine.Targets);
            builder.Services.TryAddSingleton(engine.Runs);
            builder.Services.TryAddSingleton(engine.Clusters);
            builder.Services.TryAddSingleton(engine.ClusterAdmin);
            builder.Services.AddProblemDetails();
            ApiDocument.Add(builder.Services);
            var app = builder.Build();
            app.UseExceptionHandler();
            app.Use(next => context => LoopbackGuard.InvokeAsync(context, next));
            var api = app.MapGroup("/api/v1");
            ApplicationEndpoints.Map(api);
            api.AddEndpointFilter(RefusalFilter.InvokeAsync);
            PlaceEndpoints.Map(api);
            AccessEndpoints.Map(api);
            SystemEndpoints.Map(app, api);
            ApiDocument.Map(app);
            await engine.Reconciler.StartAsync([options.Root.ToApplication(options.RootName)], [], ct);
            await app.StartAsync(ct);
            var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            return new PlumbServer(app, engine, loggers, new Uri(address));
        }
        catch
        {
            await engine.DisposeAsync();
            loggers.Dispose();
            throw;
        }
    }

    /// <summary>Ends when the process is asked to stop or <paramref name="ct"/> is cancelled.</summary>
    public Task WaitForShutdownAsync(CancellationToken ct) => _app.WaitForShutdownAsync(ct);

    /// <summary>Stops listening, then the loop.</summary>
    public async ValueTask DisposeAsync()
    {
        // Streams to watchers end when their connection does; they must not hold up the stop.
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(soon.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync();
        await Engine.DisposeAsync();
        _loggers.Dispose();
    }
}
