using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Plumb.Api;
using Plumb.Server.Access;
using Plumb.Server.Access.Http;
using Plumb.Server.Api;
using Plumb.Server.Composition;
using Plumb.Server.Http;
using Plumb.Web;

namespace Plumb.Server;

/// <summary>The running server: the loop, and the HTTP API.</summary>
public sealed class PlumbServer : IAsyncDisposable
{
    private const long MaxRequestBytes = 4 * 1024 * 1024;

    private readonly WebApplication _app;
    private readonly AccessServices _access;
    private readonly ILoggerFactory _loggers;

    private PlumbServer(WebApplication app, Engine engine, AccessServices access, ILoggerFactory loggers, Uri url) =>
        (_app, Engine, _access, _loggers, Url) = (app, engine, access, loggers, url);

    /// <summary>Root of the HTTP API.</summary>
    public Uri Url { get; }

    /// <summary>Whether one must sign in.</summary>
    public bool SignIn => _access.SignIn;

    /// <summary>
    /// The password of the account <c>admin</c> when this start made it and made it up: to be shown once, and never logged; null otherwise.
    /// </summary>
    public string? FirstPassword { get; private init; }

    /// <summary>The loop and what it runs on.</summary>
    public Engine Engine { get; }

    /// <summary>Starts the loop and begins to listen.</summary>
    /// <exception cref="ArgumentException">Settings are not valid or do not go together; all faults are named.</exception>
    /// <exception cref="IOException">The port is taken, the data folder cannot be written, or a file that settings name cannot be read.</exception>
    /// <exception cref="Access.Policy.PolicyException">The policy cannot be used.</exception>
    /// <exception cref="Plumb.Store.Access.AccessStoreException">The accounts cannot be read.</exception>
    public static async Task<PlumbServer> StartAsync(
        ServerOptions options, Action<ILoggingBuilder> logging, TimeProvider time, CancellationToken ct)
    {
        AccessRules.Check(options);
        var loggers = LoggerFactory.Create(logging);
        var certificate = options.Access is { TlsCertificate: { } file, TlsKey: { } key }
            ? new ServerCertificate(file, key, time, loggers.CreateLogger<ServerCertificate>())
            : null;
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        logging(builder.Logging);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(options.Listen, listen =>
            {
                if (certificate is not null)
                    listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(certificate.Now()) });
            });
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
        });

        if (certificate is not null) builder.WebHost.UseKestrelHttpsConfiguration();

        var engine = await Engine.CreateAsync(options.Engine, loggers, time, ct);
        AccessServices? access = null;
        try
        {
            access = await AccessServices.OpenAsync(options, engine.Audit, () => engine.Reconciler.Projects, loggers, time, ct);
            builder.AddPlumbAccess(access);
            builder.Services.TryAddSingleton(engine.Reconciler);
            builder.Services.AddSingleton<IPlumbApis>(
                new ServerApis(new ServerParts(engine, options, access.Rights, access.Callers, access.Admin, access.Audit, time)));
            builder.Services.AddProblemDetails();
            ApiDocument.Add(builder.Services);
            builder.Services.AddPlumbWeb();
            var app = builder.Build();
            app.UseExceptionHandler(new ExceptionHandlerOptions
            {
                StatusCodeSelector = e => e is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,
            });
            app.UsePlumbAccess();
            var api = app.MapGroup("/api/v1");
            api.AddEndpointFilter(RefusalFilter.InvokeAsync);
            ApplicationEndpoints.Map(api);
            PlaceEndpoints.Map(api);
            AccessEndpoints.Map(api);
            SystemEndpoints.Map(app, api);
            ApiDocument.Map(app);
            app.MapPlumbWeb();
            await engine.Reconciler.StartAsync([options.Root.ToApplication(options.RootName)], [], ct);
            await app.StartAsync(ct);
            var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            return new PlumbServer(app, engine, access, loggers, new Uri(address)) { FirstPassword = await access.MakeFirstAccountAsync(ct) };
        }
        catch
        {
            access?.Dispose();
            await engine.DisposeAsync();
            loggers.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Asks itself for the page, once: what a first page makes the runtime compile is compiled when the first person comes. That it fails means
    /// nothing but that they wait half a second longer.
    /// </summary>
    public async Task WarmUpAsync(CancellationToken ct)
    {
        if (Url.Scheme != Uri.UriSchemeHttp) return;
        var host = IPAddress.Parse(Url.Host.Trim('[', ']')) is var address && address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : address.Equals(IPAddress.Any) ? IPAddress.Loopback : address;
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        try
        {
            using var page = await http.GetAsync(new UriBuilder(Url) { Host = host.ToString() }.Uri, ct);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            // Nobody waits for it.
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
        _access.Dispose();
        await Engine.DisposeAsync();
        _loggers.Dispose();
    }
}
