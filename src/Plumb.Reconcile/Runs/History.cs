using Microsoft.Extensions.Logging;

namespace Plumb.Reconcile.Runs;

/// <summary>
/// The history as the loop uses it: a store that cannot be written (a full disk, a lock) holds up nothing. What could not be written is
/// kept in memory, within a limit, and written when the store works again; <see cref="Fault"/> says so meanwhile.
/// </summary>
internal sealed partial class History(IRunStore store, RunIds ids, TimeProvider time, ILogger logger) : IRunStore, IAsyncDisposable
{
    private const int MaxWaiting = 2000;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, Run> _waiting = new(StringComparer.Ordinal); // guarded by _gate
    private Task _recovery = Task.CompletedTask; // guarded by _gate
    private int _lost; // guarded by _gate
    private bool _opened; // by OpenAsync or the recovery, never both at once
    private volatile string? _fault;

    /// <summary>Why the history is not being written, in words; null when it is.</summary>
    public string? Fault => _fault;

    /// <summary>Called when <see cref="Fault"/> came or went.</summary>
    public Action? Changed { get; set; }

    /// <summary>Reports the runs that an earlier process left unfinished.</summary>
    public async Task OpenAsync(CancellationToken ct)
    {
        try
        {
            await CloseUnfinishedAsync(ct).ConfigureAwait(false);
        }
        catch (HistoryException e)
        {
            Failed(e);
        }
    }

    /// <inheritdoc/>
    public async Task SaveAsync(Run run, CancellationToken ct)
    {
        if (Wait(run, onlyIfFaulty: true)) return;
        try
        {
            await store.SaveAsync(run, ct).ConfigureAwait(false);
        }
        catch (HistoryException e)
        {
            Wait(run, onlyIfFaulty: false);
            Failed(e);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Run>> ListAsync(string? application, int limit, CancellationToken ct)
    {
        var stored = await ReadAsync<IReadOnlyList<Run>>(() => store.ListAsync(application, limit, ct), []).ConfigureAwait(false);
        lock (_gate)
        {
            return [.. _waiting.Values.Where(r => application is null || r.Application == application)
                .Concat(stored.Where(r => !_waiting.ContainsKey(r.Id)))
                .OrderByDescending(r => r.Id, StringComparer.Ordinal).Take(limit)];
        }
    }

    /// <inheritdoc/>
    public async Task<Run?> FindAsync(string id, CancellationToken ct)
    {
        lock (_gate)
        {
            if (_waiting.TryGetValue(id, out var run)) return run;
        }

        return await ReadAsync(() => store.FindAsync(id, ct), null).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Run>> ListUnfinishedAsync(CancellationToken ct) => store.ListUnfinishedAsync(ct);

    /// <summary>Stops trying. What waits is lost with the process.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        Task recovery;
        lock (_gate) recovery = _recovery;
        await recovery.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task<T> ReadAsync<T>(Func<Task<T>> read, T otherwise)
    {
        if (_fault is not null && !_opened) return otherwise;
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (HistoryException e)
        {
            Failed(e);
            return otherwise;
        }
    }

    private async Task CloseUnfinishedAsync(CancellationToken ct)
    {
        foreach (var newest in await store.ListAsync(null, 1, ct).ConfigureAwait(false)) ids.After(newest.Id);
        foreach (var run in await store.ListUnfinishedAsync(ct).ConfigureAwait(false))
        {
            UnfinishedRun(logger, run.Application, run.Id);
            await store.SaveAsync(
                run with
                {
                    Phase = RunPhase.Error,
                    Message = "Plumb stopped during it: what it had applied is live, the rest is compared anew",
                    FinishedAt = time.GetUtcNow(),
                    Interruptions = run.Interruptions + 1,
                },
                ct).ConfigureAwait(false);
        }

        _opened = true;
    }

    /// <summary>Keeps a run for later; true when it did.</summary>
    private bool Wait(Run run, bool onlyIfFaulty)
    {
        lock (_gate)
        {
            if (onlyIfFaulty && _fault is null) return false;
            _waiting[run.Id] = run;
            if (_waiting.Count > MaxWaiting && _waiting.Values.Where(r => r.FinishedAt is not null).MinBy(r => r.Id, StringComparer.Ordinal) is { } oldest)
            {
                _waiting.Remove(oldest.Id);
                _lost++;
            }

            return true;
        }
    }

    private void Failed(HistoryException e)
    {
        lock (_gate)
        {
            var isNew = _fault is null;
            _fault = $"the history is not being written; syncs go on. {e.Message}"
                + (_lost > 0 ? $" The oldest {_lost} runs that waited for it are lost." : "");
            if (_recovery.IsCompleted && !_stop.IsCancellationRequested) _recovery = Task.Run(() => RecoverAsync(_stop.Token));
            if (!isNew) return;
        }

        NotWritten(logger, e.Message);
        Changed?.Invoke();
    }

    private async Task RecoverAsync(CancellationToken ct)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            await Task.Delay(pause, time, ct).ConfigureAwait(false);
            try
            {
                if (!_opened) await CloseUnfinishedAsync(ct).ConfigureAwait(false);
                if (await WriteWaitingAsync(ct).ConfigureAwait(false)) break;
            }
            catch (HistoryException e)
            {
                Failed(e);
            }
        }

        WrittenAgain(logger);
        Changed?.Invoke();
    }

    /// <summary>True when nothing waits any more, and the fault is over.</summary>
    private async Task<bool> WriteWaitingAsync(CancellationToken ct)
    {
        List<Run> waiting;
        lock (_gate) waiting = [.. _waiting.Values.OrderBy(r => r.Id, StringComparer.Ordinal)];
        foreach (var run in waiting)
        {
            await store.SaveAsync(run, ct).ConfigureAwait(false);
            lock (_gate)
            {
                if (ReferenceEquals(_waiting.GetValueOrDefault(run.Id), run)) _waiting.Remove(run.Id);
            }
        }

        // An empty store must be asked too whether it works again.
        if (waiting.Count == 0) await store.ListAsync(null, 1, ct).ConfigureAwait(false);
        lock (_gate)
        {
            if (_waiting.Count > 0) return false;
            _fault = null;
            _lost = 0;
            _recovery = Task.CompletedTask; // the next failure begins a new one
            return true;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Application}: run {Run} was left unfinished by an earlier process")]
    private static partial void UnfinishedRun(ILogger logger, string application, string run);

    [LoggerMessage(Level = LogLevel.Error, Message = "the history is not being written, syncs go on: {Reason}")]
    private static partial void NotWritten(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "the history is being written again, with what waited")]
    private static partial void WrittenAgain(ILogger logger);
}
