using Microsoft.Extensions.Logging;
using Plumb.Kubernetes.Discovery;

namespace Plumb.Kubernetes.Cache;

/// <summary>
/// Keeps one kind in the cache, by one loop for the whole cluster or one for each of the given namespaces. It begins with as much of the
/// objects as <see cref="WatchDepth"/> says, and goes over to whole ones when more is wanted. Its owner starts it and awaits its end.
/// </summary>
internal sealed class KindWatch
{
    private readonly Lock _lock = new(); // guards _depth, _poked and the reports of _state
    private readonly IReadOnlyList<ScopeWatch> _scopes;
    private readonly IWatchOwner _owner;
    private volatile TaskCompletionSource _settled = NewSignal();
    private volatile Depth _depth;
    private volatile TaskCompletionSource _poked = NewSignal();
    private volatile WatchState _state = WatchState.Listing;

    /// <param name="kind">Which kind.</param>
    /// <param name="namespaces">Which namespaces; empty: all. Says nothing about kinds that are in none.</param>
    /// <param name="tools">What all watches share.</param>
    /// <param name="owner">Whom it tells.</param>
    /// <param name="logger">For what goes wrong.</param>
    public KindWatch(ApiResource kind, IReadOnlyList<string> namespaces, WatchTools tools, IWatchOwner owner, ILogger logger)
    {
        (Kind, _owner) = (kind, owner);
        _depth = new Depth(WatchDepth.StartsWhole(kind) || owner.Reads(kind), new CancellationTokenSource());
        IReadOnlyList<string> scopes = kind.Namespaced && namespaces.Count > 0 ? namespaces : [""];
        _scopes = [.. scopes.Select(s => new ScopeWatch(this, s, tools, owner, logger))];
    }

    /// <summary>How much of the objects is asked for, and the end of that.</summary>
    internal sealed record Depth(bool Whole, CancellationTokenSource Changed);

    public ApiResource Kind { get; }

    /// <summary>How well it is known: as well as the namespace that is known worst.</summary>
    public WatchState State => _state;

    public WatchStatus Status => _state.Status;

    /// <summary>Done when the first list was read, or could not be; anew when the depth has changed.</summary>
    public Task Settled => _settled.Task;

    /// <summary>How much is asked for now.</summary>
    internal Depth Now => _depth;

    /// <summary>Completes at the next <see cref="Poke"/>.</summary>
    internal Task Poked => _poked.Task;

    /// <summary>Whether objects of this namespace are followed.</summary>
    public bool Covers(string @namespace) => _scopes.Count == 1 && _scopes[0].Namespace.Length == 0 || _scopes.Any(s => s.Namespace == @namespace);

    /// <summary>Asks for whole objects from now on.</summary>
    public void Deepen()
    {
        CancellationTokenSource before;
        lock (_lock)
        {
            if (_depth.Whole) return;
            before = _depth.Changed;
            if (_settled.Task.IsCompleted) _settled = NewSignal();
            _state = WatchState.Listing;
            foreach (var scope in _scopes) scope.Restart();
            _depth = new Depth(true, new CancellationTokenSource());
        }

        before.Cancel();
    }

    /// <summary>Things have changed: what could not be read is tried again now.</summary>
    public void Poke()
    {
        TaskCompletionSource before;
        lock (_lock) (before, _poked) = (_poked, NewSignal());
        before.TrySetResult();
    }

    /// <summary>It is no longer one of the cluster's: what it last found out about the server does not count.</summary>
    public void LetGo()
    {
        foreach (var scope in _scopes) _owner.Reached(scope);
    }

    /// <summary>Runs until cancelled, or until the kind is gone.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            await Task.WhenAll(_scopes.Select(s => s.RunAsync(ct)));
        }
        finally
        {
            _settled.TrySetResult();
        }
    }

    /// <summary>A loop knows better, or worse, than before.</summary>
    internal void Report()
    {
        WatchState before;
        WatchState now;
        lock (_lock)
        {
            before = _state;
            _state = now = _scopes.Select(s => s.State).MaxBy(s => s.Status)!;
        }

        if (now.Status != WatchStatus.Listing) _settled.TrySetResult();
        if (before.Status != now.Status) _owner.Turned(this, before, now);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
