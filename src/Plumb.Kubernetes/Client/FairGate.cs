namespace Plumb.Kubernetes.Client;

/// <summary>
/// Bounds the requests in flight. Waiters are served round-robin by flow (application), so that one application with a thousand
/// objects does not hold up another with one.
/// </summary>
internal sealed class FairGate(int permits)
{
    private readonly Lock _lock = new(); // guards everything below
    private readonly Dictionary<string, Queue<TaskCompletionSource>> _waiting = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _turns = new();
    private int _free = permits;

    /// <summary>Waits for a turn; dispose to give it back.</summary>
    public async ValueTask<Lease> EnterAsync(string flow, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        TaskCompletionSource turn;
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
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

    private void Leave()
    {
        while (true)
        {
            TaskCompletionSource next;
            lock (_lock)
            {
                if (_turns.First is not { } first)
                {
                    _free++;
                    return;
                }

                var queue = _waiting[first.Value];
                next = queue.Dequeue();
                _turns.RemoveFirst();
                if (queue.Count > 0) _turns.AddLast(first);
                else _waiting.Remove(first.Value);
            }

            if (next.TrySetResult()) return; // else it was cancelled meanwhile: the turn goes to the one after it
        }
    }

    /// <summary>One permit.</summary>
    internal readonly struct Lease(FairGate gate) : IDisposable
    {
        public void Dispose() => gate.Leave();
    }
}
