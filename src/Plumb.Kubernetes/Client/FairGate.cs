namespace Plumb.Kubernetes.Client;

/// <summary>
/// Bounds the requests in flight. Waiters are served round-robin by flow (application), so that one application with a thousand
/// objects does not hold up another with one. The bound follows the server: it halves when the server says that it is too busy, and
/// grows by one for each bound's worth of answers.
/// </summary>
internal sealed class FairGate(int permits, TimeProvider time)
{
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenCuts = TimeSpan.FromSeconds(1);

    private readonly int _most = permits;
    private readonly Lock _lock = new(); // guards everything below
    private readonly Dictionary<string, Queue<TaskCompletionSource>> _waiting = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _turns = new();
    private int _limit = permits;
    private int _inside;
    private int _answers;
    private DateTimeOffset _restUntil;
    private DateTimeOffset _lastCut;

    /// <summary>How many may be in flight now.</summary>
    public int Limit
    {
        get
        {
            lock (_lock) return _limit;
        }
    }

    /// <summary>Waits for a turn; dispose to give it back.</summary>
    public async ValueTask<Lease> EnterAsync(string flow, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        await RestAsync(ct);
        TaskCompletionSource turn;
        lock (_lock)
        {
            if (_inside < _limit && _turns.Count == 0)
            {
                _inside++;
                return new Lease(this);
            }

            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_waiting.TryGetValue(flow, out var queue))
            {
                _waiting[flow] = queue = new();
                _turns.AddLast(flow);
            }

            queue.Enqueue(turn);
        }

        await using var cancelled = ct.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), turn);
        await turn.Task;
        return new Lease(this);
    }

    /// <summary>The server is too busy (429): fewer at once from now on, and none until it wants to be asked again.</summary>
    public void Busy(TimeSpan? retryAfter)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (retryAfter is { } asked)
            {
                var until = now + (asked < LongestRest ? asked : LongestRest);
                if (until > _restUntil) _restUntil = until;
            }

            if (now - _lastCut < BetweenCuts) return; // all that was in flight is told the same
            _lastCut = now;
            _limit = Math.Max(1, _limit / 2);
            _answers = 0;
        }
    }

    /// <summary>The server has answered.</summary>
    public void Answered()
    {
        lock (_lock)
        {
            if (_limit == _most || ++_answers < _limit) return;
            _answers = 0;
            _limit++;
        }

        Admit();
    }

    private async ValueTask RestAsync(CancellationToken ct)
    {
        TimeSpan rest;
        lock (_lock) rest = _restUntil == default ? TimeSpan.Zero : _restUntil - time.GetUtcNow();
        if (rest <= TimeSpan.Zero) return;
        // Not all in the moment when the rest is over.
        await Task.Delay(rest + TimeSpan.FromMilliseconds(Random.Shared.Next(200)), time, ct);
    }

    private void Leave()
    {
        lock (_lock) _inside--;
        Admit();
    }

    /// <summary>Lets in as many as there is room for, one flow after the other.</summary>
    private void Admit()
    {
        while (true)
        {
            TaskCompletionSource next;
            lock (_lock)
            {
                if (_inside >= _limit || _turns.First is not { } first) return;
                var queue = _waiting[first.Value];
                next = queue.Dequeue();
                _turns.RemoveFirst();
                if (queue.Count > 0) _turns.AddLast(first);
                else _waiting.Remove(first.Value);
                _inside++;
            }

            if (next.TrySetResult()) continue;
            lock (_lock) _inside--; // it was cancelled meanwhile: the turn goes to the one after it
        }
    }

    /// <summary>One permit.</summary>
    internal readonly struct Lease(FairGate gate) : IDisposable
    {
        public void Dispose() => gate.Leave();
    }
}
