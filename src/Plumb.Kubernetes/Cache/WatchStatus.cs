namespace Plumb.Kubernetes.Cache;

/// <summary>How well a kind is known.</summary>
internal enum WatchStatus
{
    /// <summary>Known and followed.</summary>
    Synced,

    /// <summary>Its first list is not read yet.</summary>
    Listing,

    /// <summary>The server fails at it, such as a broken conversion webhook or an aggregated server that is down; tried again with backoff.</summary>
    Faulted,

    /// <summary>The server does not let us (403, 405); tried again now and then.</summary>
    Refused,

    /// <summary>Not served any more (404): the watch has ended.</summary>
    Gone,
}

/// <summary>How well a kind is known, and why no better.</summary>
/// <param name="Status">How well.</param>
/// <param name="Message">Why not, in words; empty when synced.</param>
internal sealed record WatchState(WatchStatus Status, string Message)
{
    public static WatchState Listing { get; } = new(WatchStatus.Listing, "");

    public static WatchState Synced { get; } = new(WatchStatus.Synced, "");

    /// <summary>Whether objects of the kind that are not in the cache may all the same be there.</summary>
    public bool IsUnreadable => Status is WatchStatus.Faulted or WatchStatus.Refused;
}
