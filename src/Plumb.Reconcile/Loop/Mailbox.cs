using Plumb.Reconcile.Runs;

namespace Plumb.Reconcile.Loop;

/// <summary>A sync that somebody waits for.</summary>
internal sealed record PendingSync(SyncRequest Request, TaskCompletionSource<Run> Done)
{
    public static PendingSync Of(SyncRequest request) => new(request, new TaskCompletionSource<Run>(TaskCreationOptions.RunContinuationsAsynchronously));
}

/// <summary>A deletion that somebody waits for.</summary>
internal sealed record PendingDelete(DeleteRequest Request, TaskCompletionSource Done);

/// <summary>What others ask of one application's loop. They put it in at any time; the loop takes it out in its turn.</summary>
internal sealed class Mailbox
{
    private readonly Lock _gate = new();
    private PendingSync? _sync;     // guarded by _gate
    private PendingDelete? _delete; // guarded by _gate

    /// <summary>The sync asked for; null when there is none.</summary>
    public PendingSync? Sync
    {
        get
        {
            lock (_gate) return _sync;
        }
    }

    /// <summary>The deletion asked for; null when there is none.</summary>
    public PendingDelete? Delete
    {
        get
        {
            lock (_gate) return _delete;
        }
    }

    /// <summary>Puts a sync in; false when one lies there already.</summary>
    public bool TryAsk(PendingSync sync)
    {
        lock (_gate)
        {
            if (_sync is not null) return false;
            _sync = sync;
            return true;
        }
    }

    /// <summary>Puts a deletion in. A later one changes how an earlier one that is not done yet is to be done.</summary>
    public Task Ask(DeleteRequest request)
    {
        lock (_gate)
        {
            var done = _delete?.Done ?? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _delete = new PendingDelete(request, done);
            return done.Task;
        }
    }

    /// <summary>The sync is begun.</summary>
    public void Take(PendingSync? sync)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_sync, sync)) _sync = null;
        }
    }

    /// <summary>The sync cannot be begun; who waits for it is told why.</summary>
    public void RefuseSync(string reason)
    {
        PendingSync? sync;
        lock (_gate)
        {
            sync = _sync;
            _sync = null;
        }

        sync?.Done.TrySetException(new InvalidOperationException(reason));
    }

    /// <summary>The deletion is given up; who waits for it is told why.</summary>
    public void RefuseDelete(string reason)
    {
        PendingDelete? delete;
        lock (_gate)
        {
            delete = _delete;
            _delete = null;
        }

        delete?.Done.TrySetException(new InvalidOperationException(reason));
    }
}
