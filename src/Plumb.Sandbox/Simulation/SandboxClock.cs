namespace Plumb.Sandbox.Simulation;

/// <summary>
/// The system's clock with jumps: after one, it goes on from there, and timers that are due by then fire at once. Jumps back delay
/// nothing. Thread-safe.
/// </summary>
public sealed class SandboxClock : TimeProvider
{
    private readonly Lock _gate = new(); // guards the two below
    private readonly HashSet<JumpingTimer> _timers = [];
    private TimeSpan _offset;

    /// <summary>How far it is from the system's clock.</summary>
    public TimeSpan Offset
    {
        get
        {
            lock (_gate) return _offset;
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset;

    /// <summary>Sets it forward, or back.</summary>
    public void Jump(TimeSpan by)
    {
        JumpingTimer[] timers;
        lock (_gate)
        {
            _offset += by;
            timers = [.. _timers];
        }

        if (by <= TimeSpan.Zero) return;
        foreach (var timer in timers) timer.Shorten(by);
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new JumpingTimer(this, callback, state, dueTime, period);

    private sealed class JumpingTimer : ITimer
    {
        private readonly SandboxClock _clock;
        private readonly Lock _gate = new(); // guards the two below
        private readonly ITimer _inner;
        private long _due; // on the system's monotonic clock; long.MaxValue: never
        private TimeSpan _period;

        public JumpingTimer(SandboxClock clock, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _clock = clock;
            lock (clock._gate) clock._timers.Add(this);
            _inner = System.CreateTimer(
                s =>
                {
                    lock (_gate) _due = After(_period);
                    callback(s);
                },
                state,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan);
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_gate)
            {
                _due = After(dueTime);
                _period = period;
            }

            return _inner.Change(dueTime, period);
        }

        public void Shorten(TimeSpan by)
        {
            lock (_gate)
            {
                if (_due == long.MaxValue) return;
                var left = System.GetElapsedTime(System.GetTimestamp(), _due) - by;
                if (left < TimeSpan.Zero) left = TimeSpan.Zero;
                _due = After(left);
                _inner.Change(left, _period);
            }
        }

        public void Dispose()
        {
            lock (_clock._gate) _clock._timers.Remove(this);
            _inner.Dispose();
        }

        public async ValueTask DisposeAsync()
        {
            lock (_clock._gate) _clock._timers.Remove(this);
            await _inner.DisposeAsync().ConfigureAwait(false);
        }

        private static long After(TimeSpan delay) => delay < TimeSpan.Zero
            ? long.MaxValue
            : System.GetTimestamp() + (long)(delay.TotalSeconds * System.TimestampFrequency);
    }
}
