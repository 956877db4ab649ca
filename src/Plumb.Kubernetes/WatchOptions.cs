namespace Plumb.Kubernetes;

/// <summary>How a cluster is followed.</summary>
public sealed record WatchOptions
{
    /// <summary>Lists read at once of one cluster. Default: 6. Must be positive.</summary>
    public int ParallelLists { get; init; } = 6;

    /// <summary>Watches opened at once on one cluster; open ones do not count. Default: 16. Must be positive.</summary>
    public int ParallelOpens { get; init; } = 16;

    /// <summary>
    /// Longest random delay before a watch is opened again once a lost server has answered, so that not all come in the same moment.
    /// Default: 1 second.
    /// </summary>
    public TimeSpan ReturnJitter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a watch may say nothing when its server sends bookmarks (each minute, as Kubernetes does) before it is taken for dead and
    /// opened again. Default: 4 minutes. Must be positive.
    /// </summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>The same when no bookmark was ever seen: aggregated servers need not send any. Default: 20 minutes. Must be positive.</summary>
    public TimeSpan SilenceWithoutBookmarks { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>First delay before a kind that we may not read is tried again; doubles, with jitter. Default: 30 seconds.</summary>
    public TimeSpan RefusedRetry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest delay before a kind that we may not read, or that only fails, is tried again. Default: 5 minutes.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(5);
}
