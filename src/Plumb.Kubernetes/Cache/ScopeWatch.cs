using System.Text.Json;
using Microsoft.Extensions.Logging;
using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Discovery;
using Plumb.Manifests.Documents;

namespace Plumb.Kubernetes.Cache;

/// <summary>
/// The loop of a kind in one namespace or in all: a list, then watches that resume where the last one ended, a new list only when the
/// server has forgotten that point (410) or more of the objects is wanted.
/// </summary>
internal sealed partial class ScopeWatch(KindWatch watch, string @namespace, WatchTools tools, IWatchOwner owner, ILogger logger)
{
    private const int TriesBeforeFaulted = 3;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestLostDelay = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongLived = TimeSpan.FromSeconds(5);

    private volatile WatchState _state = WatchState.Listing;
    private string? _version; // where to go on; null: list first
    private bool _wholeListed;
    private int _expiredLists;
    private bool _sendsBookmarks;

    /// <summary>Its namespace; empty: all.</summary>
    public string Namespace => @namespace;

    public WatchState State => _state;

    private ApiResource Kind => watch.Kind;

    /// <summary>What was read so far does not count any more.</summary>
    public void Restart() => _state = WatchState.Listing;

    /// <summary>Runs until cancelled, or until the kind is gone.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var failures = 0;
        while (!ct.IsCancellationRequested)
        {
            var depth = watch.Now;
            using var turn = CancellationTokenSource.CreateLinkedTokenSource(ct, depth.Changed.Token);
            try
            {
                if (_version is null || _wholeListed != depth.Whole) await ListAsync(depth.Whole, turn.Token);
                var begun = tools.Time.GetTimestamp();
                var heard = await WatchAsync(depth.Whole, turn.Token);
                tools.Metrics.WatchRestarted("ended");
                if (heard || tools.Time.GetElapsedTime(begun) > LongLived) failures = 0;
                else await PauseAsync(Backoff.Delay(++failures, FirstDelay, LongestLostDelay), ct); // ended at once: not in a tight loop
            }
            catch (OperationCanceledException) when (turn.IsCancellationRequested)
            {
                // stopped, or more is wanted of the objects
            }
            catch (KubeApiException e) when (e.Code == 410 || e.Reason is "Expired" or "Gone")
            {
                LogExpired(logger, Kind.GroupKind);
                tools.Metrics.WatchRestarted("expired");
                _version = null;
                if (++failures > 1) await PauseAsync(Backoff.Delay(failures, FirstDelay, LongestLostDelay), ct);
            }
            catch (KubeApiException e) when (e.Reason == "Silent")
            {
                LogSilent(logger, Kind.GroupKind);
                tools.Metrics.WatchRestarted("silent");
            }
            catch (KubeApiException e) when (e.Code == 404)
            {
                tools.Metrics.WatchRestarted("refused");
                tools.Cache.Drop(Kind.GroupKind);
                owner.Reached(this);
                Set(new WatchState(WatchStatus.Gone, e.Message));
                return;
            }
            catch (KubeApiException e) when (e.Code is 403 or 405)
            {
                if (_state.Status != WatchStatus.Refused) LogRefused(logger, Kind.GroupKind, e.Message);
                tools.Metrics.WatchRestarted("refused");
                _version = null;
                owner.Reached(this);
                Set(new WatchState(WatchStatus.Refused, e.Message));
                await PauseAsync(Backoff.Delay(++failures, tools.Options.RefusedRetry, tools.Options.LongestRetry), ct);
            }
            catch (KubeApiException e)
            {
                if (++failures == 1) LogFailed(logger, Kind.GroupKind, e.Message);
                await FailedAsync(e, failures, ct);
            }
        }
    }

    private async Task FailedAsync(KubeApiException e, int failures, CancellationToken ct)
    {
        tools.Metrics.WatchRestarted("failed");
        if (e.IsClusterFault)
        {
            owner.Lost(this, e.Message);
            await PauseAsync(Backoff.Delay(failures, FirstDelay, LongestLostDelay), ct);
            return;
        }

        // Too busy says nothing about the kind: what is known holds, and the watch goes on from there.
        if (e.Code != 429) _version = null;
        if (e.Code != 429 && (failures >= TriesBeforeFaulted || _state.IsUnreadable || e.Reason == "BadAnswer"))
            Set(new WatchState(WatchStatus.Faulted, e.Message));
        owner.Reached(this);
        var delay = Backoff.Delay(failures, FirstDelay, _state.IsUnreadable ? tools.Options.LongestRetry : LongestLostDelay);
        await PauseAsync(e.RetryAfter is { } asked && asked > delay ? asked : delay, ct);
    }

    private async Task ListAsync(bool whole, CancellationToken ct)
    {
        using var turn = await tools.Lists.EnterAsync(ct);
        _version = null;
        var listing = tools.Cache.BeginList(Kind, @namespace, whole);
        var reads = owner.Reads(Kind);
        var wanted = false;
        var page = new ListPage(whole, InOne: _expiredLists > 1);
        while (true)
        {
            string version, next;
            try
            {
                (version, next) = await tools.Client.ListAsync(Kind, @namespace, page, text =>
                {
                    wanted |= listing.Put(text);
                    if (reads && Json.Parse(text).AsMap() is { } document) owner.Changed(Kind, Kind.Complete(document), deleted: false);
                }, ct);
            }
            catch (KubeApiException e) when (e.Code == 410)
            {
                // The pages' point in time is forgotten. Going on from a newer one would miss what was deleted in between, so the list
                // begins anew; a kind that is too big to be read in time page by page is read in one answer.
                _expiredLists++;
                throw;
            }

            if (wanted)
            {
                watch.Deepen();
                ct.ThrowIfCancellationRequested();
            }

            if (next.Length == 0)
            {
                listing.Complete(version);
                (_version, _wholeListed, _expiredLists) = (version, whole, 0);
                owner.Reached(this);
                Set(WatchState.Synced);
                return;
            }

            page = page with { Token = next };
        }
    }

    /// <summary>Whether anything was heard.</summary>
    private async Task<bool> WatchAsync(bool whole, CancellationToken ct)
    {
        var heard = false;
        var target = new WatchTarget(Kind, @namespace, whole);
        await foreach (var (type, text) in tools.Stream.ReadAsync(target, _version!, Silence, Connected, ct))
        {
            try
            {
                Take(type, text, whole);
            }
            catch (JsonException e)
            {
                throw new KubeApiException(200, "BadAnswer", $"a watch event of {Kind.Kind} is not what it should be: {e.Message}", e);
            }

            heard = true;
        }

        return heard;
    }

    private void Take(WatchEventType type, ReadOnlyMemory<byte> text, bool whole)
    {
        var wanted = false;
        switch (type)
        {
            case WatchEventType.Added or WatchEventType.Modified:
                wanted = tools.Cache.Put(Kind, text.Span, whole, out _);
                break;
            case WatchEventType.Deleted:
                tools.Cache.Remove(Kind, text.Span);
                break;
            default:
                _sendsBookmarks = true; // it only moves the version
                break;
        }

        if (type != WatchEventType.Bookmark && owner.Reads(Kind) && Json.Parse(text.Span).AsMap() is { } document)
            owner.Changed(Kind, document, type == WatchEventType.Deleted);
        if (ObjectSkim.Read(text.Span, Kind, tools.Cache.Texts).ResourceVersion is { Length: > 0 } newer) _version = newer;
        if (wanted) watch.Deepen();
    }

    private TimeSpan Silence() => _sendsBookmarks ? tools.Options.Silence : tools.Options.SilenceWithoutBookmarks;

    private void Connected()
    {
        Set(WatchState.Synced);
        owner.Reached(this);
    }

    private void Set(WatchState state)
    {
        _state = state;
        watch.Report();
    }

    /// <summary>Waits, but no longer than until some other watch has found the server again, or things have changed.</summary>
    private async Task PauseAsync(TimeSpan delay, CancellationToken ct)
    {
        var returned = owner.ReachedAgain;
        try
        {
            await Task.WhenAny(returned, watch.Poked).WaitAsync(delay, tools.Time, ct);
            if (!returned.IsCompleted) return;
            // All watches of the cluster wait for this moment.
            await Task.Delay(tools.Options.ReturnJitter * Random.Shared.NextDouble(), tools.Time, ct);
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

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind}: the watch has told nothing for too long and is opened again")]
    private static partial void LogSilent(ILogger logger, GroupKind kind);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} is not watched: {Reason}")]
    private static partial void LogRefused(ILogger logger, GroupKind kind, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind}: the watch failed and is tried again: {Reason}")]
    private static partial void LogFailed(ILogger logger, GroupKind kind, string reason);
}
