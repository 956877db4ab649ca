namespace Plumb.Reconcile.Loop;

/// <summary>Why an application's loop should look again.</summary>
[Flags]
internal enum Signal
{
    None = 0,

    /// <summary>Its repository moved or was asked for.</summary>
    Source = 1,

    /// <summary>Something live changed.</summary>
    Target = 2,

    /// <summary>Its definition, project or registration changed.</summary>
    Spec = 4,

    /// <summary>A request lies in the mailbox: sync, terminate, delete.</summary>
    Request = 8,

    /// <summary>An application it depends on changed.</summary>
    Dependency = 16,

    /// <summary>A person asked for a fresh comparison.</summary>
    Refresh = 32,

    /// <summary>A time it waited for has come.</summary>
    Timer = 64,
}

/// <summary>Collects signals until the loop takes them: many raised while it works are one turn.</summary>
internal sealed class Signals(TimeProvider time)
{
    // A timer cannot wait for months; a sync window can.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private Signal _pending;
    private TaskCompletionSource? _waiter;

    public void Raise(Signal signal)
    {
        TaskCompletionSource? waiter;
        lock (_gate)
        {
            _pending |= signal;
            waiter = _waiter;
            _waiter = null;
        }

        waiter?.TrySetResult();
    }

    /// <summary>Takes all pending signals, waiting for one at most until the deadline, which gives <see cref="Signal.Timer"/>.</summary>
    public async Task<Signal> TakeAsync(DateTimeOffset? deadline, CancellationToken ct)
    {
        while (true)
        {
            Task wait;
            lock (_gate)
            {
                if (_pending != Signal.None)
                {
                    var taken = _pending;
                    _pending = Signal.None;
                    return taken;
                }

                _waiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = _waiter.Task;
            }

            if (deadline is not { } end)
            {
                await wait.WaitAsync(ct).ConfigureAwait(false);
                continue;
            }

            var left = end - time.GetUtcNow();
            if (left <= TimeSpan.Zero) return Signal.Timer;
            try
            {
                await wait.WaitAsync(left < LongestWait ? left : LongestWait, time, ct).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Looked at above: it is the deadline's end, or only the longest wait's.
            }
        }
    }
}
