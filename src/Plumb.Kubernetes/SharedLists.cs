using Plumb.Kubernetes.Client;

namespace Plumb.Kubernetes;

/// <summary>
/// Bounds the lists that are read at once over all clusters of this process, so that a restart with a hundred clusters neither floods
/// the network nor needs memory for all of them at the same time. Clusters take turns. A list that takes long is the fault of a slow
/// server, costs us little, and no longer counts: a cluster that answers nothing holds up nobody.
/// </summary>
public sealed class SharedLists(TimeProvider time)
{
    private const int AtOnce = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly FairGate _gate = new(AtOnce, time);

    internal async ValueTask<IDisposable> EnterAsync(string cluster, CancellationToken ct) => new Turn(await _gate.EnterAsync(cluster, ct), time);

    private sealed class Turn : IDisposable
    {
        private readonly FairGate.Lease _lease;
        private readonly ITimer _timer;
        private int _over;

        public Turn(FairGate.Lease lease, TimeProvider time)
        {
            _lease = lease;
            _timer = time.CreateTimer(static turn => ((Turn)turn!).End(), this, Patience, Timeout.InfiniteTimeSpan);
        }

        public void Dispose()
        {
            _timer.Dispose();
            End();
        }

        private void End()
        {
            if (Interlocked.Exchange(ref _over, 1) == 0) _lease.Dispose();
        }
    }
}
