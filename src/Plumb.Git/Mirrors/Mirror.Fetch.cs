using Plumb.Git.Objects;
using Plumb.Reconcile.Sources;

namespace Plumb.Git.Mirrors;

/// <summary>The writing half: fetch, clone, clone again, and when to do so next.</summary>
internal sealed partial class Mirror
{
    private int _failures;

    /// <summary>Why the last fetch failed; null after one that worked.</summary>
    public SourceException? LastFailure { get; private set; }

    /// <summary>When the poll loop fetches next.</summary>
    public DateTimeOffset NextPoll { get; private set; }

    /// <summary>
    /// Whether the next poll is to be made. One that lies further ahead than any wait is due too: the clock was set back meanwhile.
    /// </summary>
    public bool IsDue(DateTimeOffset now)
    {
        var options = _context.Options;
        var usual = options.PollInterval + options.PollJitter;
        var longest = usual > options.LongestBackoff * 1.25 ? usual : options.LongestBackoff * 1.25;
        return NextPoll <= now || NextPoll - now > longest;
    }

    /// <summary>Whether a fetch runs or waits to run.</summary>
    public bool Busy
    {
        get
        {
            lock (_gate) return _running is { IsCompleted: false } || _next is not null;
        }
    }

    /// <summary>Makes the next poll no later than this.</summary>
    public void Due(DateTimeOffset at)
    {
        lock (_gate)
        {
            if (at < NextPoll) NextPoll = at;
        }
        _context.Wake();
    }

    /// <summary>Puts the next poll off by the usual interval, after a fault nobody foresaw.</summary>
    public void Postpone()
    {
        lock (_gate) NextPoll = _context.Time.GetUtcNow() + _context.Options.PollInterval;
    }

    private async Task<MirrorView?> LoadAsync()
    {
        try
        {
            if (_folder.Current() is not { } gitDir) return null;
            var refs = await _remote.ReadRefsAsync(gitDir, _context.Stopping);
            _context.Wake(); // an earlier process fetched it, who knows how long ago: its first poll is due now
            return _view ??= NewView(gitDir, refs, _folder.FetchedAt());
        }
        catch (SourceException e)
        {
            LogUnusable(_context.Logger, Identity, e.Message);
            return null; // the fetch that follows finds out, and clones again
        }
        catch (IOException)
        {
            return null;
        }
    }

    private async Task<MirrorView> FetchAndRecordAsync()
    {
        var ct = _context.Stopping;
        await _context.FetchSlots.WaitAsync(ct);
        var began = _context.Time.GetTimestamp();
        try
        {
            // Readers may already have been given what an earlier process left: what moved since then is to be reported to them.
            Task<MirrorView?> loading;
            lock (_gate) loading = _loading ??= Task.Run(LoadAsync, CancellationToken.None);
            await loading;
            var before = _view;
            MirrorView after;
            IReadOnlyList<string> forced;
            await _writing.WaitAsync(ct);
            try
            {
                (after, forced) = await WriteAsync(ct);
            }
            finally
            {
                _writing.Release();
            }
            Succeeded();
            ReportMoves(before, after, forced);
            _context.Metrics.Fetches.Add(1, new KeyValuePair<string, object?>("result", "ok"));
            return after;
        }
        catch (SourceException e)
        {
            Failed(e);
            throw;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var failure = MirrorFolder.Unwritable(Identity.Display, e);
            Failed(failure);
            throw failure;
        }
        finally
        {
            _context.FetchSlots.Release();
            _context.Metrics.FetchSeconds.Record(_context.Time.GetElapsedTime(began).TotalSeconds);
        }
    }

    private async Task<(MirrorView View, IReadOnlyList<string> Forced)> WriteAsync(CancellationToken ct)
    {
        using var writer = await _folder.LockAsync(_context.Options.FetchTimeout, ct);
        _folder.Clean();
        var gitDir = _folder.Current();
        if (gitDir is null) return (await CloneAsync(ct), []);
        if (_damage is not null) return (await CloneAgainAsync(_damage, ct), []);
        try
        {
            return await UpdateAsync(gitDir, ct);
        }
        catch (SourceException e) when (e.Fault == SourceFault.Corrupt)
        {
            return (await CloneAgainAsync(e.Message, ct), []);
        }
    }

    private async Task<(MirrorView View, IReadOnlyList<string> Forced)> UpdateAsync(string gitDir, CancellationToken ct)
    {
        var view = _view is { } known && known.GitDir == gitDir
            ? known
            : NewView(gitDir, await _remote.ReadRefsAsync(gitDir, ct), _folder.FetchedAt());
        var at = _context.Time.GetUtcNow(); // what the server says from here on is in the answer
        var there = await _remote.ListAsync(view.Refs.Others.Keys, ct);
        IReadOnlyList<string> forced = [];
        var refs = view.Refs;
        var same = there.Same(refs);
        if (!same) forced = await _remote.FetchAllAsync(gitDir, refs.Others.Keys.Where(there.Refs.ContainsKey), ct);
        var headMoved = WriteHead(gitDir, there.Head);
        if (!same || headMoved) refs = await _remote.ReadRefsAsync(gitDir, ct);
        _folder.NoteFetched(at);
        view = view with { Refs = refs, FetchedAt = at };
        _view = view;
        return (view, forced);
    }

