using System.Threading.Channels;

namespace Plumb.Sandbox.Controllers;

/// <summary>
/// Keys waiting to be looked at. A key waits at most once, and at most one timer runs for it (the earliest asked for). Thread-safe.
/// </summary>
internal sealed class WorkQueue(TimeProvider time) : IDisposable
{
    private readonly Channel<ObjectKey> _ready = Channel.CreateUnbounded<ObjectKey>(new() { SingleReader = true });
    private readonly HashSet<ObjectKey> _waiting = []; // guarded by itself, as are the timers
    private readonly Dictionary<ObjectKey, (DateTimeOffset Due, ITimer Timer)> _timers = [];
    private bool _disposed;

    public void Add(ObjectKey key)
    {
        lock (_waiting)
        {
            if (_disposed || !_waiting.Add(key)) return;
        }

        _ready.Writer.TryWrite(key);
    }

    public void AddAfter(ObjectKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key);
            return;
        }

        // Timers cannot be set further away; the key is then looked at early and asks again.
        if (delay > TimeSpan.FromDays(20)) delay = TimeSpan.FromDays(20);
        lock (_waiting)
        {
            if (_disposed) return;
            var due = time.GetUtcNow() + delay;
            if (_timers.TryGetValue(key, out var running))
            {
                if (running.Due <= due) return;
                running.Timer.Dispose();
            }

            _timers[key] = (due, time.CreateTimer(_ => Fire(key), null, delay, Timeout.InfiniteTimeSpan));
        }
    }

    /// <summary>The next key; it may be added again from now on.</summary>
    public async ValueTask<ObjectKey> TakeAsync(CancellationToken ct)
    {
        var key = await _ready.Reader.ReadAsync(ct).ConfigureAwait(false);
        lock (_waiting) _waiting.Remove(key);
        return key;
    }

    public void Dispose()
    {
        lock (_waiting)
        {
            _disposed = true;
            foreach (var (_, timer) in _timers.Values) timer.Dispose();
            _timers.Clear();
        }
    }

    private void Fire(ObjectKey key)
    {
        lock (_waiting)
        {
            if (_timers.Remove(key, out var running)) running.Timer.Dispose();
        }

        Add(key);
    }
}
