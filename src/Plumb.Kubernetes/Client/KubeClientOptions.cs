namespace Plumb.Kubernetes.Client;

/// <summary>How the requests to one cluster behave.</summary>
public sealed record KubeClientOptions
{
    /// <summary>Requests in flight at once, watches not counted. Default: 32. Must be positive.</summary>
    public int MaxConcurrency { get; init; } = 32;

    /// <summary>How long one attempt may take. Default: 30 seconds. Must be positive.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Retries after the first attempt, for failures worth retrying. Default: 6. Must not be negative.</summary>
    public int MaxRetries { get; init; } = 6;

    /// <summary>First delay between attempts; it doubles, with jitter, up to <see cref="MaxRetryDelay"/>. Default: 200 ms.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest delay between attempts. Default: 5 seconds.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a connection with open requests may be silent before the server is pinged (HTTP/2). Default: 30 seconds. At least 1.
    /// </summary>
    public TimeSpan PingDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a ping may go unanswered before the connection is taken for dead. Default: 15 seconds. At least 1.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Largest answer that is read, in bytes. Default: 128 MiB.</summary>
    public int MaxResponseBytes { get; init; } = 128 * 1024 * 1024;

    /// <summary>Objects per page of a list. Default: 500. Must be positive.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>Largest page of a list that is read, in bytes; of a page only one object is in memory at a time. Default: 2 GiB.</summary>
    public long MaxListBytes { get; init; } = 2L * 1024 * 1024 * 1024;
}