    private async Task<MirrorView> CloneAsync(CancellationToken ct)
    {
        var (temporary, final) = _folder.Next();
        MirrorFolder.Delete(temporary);
        try
        {
            var at = _context.Time.GetUtcNow();
            var there = await _remote.ListAsync([], ct);
            await _remote.InitAsync(temporary, there.Refs.Values.Any(id => id.Length == 64), ct);
            if (there.Refs.Count > 0) await _remote.FetchAllAsync(temporary, [], ct);
            WriteHead(temporary, there.Head);
            var refs = await _remote.ReadRefsAsync(temporary, ct);
            Directory.Move(temporary, final);
            _folder.NoteFetched(at);
            var view = NewView(final, refs, at);
            _retired?.Readers.Dispose();
            _retired = _view;
            _view = view;
            _damage = null;
            return view;
        }
        finally
        {
            MirrorFolder.Delete(temporary);
        }
    }

    private async Task<MirrorView> CloneAgainAsync(string reason, CancellationToken ct)
    {
        LogCloneAgain(_context.Logger, Identity, reason);
        _context.Metrics.Reclones.Add(1);
        var view = await CloneAsync(ct);
        _report(this, RepositoryChangeKind.Recovered, $"{Identity}: the mirror was damaged and has been cloned again");
        return view;
    }

    private MirrorView NewView(string gitDir, RefSnapshot refs, DateTimeOffset at) =>
        new(gitDir, new ReaderPool(_context.Git, gitDir, _context.Options, _context.Metrics, _context.Time), refs, at);

    // True when HEAD changed. A server without HEAD (a branch that is not there) gets one that names nothing.
    private static bool WriteHead(string gitDir, string? head)
    {
        var path = Path.Combine(gitDir, "HEAD");
        var text = (head ?? "ref: refs/plumb/no-head") + "\n";
        if (File.Exists(path) && File.ReadAllText(path) == text) return false;
        var temporary = path + ".new";
        File.WriteAllText(temporary, text);
        File.Move(temporary, path, overwrite: true);
        return true;
    }

    private void Succeeded()
    {
        bool recovered;
        lock (_gate)
        {
            recovered = _failures > 0;
            _failures = 0;
            LastFailure = null;
            NextPoll = _context.Time.GetUtcNow() + _context.Options.PollInterval + Jitter(_context.Options.PollJitter);
        }
        if (!recovered) return;
        LogRecovered(_context.Logger, Identity);
        _report(this, RepositoryChangeKind.Recovered, $"{Identity}: fetching works again");
    }

    private void Failed(SourceException failure)
    {
        bool report;
        lock (_gate)
        {
            report = LastFailure is null || LastFailure.Fault != failure.Fault;
            LastFailure = failure;
            var longest = _context.Options.LongestBackoff;
            var wait = _context.Options.FirstBackoff * Math.Pow(2, Math.Min(_failures, 20));
            if (wait > longest) wait = longest;
            _failures++;
            NextPoll = _context.Time.GetUtcNow() + wait + Jitter(wait / 4);
        }
        _context.Metrics.Fetches.Add(1, new KeyValuePair<string, object?>("result", "failed"));
        _context.Metrics.FetchFailures.Add(1, new KeyValuePair<string, object?>("fault", failure.Fault.ToString()));
        if (!report) return;
        LogFetchFailed(_context.Logger, failure.Fault, failure.Message);
        _report(this, RepositoryChangeKind.FetchFailed, failure.Message);
    }

    private void ReportMoves(MirrorView? before, MirrorView after, IReadOnlyList<string> forced)
    {
        if (before is null || ReferenceEquals(before.Refs, after.Refs)) return;
        if (forced.Count > 0)
        {
            var texts = forced.Select(b => before.Refs.Branches.TryGetValue(b, out var old) && after.Refs.Branches.TryGetValue(b, out var now)
                ? $"{b} from {Short(old)} to {Short(now)}"
                : b);
            LogForced(_context.Logger, Identity, string.Join(", ", forced));
            _report(this, RepositoryChangeKind.ForcePushed, $"{Identity}: force-pushed: {string.Join("; ", texts.Take(10))}");
        }
        var moved = Moves(before.Refs, after.Refs).ToList();
        if (moved.Count == 0) return;
        var more = moved.Count > 5 ? $" and {moved.Count - 5} more" : "";
        _report(this, RepositoryChangeKind.RefsMoved, $"{Identity}: moved: {string.Join("; ", moved.Take(5))}{more}");
    }

    private static IEnumerable<string> Moves(RefSnapshot before, RefSnapshot after)
    {
        foreach (var (name, commit) in after.Branches)
        {
            if (!before.Branches.TryGetValue(name, out var old)) yield return $"branch {name} new at {Short(commit)}";
            else if (old != commit) yield return $"branch {name} from {Short(old)} to {Short(commit)}";
        }
        foreach (var name in before.Branches.Keys.Where(n => !after.Branches.ContainsKey(n))) yield return $"branch {name} removed";
        foreach (var (name, target) in after.Tags)
        {
            if (!before.Tags.TryGetValue(name, out var old)) yield return $"tag {name} new";
            else if (old.Id != target.Id) yield return $"tag {name} moved";
        }
        foreach (var name in before.Tags.Keys.Where(n => !after.Tags.ContainsKey(n))) yield return $"tag {name} removed";
        foreach (var (name, commit) in after.Others)
        {
            if (before.Others.TryGetValue(name, out var old) && old != commit) yield return $"{name} from {Short(old)} to {Short(commit)}";
        }
        if (before.HeadBranch != after.HeadBranch) yield return $"HEAD now {after.HeadBranch ?? after.HeadCommit ?? "nothing"}";
    }

    private static string Short(string id) => id[..Math.Min(10, id.Length)];

    private static TimeSpan Jitter(TimeSpan upTo) => upTo * Random.Shared.NextDouble();
}
