using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Access;
using Plumb.Sandbox.Admission;
using Plumb.Sandbox.Controllers;
using Plumb.Sandbox.Http;
using Plumb.Sandbox.Lifecycle;
using Plumb.Sandbox.Storage;
using Plumb.Sandbox.Storage.Persistence;

namespace Plumb.Sandbox;

/// <summary>
/// A Kubernetes-compatible API server in this process, on the loopback address, with its state in memory. For demos, previews and tests;
/// no production cluster.
/// </summary>
public sealed class SandboxServer : IAsyncDisposable
{
    private readonly SandboxOptions _options;
    private readonly ServerIdentity _identity;
    private readonly ObjectApi _api;
    private readonly AccessControl _access;
    private readonly Journal? _journal;
    private readonly RequestLog _requests = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _gate = new(1); // one start or stop of the listener at a time
    private WebApplication? _listener;
    private Task _loops = Task.CompletedTask;
    private int _port;

    private SandboxServer(SandboxOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Port, 65535);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.HistorySize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.HistorySize, 1_000_000);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.BackOff, TimeSpan.Zero);
        _options = options;
        _port = options.Port;
        var file = options.DataFile is { } path ? DataFile.Open(path) : null;
        _identity = file is null ? new(options.Token, DateTimeOffset.UtcNow) : ServerIdentity.Of(file, options.Token, DateTimeOffset.UtcNow);
        _api = new ObjectApi(new ObjectStore(options.HistorySize), options.Time) { RootCertificate = _identity.CaPem };
        _access = new AccessControl(_api, options, _identity.Token, file);
        if (file is null) return;
        Load(_api.Store, file);
        _journal = new Journal(file);
        _api.Store.Attach(_journal);
    }

    /// <summary>Where it listens, such as <c>https://127.0.0.1:40123</c>. Stays the same through pauses.</summary>
    public Uri Url => new($"{(_options.PlainHttp ? "http" : "https")}://127.0.0.1:{_port}");

    /// <summary>A kubeconfig (YAML) with the address, the CA and the token.</summary>
    public string Kubeconfig => _identity.Kubeconfig(Url);

    /// <summary>A kubeconfig for one of the <see cref="SandboxOptions.Users"/>, or for any token, such as a service account's.</summary>
    public string KubeconfigFor(string token) => _identity.Kubeconfig(Url, token);

    /// <summary>The bearer token.</summary>
    public string Token => _identity.Token;

    /// <summary>The CA certificate, PEM.</summary>
    public string CertificateAuthority => _identity.CaPem;

    /// <summary>The objects without the wire: for seeding and looking.</summary>
    public ISandboxApi Objects => _api;

    /// <summary>Requests since the start, refused ones included. An open watch counts once.</summary>
    public long RequestCount => _requests.Count;

    /// <summary>Requests since the start by Kubernetes verb.</summary>
    public IReadOnlyDictionary<string, long> RequestCountByVerb => _requests.ByVerb;

    /// <summary>The latest 20,000 requests, oldest first.</summary>
    public IReadOnlyList<SandboxRequest> Requests => _requests.Latest;

    /// <summary>Starts a sandbox that is ready for requests when the task completes.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="SandboxDataException">The data file cannot be used.</exception>
    public static async Task<SandboxServer> StartAsync(SandboxOptions options, CancellationToken ct)
    {
        var server = new SandboxServer(options);
        try
        {
            server.StartLoops();
            server.Seed();
            await server.ListenAsync(ct).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Goes away as a crashed API server does: connections are cut, new ones refused. State, controllers and port are kept.
    /// </summary>
    public async Task PauseAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            await StopListeningAsync().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Comes back after <see cref="PauseAsync"/> on the same port.</summary>
    public Task ResumeAsync(CancellationToken ct = default) => ListenAsync(ct);

    /// <summary>Stops for good. Safe to call more than once.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await PauseAsync().ConfigureAwait(false);
        try
        {
            await _loops.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Asked for.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        if (_journal is not null) await _journal.DisposeAsync().ConfigureAwait(false);
        _access.Dispose();
        _identity.Dispose();
    }

    private static void Load(ObjectStore store, DataFile file)
    {
        var later = store.Load(file.Read(), file.Revision);
        foreach (var definition in store.Catalog.Resource("apiextensions.k8s.io", "customresourcedefinitions")!.State.Items)
            CustomKinds.CustomKindInstaller.Install(store, definition.Object);
        store.Load(later, file.Revision);
    }

    private void StartLoops()
    {
        var logger = _options.Logging.CreateLogger<SandboxServer>();
        var lifecycle = new LifecycleLoop(_api, logger, new AccountSecrets(_api, _access.Tokens)).RunAsync(_stopping.Token);
        var controllers = new SandboxControllerOptions { BackOff = _options.BackOff, Logger = logger };
        var living = _options.RunControllers ? SandboxControllers.RunAsync(_api, controllers, _stopping.Token) : Task.CompletedTask;
        _loops = Task.WhenAll(lifecycle, living);
    }

    private void Seed()
    {
        foreach (var name in NamespaceLifecycle.Initial)
        {
            if (_api.Get("", "Namespace", "", name) is null) _api.Create(new KubeObject(new MapNode
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Namespace",
                ["metadata"] = new MapNode { ["name"] = name },
            }), "kube-apiserver");
        }

        foreach (var role in BuiltInRoles.All())
        {
            if (_api.Get(Authorizer.Group, role.Kind, "", role.Name) is null) _api.Create(role, "kube-apiserver");
        }
    }

    private async Task ListenAsync(CancellationToken ct)
    {
        await _gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (_listener is not null || _stopping.IsCancellationRequested) return;
            var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions());
            builder.Logging.ClearProviders();
            builder.WebHost.UseKestrelHttpsConfiguration();
            builder.WebHost.ConfigureKestrel(ConfigureKestrel);
            builder.Services.AddSingleton<Microsoft.Extensions.Hosting.IHostLifetime, EmbeddedLifetime>();
            builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(1));
            var app = builder.Build();
            var discovery = new Discovery(_api.Store, () => $"127.0.0.1:{_port}");
            var handler = new ApiHandler(
                _api, discovery, _access, new Webhooks(_api, new WebhookCall(_options.WebhookServices)), _options.Time,
                app.Lifetime.ApplicationStopping, _options.Logging.CreateLogger<SandboxServer>());
            app.Run(context => ServeAsync(context, handler));
            await app.StartAsync(ct).ConfigureAwait(false);
            _port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
            _listener = app;
        }
        finally
        {
            _gate.Release();
        }
    }

    private void ConfigureKestrel(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null; // the handler has the API server's own limit and words
        kestrel.Limits.MinResponseDataRate = null; // watches are silent for long
        kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 4 * 1024 * 1024;
        kestrel.Limits.Http2.InitialStreamWindowSize = 1024 * 1024;
        kestrel.Listen(IPAddress.Loopback, _port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            if (!_options.PlainHttp) listen.UseHttps(_identity.Certificate);
            else listen.Protocols = HttpProtocols.Http1;
        });
    }

    private async Task StopListeningAsync()
    {
        if (_listener is not { } listener) return;
        _listener = null;
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync().ConfigureAwait(false);
        await listener.StopAsync(atOnce.Token).ConfigureAwait(false);
        await listener.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ServeAsync(HttpContext context, ApiHandler handler)
    {
        var request = Describe(context);
        _requests.Add(request);
        if (_options.Fault?.Invoke(request) is { } fault && await FailAsync(context, fault).ConfigureAwait(false)) return;
        await handler.HandleAsync(context).ConfigureAwait(false);
    }

    /// <summary>Plays a fault; true when the request is done with.</summary>
    private async Task<bool> FailAsync(HttpContext context, SandboxFault fault)
    {
        if (fault.Delay > TimeSpan.Zero) await Task.Delay(fault.Delay, _options.Time, context.RequestAborted).ConfigureAwait(false);
        if (fault.Abort)
        {
            context.Abort();
            return true;
        }

        if (fault.StatusCode is not { } code) return false;
        if (fault.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        await Responses.WriteAsync(context, new ApiException(code, ReasonOf(code), fault.Message)).ConfigureAwait(false);
        return true;
    }

    private SandboxRequest Describe(HttpContext context)
    {
        var http = context.Request;
        var path = http.Path.Value + http.QueryString.Value;
        var now = _options.Time.GetUtcNow();
        return ResourcePath.TryParse(http.Path.Value ?? "/", out var found)
            ? new(found.Verb(http.Method, http.Query), found.Group, found.Resource, found.Subresource, found.Namespace, found.Name, path, now)
            : new(http.Method.ToLowerInvariant(), "", "", "", "", "", path, now);
    }

    private static string ReasonOf(int code) => code switch
    {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        409 => "Conflict",
        410 => "Expired",
        422 => "Invalid",
        429 => "TooManyRequests",
        500 => "InternalError",
        503 => "ServiceUnavailable",
        504 => "Timeout",
        _ => "",
    };
}
