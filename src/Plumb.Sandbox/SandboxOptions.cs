using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Plumb.Sandbox;

/// <summary>How a sandbox runs.</summary>
public sealed record SandboxOptions
{
    /// <summary>TCP port on the loopback address; 0 takes a free one. Default: 0.</summary>
    public int Port { get; init; }

    /// <summary>The bearer token that every request but health and version must bring. Default: a new random one.</summary>
    public string? Token { get; init; }

    /// <summary>
    /// Users besides the one with <see cref="Token"/>, who may do everything: what these may do is up to Roles and bindings. Default: none.
    /// </summary>
    public IReadOnlyList<SandboxUser> Users { get; init; } = [];

    /// <summary>
    /// Serve plain HTTP/1.1 without TLS and where a token is not needed (who brings one is that user), for tests that read the wire. Anything on this machine may then use it.
    /// Default: HTTPS with a certificate made at start.
    /// </summary>
    public bool PlainHttp { get; init; }

    /// <summary>Clock for timestamps, watch timeouts and controllers. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Run the controllers that make workloads look alive. Default: true.</summary>
    public bool RunControllers { get; init; } = true;

    /// <summary>
    /// First delay before a crashed container is restarted, a failed Job's Pod is replaced or an image pull is tried again; doubles up to
    /// five minutes. Default: 1 s, ten times faster than a kubelet, so that demos move. Must be positive.
    /// </summary>
    public TimeSpan BackOff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Changes kept per kind for watches that reconnect; older ones get 410 Gone. Default: 4096. From 1 to 1,000,000.
    /// </summary>
    public int HistorySize { get; init; } = 4096;

    /// <summary>
    /// Asked before every request is served: null serves it; otherwise the request is delayed, answered with an error, or cut. For tests
    /// of clients.
    /// </summary>
    public Func<SandboxRequest, SandboxFault?>? Fault { get; init; }

    /// <summary>
    /// A SQLite file that keeps all objects, the token and the certificate: what was answered survives the process, however it ends, and
    /// the next one goes on with it. Made when it is not there, readable by its owner only, for one process at a time. Default: none,
    /// all in memory.
    /// </summary>
    public string? DataFile { get; init; }

    /// <summary>
    /// Where admission webhooks listen that name a service: <c>namespace/name</c> to an https address of this machine. Webhooks that name
    /// a URL of this machine need no entry; others are not called and fail. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, Uri> WebhookServices { get; init; } = new Dictionary<string, Uri>();

    /// <summary>Receives faults of the server itself. Default: nowhere.</summary>
    public ILoggerFactory Logging { get; init; } = NullLoggerFactory.Instance;
}

/// <summary>A user that comes with a bearer token.</summary>
/// <param name="Name">User name, as bindings call it.</param>
/// <param name="Token">Bearer token; not empty.</param>
public sealed record SandboxUser(string Name, string Token)
{
    /// <summary>Groups besides <c>system:authenticated</c>. Default: none.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];
}

/// <summary>What happens to a request instead of, or before, being served.</summary>
public sealed record SandboxFault
{
    /// <summary>Wait this long first. Default: not at all.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>
    /// Answer with this HTTP status (a metav1.Status body with <see cref="Message"/>); null serves the request. Default: null.
    /// </summary>
    public int? StatusCode { get; init; }

    /// <summary>Message of the error.</summary>
    public string Message { get; init; } = "injected by the test";

    /// <summary><c>Retry-After</c> of the error in seconds; null for none.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Drop the connection without an answer. Default: false.</summary>
    public bool Abort { get; init; }
}

/// <summary>One request as the sandbox saw it.</summary>
/// <param name="Verb">
/// Kubernetes verb: get, list, watch, create, update, patch, delete, deletecollection; for other paths the HTTP method in lower case.
/// </param>
/// <param name="Group">API group; empty for core and for paths that name no resource.</param>
/// <param name="Resource">Plural; empty for paths that name no resource (discovery, health, OpenAPI).</param>
/// <param name="Subresource">Such as <c>status</c>; empty for none.</param>
/// <param name="Namespace">Namespace; empty for cluster scope.</param>
/// <param name="Name">Object name; empty for collections.</param>
/// <param name="Path">Path with the query.</param>
/// <param name="At">When it arrived.</param>
public sealed record SandboxRequest(
    string Verb, string Group, string Resource, string Subresource, string Namespace, string Name, string Path, DateTimeOffset At);
