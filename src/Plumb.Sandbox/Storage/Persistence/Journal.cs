using System.Threading.Channels;

namespace Plumb.Sandbox.Storage.Persistence;

/// <summary>
/// Writes changes behind the store, as many as have come together in one commit (group commit). Whoever answers a client waits until
/// all that it may have seen is on disk.
/// </summary>
internal sealed class Journal : IAsyncDisposable
{
    private const int MaxBatch = 2_000;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly DataFile _file;
    private readonly Channel<Change> _changes = Channel.CreateUnbounded<Change>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _gate = new(); // guards the three below
    private TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _durable;
    private SandboxDataException? _fault;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _writing;

    public Journal(DataFile file)
    {
        _file = file;
        _durable = file.Revision;
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Takes a change; called in the order of revisions, never blocks.</summary>
    public void Append(Change change) => _changes.Writer.TryWrite(change);

    /// <summary>Completes when all changes up to a revision are on disk.</summary>
    /// <exception cref="ApiException">They cannot be written now (500).</exception>
    public async Task WhenDurableAsync(long revision, CancellationToken ct)
    {
        while (true)
        {
            Task progress;
            lock (_gate)
            {
                if (_durable >= revision) return;
                if (_fault is { } fault) throw new ApiException(500, "InternalError", "Internal error occurred: " + fault.Message);
                progress = _progress.Task;
            }

            await progress.WaitAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>Writes what is left and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _changes.Writer.TryComplete();
        _stopping.CancelAfter(TimeSpan.FromSeconds(10)); // a full disk must not hold the end up for ever
        await _writing.ConfigureAwait(false);
        _file.Dispose();
        _stopping.Dispose();
    }

    private async Task WriteAsync()
    {
        var batch = new List<Change>();
        while (await _changes.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            while (batch.Count < MaxBatch && _changes.Reader.TryRead(out var change)) batch.Add(change);
            while (!TryWrite(batch))
            {
                if (_stopping.IsCancellationRequested) return;
                await Task.Delay(RetryDelay, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private bool TryWrite(List<Change> batch)
    {
        SandboxDataException? fault = null;
        try
        {
            _file.Write(batch);
        }
        catch (SandboxDataException e)
        {
            fault = e;
        }

        TaskCompletionSource progress;
        lock (_gate)
        {
            _fault = fault;
            if (fault is null) _durable = batch[^1].Revision;
            progress = _progress;
            _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        progress.SetResult();
        return fault is null;
    }
}
