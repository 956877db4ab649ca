using Microsoft.Extensions.Logging;
using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Discovery;
using Plumb.Manifests.Documents;

namespace Plumb.Kubernetes.Cache;

/// <summary>How well a kind is known.</summary>
internal enum WatchStatus
{
    /// <summary>Its first list is not read yet.</summary>
    Listing,

    /// <summary>Known and followed.</summary>
    Synced,

    /// <summary>The server does not let us (403, 405): left alone until discovery is read again.</summary>
    Refused,

    /// <summary>The server fails at it, such as a broken conversion webhook; tried again with backoff.</summary>
    Faulted,
}

/// <summary>
/// Keeps one kind in the cache: a list, then watches that resume where the last one ended, a new list only when the server has
/// forgotten that point (410). Its owner starts it and awaits its end.
/// </summary>
internal sealed partial class KindWatch(
    ApiResource kind, KubeClient client, WatchStream stream, ObjectCache cache, IWatchOwner owner, TimeProvider time,
    KubernetesMetrics metrics, ILogger logger)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(20);

    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile WatchState _state = new(WatchStatus.Listing, "");

    private sealed record WatchState(WatchStatus Status, string Message);

    public ApiResource Kind => kind;

    public WatchStatus Status => _state.Status;

    /// <summary>Why it is not synced, in words.</summary>
    public string Message => _state.Message;

    /// <summary>Done when the first list was read, or could not be.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Runs until cancelled or refused.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        string? version = null;
        var failures = 0;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                version ??= await ListAsync(ct);
                var begun = time.GetTimestamp();
                (version, var seen) = await WatchAsync(version, ct);
                metrics.WatchRestarted("ended");
                if (seen || time.GetElapsedTime(begun) > TimeSpan.FromSeconds(5)) failures = 0;
                else await PauseAsync(++failures, ct); // a server that ends watches at once must not be asked in a tight loop
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                break;
            }
            catch (KubeApiException e) when (e.Code == 410 || e.Reason is "Expired" or "Gone")
            {
                LogExpired(logger, kind.GroupKind);
                metrics.WatchRestarted("expired");
                version = null;
                if (++failures > 1) await PauseAsync(failures, ct);
            }
            catch (KubeApiException e) when (e.Code is 403 or 404 or 405)
            {
                LogRefused(logger, kind.GroupKind, e.Message);
                metrics.WatchRestarted("refused");
                if (e.Code == 404) cache.Drop(kind.GroupKind);
                Settle(WatchStatus.Refused, e.Message);
                owner.Refused(this, e);
                return;
            }
            catch (KubeApiException e)
            {
                metrics.WatchRestarted("failed");
                if (failures == 0) LogFailed(logger, kind.GroupKind, e.Message);
                if (e.IsClusterFault) owner.Lost(this, e.Message);
                if (version is null || !e.IsClusterFault) version = null;
                Settle(version is null && !e.IsClusterFault ? WatchStatus.Faulted : Status, e.Message);
                if (version is null) _settled.TrySetResult();
                await PauseAsync(++failures, ct);
            }
        }
    }

    private async Task<string> ListAsync(CancellationToken ct)
    {
        var found = new List<MapNode>();
        var version = await client.ListAsync(kind, found.Add, ct);
        cache.Replace(kind, found, version);
        Settle(WatchStatus.Synced, "");
        owner.Synced(this);
        return version;
    }

    private async Task<(string Version, bool Seen)> WatchAsync(string version, CancellationToken ct)
    {
        var seen = false;
        await foreach (var (type, document) in stream.ReadAsync(kind, version, Connected, ct))
        {
            var newer = document["metadata"]["resourceVersion"].AsString();
            switch (type)
            {
                case WatchEventType.Added or WatchEventType.Modified:
                    cache.Put(kind, document);
                    owner.Changed(kind, document, deleted: false);
                    break;
                case WatchEventType.Deleted:
                    var obj = new Plumb.Manifests.Objects.KubeObject(document);
                    cache.Remove(obj.Id with { Namespace = kind.Namespaced ? obj.Namespace : "" }, obj.Uid);
                    owner.Changed(kind, document, deleted: true);
                    break;
                default:
                    break; // a bookmark only moves the version
            }

            seen = true;
            if (!string.IsNullOrEmpty(newer)) version = newer;
        }

        return (version, seen);
    }

    private void Connected()
    {
        if (Status != WatchStatus.Synced) Settle(WatchStatus.Synced, "");
        owner.Reached(this);
    }

    private void Settle(WatchStatus status, string message)
    {
        _state = new(status, message);
        if (status != WatchStatus.Listing) _settled.TrySetResult();
    }

    /// <summary>Waits, but no longer than until some other watch has found the server again.</summary>
    private async Task PauseAsync(int failures, CancellationToken ct)
    {
        try
        {
            await owner.ReachedAgain.WaitAsync(Backoff.Delay(failures, FirstDelay, LongestDelay), time, ct);
        }
        catch (TimeoutException)
        {
            // the usual end of a pause
        }
        catch (OperationCanceledException)
        {
            // the loop sees it
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Kind}: the watch expired, listing anew")]
    private static partial void LogExpired(ILogger logger, GroupKind kind);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} is not watched: {Reason}")]
    private static partial void LogRefused(ILogger logger, GroupKind kind, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind}: the watch failed and is tried again: {Reason}")]
    private static partial void LogFailed(ILogger logger, GroupKind kind, string reason);
}

/// <summary>What a watch tells the cluster it belongs to.</summary>
internal interface IWatchOwner
{
    /// <summary>Completes when the server was reached after it had been lost.</summary>
    Task ReachedAgain { get; }

    /// <summary>A list was read.</summary>
    void Synced(KindWatch watch);

    /// <summary>The server has answered.</summary>
    void Reached(KindWatch watch);

    /// <summary>Nobody answers, or our credentials are no good.</summary>
    void Lost(KindWatch watch, string why);

    /// <summary>The server does not serve this kind to us; the watch has ended.</summary>
    void Refused(KindWatch watch, KubeApiException why);

    /// <summary>An object was reported.</summary>
    void Changed(ApiResource kind, MapNode document, bool deleted);
}
