using System.Globalization;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Http;

internal sealed partial class ApiHandler
{
    private static readonly TimeSpan BookmarkEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BookmarkBeforeEnd = TimeSpan.FromSeconds(2);

    private async Task WatchAsync(Target target)
    {
        var stream = new WatchStream(target.Context, target.Type, target.Version, Accept.Negotiate(target.Context.Request), time)
        {
            Labels = LabelSelector.Parse(Query.Text(target.Query, "labelSelector")),
            Fields = FieldSelector.Parse(Query.Text(target.Query, "fieldSelector"), target.Type, target.Version),
            Namespace = target.Type.Namespaced && target.Path.Namespace.Length > 0 ? target.Namespace : null,
            Name = target.Name.Length > 0 ? target.Name : null,
            IncludeObject = IncludeObject(target),
        };
        var bookmarks = Query.Flag(target.Query, "allowWatchBookmarks");
        var initial = ReadInitialEvents(target);
        var from = ReadRevision(target);
        if (from > api.Store.Revision) throw ApiErrors.TooLargeRevision(from.Value, api.Store.Revision);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(target.Context.RequestAborted, stopping,
            target.Kind.Removed.Token);
        var lasts = ReadTimeout(target);
        var end = time.GetUtcNow() + lasts;
        using var timeout = time.CreateTimer(static s => ((CancellationTokenSource)s!).Cancel(), ended, lasts, Timeout.InfiniteTimeSpan);
        try
        {
            await stream.StartAsync(ended.Token).ConfigureAwait(false);
            var (state, revision) = api.Store.Read(target.Kind);
            await api.Store.WhenDurableAsync(ended.Token).ConfigureAwait(false);
            if (initial == true || (initial is null && from is null or 0))
            {
                foreach (var item in state.Range(stream.Namespace, null)) stream.WriteInitial(item);
                if (initial == true && bookmarks) stream.WriteBookmark(revision, endOfInitial: true);
                from = revision;
            }

            await stream.FlushAsync(ended.Token).ConfigureAwait(false);
            await FollowAsync(target, stream, from ?? revision, bookmarks ? end : null, ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // Time is up, the client or the server leaves, or the kind is gone: the stream ends in good order.
        }
    }

    /// <param name="target">What is watched.</param>
    /// <param name="stream">Where it is told.</param>
    /// <param name="from">After which revision.</param>
    /// <param name="bookmarksUntil">When the watch ends, if it wants bookmarks; null otherwise.</param>
    /// <param name="ct">Ends it.</param>
    private async Task FollowAsync(Target target, WatchStream stream, long from, DateTimeOffset? bookmarksUntil, CancellationToken ct)
    {
        if (!target.Kind.TrySeek(from, out var sequence, out var oldest))
        {
            stream.WriteError(ApiErrors.Expired($"too old resource version: {from} ({oldest})"));
            await stream.FlushAsync(ct).ConfigureAwait(false);
            return;
        }

        var events = new List<StoredEvent>();
        var nextBookmark = NextBookmark(bookmarksUntil);
        while (true)
        {
            // Both are taken before reading: what changes afterwards wakes the loop, and what is counted is read.
            var changed = target.Kind.Changed;
            var revision = api.Store.Revision;
            events.Clear();
            if (!target.Kind.TryRead(ref sequence, events))
            {
                stream.WriteError(ApiErrors.Expired("The watch fell too far behind; list again."));
                await stream.FlushAsync(ct).ConfigureAwait(false);
                return;
            }

            if (events.Count > 0) await api.Store.WhenDurableAsync(ct).ConfigureAwait(false);
            foreach (var e in events) stream.Write(e);
            if (events.Count > 0) await stream.FlushAsync(ct).ConfigureAwait(false);
            var wait = nextBookmark - time.GetUtcNow();
            if (wait > TimeSpan.Zero)
            {
                try
                {
                    await changed.WaitAsync(bookmarksUntil is null ? Timeout.InfiniteTimeSpan : wait, time, ct).ConfigureAwait(false);
                    continue;
                }
                catch (TimeoutException)
                {
                    // Nothing changed for a while: a bookmark.
                }
            }

            nextBookmark = NextBookmark(bookmarksUntil);
            if (bookmarksUntil is null) continue;
            stream.WriteBookmark(revision, endOfInitial: false);
            await stream.FlushAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Each minute, and once more shortly before the end, so that who watches again need not be told old things (apiserver
    /// <c>storage/cacher</c>).
    /// </summary>
    private DateTimeOffset NextBookmark(DateTimeOffset? end)
    {
        var now = time.GetUtcNow();
        var last = (end ?? DateTimeOffset.MaxValue) - BookmarkBeforeEnd;
        return last > now && last < now + BookmarkEvery ? last : now + BookmarkEvery;
    }

    /// <summary><c>sendInitialEvents</c>; null when it is not asked.</summary>
    private static bool? ReadInitialEvents(Target target)
    {
        if (!target.Query.ContainsKey("sendInitialEvents"))
        {
            if (Query.Text(target.Query, "resourceVersionMatch") is { Length: > 0 })
            {
                throw ApiErrors.InvalidListOptions(
                    "resourceVersionMatch", "Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
            }

            return null;
        }

        if (Query.Text(target.Query, "resourceVersionMatch") is not "NotOlderThan")
        {
            throw ApiErrors.InvalidListOptions(
                "resourceVersionMatch", "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        }

        return Query.Flag(target.Query, "sendInitialEvents");
    }

    private static TimeSpan ReadTimeout(Target target) =>
        int.TryParse(Query.Text(target.Query, "timeoutSeconds"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.FromMinutes(30 + Random.Shared.Next(30));
}
