using Plumb.Git.Transport;

namespace Plumb.Git.Objects;

/// <summary>
/// The object readers of one mirror: at most so many at once, kept for a while after use. Readers that failed are not given again.
/// </summary>
internal sealed class ReaderPool : IDisposable
{
    private readonly GitProgram _git;
    private readonly string _gitDir;
    private readonly GitOptions _options;
    private readonly GitMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _slots;
    private readonly Lock _gate = new(); // guards _idle and _disposed
    private readonly Stack<(ObjectReader Reader, long Since)> _idle = new();
    private readonly ITimer _trim;
    private bool _disposed;

    public ReaderPool(GitProgram git, string gitDir, GitOptions options, GitMetrics metrics, TimeProvider time)
    {
        (_git, _gitDir, _options, _metrics, _time) = (git, gitDir, options, metrics, time);
        _slots = new SemaphoreSlim(options.MaxReadersPerMirror);
        _trim = time.CreateTimer(_ => Trim(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>An object by name; null when there is none.</summary>
    public GitObject? Read(string name, long maxBytes)
    {
        if (!_slots.Wait(_options.ReadTimeout)) throw new ReadTimeoutException(_options.ReadTimeout);
        try
        {
            var reader = Take();
            var reusable = false;
            try
            {
                var found = reader.Read(name, maxBytes);
                _metrics.ObjectReads.Add(1);
                reusable = true;
                return found;
            }
            catch (AmbiguousNameException)
            {
                reusable = true;
                throw;
            }
            finally
            {
                if (reusable) Return(reader);
                else reader.Dispose();
            }
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Ends the idle readers. Reads that run go on; later ones start a reader for themselves.</summary>
    public void Dispose()
    {
        lock (_gate) _disposed = true;
        _trim.Dispose();
        Close(TimeSpan.MinValue);
    }

    private ObjectReader Take()
    {
        lock (_gate)
        {
            if (_idle.TryPop(out var idle)) return idle.Reader;
        }
        _metrics.ReaderStarts.Add(1);
        return new ObjectReader(_git, _gitDir, _options.ReadTimeout);
    }

    private void Return(ObjectReader reader)
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _idle.Push((reader, _time.GetTimestamp()));
                if (_idle.Count == 1) _trim.Change(_options.ReaderIdleTime, Timeout.InfiniteTimeSpan);
                return;
            }
        }
        reader.Dispose();
    }

    private void Trim()
    {
        Close(_options.ReaderIdleTime);
        lock (_gate)
        {
            if (_idle.Count > 0 && !_disposed) _trim.Change(_options.ReaderIdleTime, Timeout.InfiniteTimeSpan);
        }
    }

    private void Close(TimeSpan olderThan)
    {
        var closing = new List<ObjectReader>();
        lock (_gate)
        {
            var kept = new List<(ObjectReader, long)>();
            while (_idle.TryPop(out var idle))
            {
                if (_time.GetElapsedTime(idle.Since) >= olderThan) closing.Add(idle.Reader);
                else kept.Add(idle);
            }
            for (var i = kept.Count - 1; i >= 0; i--) _idle.Push(kept[i]);
        }
        foreach (var reader in closing) reader.Dispose();
    }
}
