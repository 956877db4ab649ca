namespace Plumb.Kubernetes.Cache;

/// <summary>Turns for lists: a few at once for one cluster, and a few over all of them.</summary>
internal sealed class ListTurns(string cluster, int atOnce, SharedLists? shared) : IDisposable
{
    private readonly SemaphoreSlim _own = new(atOnce);

    /// <summary>Waits for a turn; dispose to give it back.</summary>
    public async ValueTask<IDisposable> EnterAsync(CancellationToken ct)
    {
        await _own.WaitAsync(ct);
        try
        {
            return new Turn(_own, shared is null ? null : await shared.EnterAsync(cluster, ct));
        }
        catch
        {
            _own.Release();
            throw;
        }
    }

    public void Dispose() => _own.Dispose();

    private sealed class Turn(SemaphoreSlim own, IDisposable? shared) : IDisposable
    {
        public void Dispose()
        {
            shared?.Dispose();
            own.Release();
        }
    }
}
