using Plumb.Reconcile.Sources;

namespace Plumb.Git.Tests.Support;

/// <summary>Watches a source and keeps what it reports.</summary>
public sealed class Changes : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<RepositoryChange> _seen = [];
    private readonly Task _watching;
    private int _taken;

    public Changes(GitSource source) => _watching = WatchAsync(source.WatchAsync(_stop.Token).GetAsyncEnumerator(_stop.Token));

    public IReadOnlyList<RepositoryChange> Seen
    {
        get
        {
            lock (_seen) return [.. _seen];
        }
    }

    /// <summary>The next change of this sort that no call has returned yet.</summary>
    public async Task<RepositoryChange> NextAsync(Func<RepositoryChange, bool> wanted)
    {
        RepositoryChange? found = null;
        await Eventually.HoldsAsync(() =>
        {
            var seen = Seen;
            while (_taken < seen.Count && found is null)
            {
                if (wanted(seen[_taken])) found = seen[_taken];
                _taken++;
            }
            return found is not null;
        }, "the change; seen: " + string.Join(" | ", Seen.Select(c => $"{c.Kind} {c.Message}")));
        return found!;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    // The first MoveNextAsync subscribes before it first waits, so nothing after the constructor is missed.
    private async Task WatchAsync(IAsyncEnumerator<RepositoryChange> changes)
    {
        try
        {
            while (await changes.MoveNextAsync())
            {
                lock (_seen) _seen.Add(changes.Current);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
        finally
        {
            await changes.DisposeAsync();
        }
    }
}
