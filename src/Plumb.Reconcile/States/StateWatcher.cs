using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Plumb.Reconcile.States;

/// <summary>
/// What one who watches has not yet seen. Who publishes never waits; of a reader that falls far behind, states are left out that a later one of the
/// same application took the place of, so that the last one of each is always seen, and memory stays within the number of applications.
/// </summary>
public sealed class StateWatcher
{
    private const int MaxUnseen = 4096;

    private readonly Lock _gate = new();
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private List<ApplicationState> _unseen = []; // guarded by _gate
    private int _most = MaxUnseen; // guarded by _gate

    /// <summary>Publishes a state.</summary>
    public void Add(ApplicationState state)
    {
        lock (_gate)
        {
            _unseen.Add(state);
            if (_unseen.Count > _most) LeaveOut();
        }

        _bell.Writer.TryWrite(true);
    }

    /// <summary>States in the order of their publishing, until cancelled. By one reader.</summary>
    public async IAsyncEnumerable<ApplicationState> ReadAllAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var _ in _bell.Reader.ReadAllAsync(ct).ConfigureAwait(false))
        {
            List<ApplicationState> seen;
            lock (_gate) (seen, _unseen, _most) = (_unseen, [], MaxUnseen);
            foreach (var state in seen)
            {
                ct.ThrowIfCancellationRequested();
                yield return state;
            }
        }
    }

    private void LeaveOut()
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        var last = new List<ApplicationState>();
        for (var i = _unseen.Count - 1; i >= 0; i--)
        {
            if (known.Add(_unseen[i].Spec.Name)) last.Add(_unseen[i]);
        }

        last.Reverse();
        _unseen = last;
        _most = Math.Max(MaxUnseen, 2 * last.Count);
    }
}
