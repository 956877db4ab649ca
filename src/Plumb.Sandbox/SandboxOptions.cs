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
    /// Serve plain HTTP/1.1 without TLS and without a token check, for tests that read the wire. Anything on this machine may then use it.
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

    /// <summary>Receives faults of the server itself. Default: nowhere.</summary>
    public ILoggerFactory Logging { get; init; } = NullLoggerFactory.Instance;
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
