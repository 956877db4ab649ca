using System.Collections.Concurrent;
using Plumb.Reconcile.Runs;

namespace Plumb.Store.Sqlite;

/// <summary>
/// Writes one after another, as SQLite wants it. Those that wait meanwhile go into one transaction, and so wait for the disk once: two thousand
/// applications that sync at the same time neither lock each other out nor write to the disk two thousand times.
/// </summary>
internal sealed class GroupCommit(Func<Func<SqliteStoreContext, Task<bool>>, Task> use) : IDisposable
{
    private const int MostAtOnce = 256;

    private readonly ConcurrentQueue<Pending> _waiting = new();
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Does it in its turn. Durable when the task completes. It runs under no other write, within a transaction.</summary>
    /// <exception cref="HistoryException">The file cannot be written now.</exception>
    public async Task<T> WriteAsync<T>(Func<SqliteStoreContext, Task<T>> write, CancellationToken ct)
    {
        var mine = new Pending<T>(write);
        _waiting.Enqueue(mine);
        try
        {
            await _turn.WaitAsync(ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            mine.IsGivenUp = true;
            throw;
        }

        try
        {
            while (!mine.Result.IsCompleted) await WriteWaitingAsync().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }

        return await mine.Result.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task WriteWaitingAsync()
    {
        List<Pending> batch = [];
        while (batch.Count < MostAtOnce && _waiting.TryDequeue(out var next))
        {
            if (!next.IsGivenUp) batch.Add(next);
        }

        try
        {
            await use(async context =>
            {
                // What does not fit goes back as a whole, and is told to all that were in it.
                context.Database.AutoSavepointsEnabled = false;
                await using var transaction = await context.Database.BeginTransactionAsync().ConfigureAwait(false);
                foreach (var one in batch) await one.RunAsync(context).ConfigureAwait(false);
                await transaction.CommitAsync().ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            foreach (var one in batch) one.Fail(e);
            return;
        }

        foreach (var one in batch) one.Done();
    }

    private abstract class Pending
    {
        /// <summary>Whoever asked for it was told that it was cancelled.</summary>
        public volatile bool IsGivenUp;

        public abstract Task RunAsync(SqliteStoreContext context);

        public abstract void Done();

        public abstract void Fail(Exception e);
    }

    private sealed class Pending<T>(Func<SqliteStoreContext, Task<T>> write) : Pending
    {
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _value = default!;

        public Task<T> Result => _result.Task;

        public override async Task RunAsync(SqliteStoreContext context) => _value = await write(context).ConfigureAwait(false);

        public override void Done() => _result.TrySetResult(_value);

        public override void Fail(Exception e) => _result.TrySetException(e);
    }
}
