using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Events;

/// <summary>
/// Tells any number of listeners what moved. Never waits for one: what a listener has not taken yet is merged by application, so that
/// a slow one holds at most one event per application.
/// </summary>
internal sealed class EventHub
{
    private readonly Lock _lock = new(); // guards _listeners
    private readonly List<Listener> _listeners = [];

    private sealed class Listener
    {
        private readonly Lock _lock = new(); // guards _pending and _all
        private readonly Dictionary<string, ResourceId?> _pending = new(StringComparer.Ordinal);
        private bool _all;

        public Channel<bool> Wake { get; } = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

        public void Add(string? application, ResourceId? resource)
        {
            lock (_lock)
            {
                if (application is null) _all = true;
                else if (!_pending.TryGetValue(application, out var other)) _pending[application] = resource;
                else if (other != resource) _pending[application] = null;
            }

            Wake.Writer.TryWrite(true);
        }

        public List<TargetEvent> Take()
        {
            lock (_lock)
            {
                var taken = new List<TargetEvent>(_pending.Count + 1);
                if (_all) taken.Add(new TargetEvent(null, null));
                foreach (var (application, resource) in _pending) taken.Add(new TargetEvent(application, resource));
                _pending.Clear();
                _all = false;
                return taken;
            }
        }
    }

    /// <summary>An object of some applications changed.</summary>
    public void Publish(IReadOnlyCollection<string> applications, ResourceId resource)
    {
        if (applications.Count == 0) return;
        lock (_lock)
        {
            foreach (var listener in _listeners)
            {
                foreach (var application in applications) listener.Add(application, resource);
            }
        }
    }

    /// <summary>Anything may have changed.</summary>
    public void PublishAll()
    {
        lock (_lock)
        {
            foreach (var listener in _listeners) listener.Add(null, null);
        }
    }

    /// <summary>Listens from the call on, until cancelled.</summary>
    public IAsyncEnumerable<TargetEvent> ListenAsync(CancellationToken ct)
    {
        var listener = new Listener();
        lock (_lock) _listeners.Add(listener); // now, not at the first step: nothing that happens after the call is missed
        return ReadAsync(listener, ct);
    }

    private async IAsyncEnumerable<TargetEvent> ReadAsync(Listener listener, [EnumeratorCancellation] CancellationToken ct)
    {
        try
        {
            while (await WokenAsync(listener, ct))
            {
                foreach (var one in listener.Take()) yield return one;
            }
        }
        finally
        {
            lock (_lock) _listeners.Remove(listener);
        }
    }

    private static async ValueTask<bool> WokenAsync(Listener listener, CancellationToken ct)
    {
        try
        {
            return await listener.Wake.Reader.ReadAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
