using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Plumb.Reconcile.Sources;

/// <summary>
/// Tells all who watch a source of what happens to its repositories. Nobody who tells waits for a watcher: one that falls behind by
/// thousands of changes loses the oldest. Thread-safe.
/// </summary>
public sealed class ChangeFeed
{
    private const int MaxUnseenChanges = 4096;

    private readonly Lock _gate = new();
    private readonly List<Channel<RepositoryChange>> _watchers = [];
    private bool _isOver;

    /// <summary>Whether anybody watches.</summary>
    public bool IsWatched
    {
        get
        {
            lock (_gate) return _watchers.Count > 0;
        }
    }

    /// <summary>All changes from now on, until cancelled or the feed is over.</summary>
    /// <param name="begun">Called when the watch has begun.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="ObjectDisposedException">The feed is over.</exception>
    public async IAsyncEnumerable<RepositoryChange> WatchAsync(Action begun, [EnumeratorCancellation] CancellationToken ct)
    {
        var changes = Channel.CreateBounded<RepositoryChange>(
            new BoundedChannelOptions(MaxUnseenChanges) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isOver, this);
            _watchers.Add(changes);
        }

        begun();
        try
        {
            await foreach (var change in changes.Reader.ReadAllAsync(ct).ConfigureAwait(false)) yield return change;
        }
        finally
        {
            lock (_gate) _watchers.Remove(changes);
        }
    }

    /// <summary>Tells all who watch.</summary>
    public void Tell(RepositoryChange change)
    {
        lock (_gate)
        {
            foreach (var watcher in _watchers) watcher.Writer.TryWrite(change);
        }
    }

    /// <summary>Ends all watches.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isOver = true;
            foreach (var watcher in _watchers) watcher.Writer.TryComplete();
        }
    }
}
