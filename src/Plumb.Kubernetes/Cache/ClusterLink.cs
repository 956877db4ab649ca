namespace Plumb.Kubernetes.Cache;

/// <summary>
/// Whether the cluster can be reached, as the loops that talk to it find out. One loop that fails is enough for a fault; it is over
/// when each loop that failed has been answered again.
/// </summary>
internal sealed class ClusterLink(Action<bool> turned)
{
    private readonly Lock _lock = new(); // guards all below
    private readonly Dictionary<object, string> _faults = [];
    private TaskCompletionSource _reachedAgain = NewSignal();
    private volatile string? _fault;

    /// <summary>Why it cannot be reached; null when it can.</summary>
    public string? Fault => _fault;

    /// <summary>Completes at the next answer after a fault.</summary>
    public Task ReachedAgain
    {
        get
        {
            lock (_lock) return _reachedAgain.Task;
        }
    }

    /// <summary>A loop got no usable answer.</summary>
    public void Lost(object who, string why)
    {
        bool first;
        lock (_lock)
        {
            first = _faults.Count == 0;
            _faults[who] = why;
            _fault = why;
        }

        if (first) turned(false);
    }

    /// <summary>There is reason to think that it can be reached now: loops that pause need not wait longer.</summary>
    public void TryAgain()
    {
        TaskCompletionSource signal;
        lock (_lock) (signal, _reachedAgain) = (_reachedAgain, NewSignal());
        signal.TrySetResult();
    }

    /// <summary>A loop got an answer, or has ended.</summary>
    public void Reached(object who)
    {
        TaskCompletionSource? signal = null;
        bool last;
        lock (_lock)
        {
            if (!_faults.Remove(who)) return;
            last = _faults.Count == 0;
            _fault = last ? null : _faults.Values.First();
            (signal, _reachedAgain) = (_reachedAgain, NewSignal());
        }

        signal.TrySetResult();
        if (last) turned(true);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
