using Plumb.Git.Addresses;
using Plumb.Git.Objects;
using Plumb.Reconcile.Sources;

namespace Plumb.Git.Mirrors;

/// <summary>
/// One repository's mirror: what readers see of it, and the one fetch in flight that all who want it share. Readers never wait for a
/// fetch: they use the last view, and objects never change or go.
/// </summary>
internal sealed partial class Mirror : IDisposable
{
    private readonly MirrorContext _context;
    private readonly MirrorFolder _folder;
    private readonly Remote _remote;
    private readonly Action<Mirror, RepositoryChangeKind, string> _report;
    private readonly SemaphoreSlim _writing = new(1); // whoever writes to the mirror's folder
    private readonly Lock _gate = new(); // guards _running, _next, _loading, _missing and the schedule
    private readonly Dictionary<string, DateTimeOffset> _missing = new(StringComparer.Ordinal);
    private Task<MirrorView>? _running;
    private Task<MirrorView>? _next;
    private Task<MirrorView?>? _loading;
    private volatile MirrorView? _view; // only the writer replaces it
    private volatile MirrorView? _retired; // the one before a new clone, for objects only it has
    private volatile string? _damage; // why the mirror must be cloned again

    public Mirror(
        RepositoryUrl identity, RepositoryUrl transport, MirrorContext context, Action<Mirror, RepositoryChangeKind, string> report)
    {
        (Identity, _context, _report) = (identity, context, report);
        _folder = new MirrorFolder(Path.GetFullPath(context.Options.DataFolder), identity, transport, context.Time);
        _remote = new Remote(identity, transport, context);
        Cache = new ObjectCache(context.Options.ObjectCacheBytes);
        NextPoll = context.Time.GetUtcNow();
    }

    /// <summary>The repository as people know it.</summary>
    public RepositoryUrl Identity { get; }

    public ObjectCache Cache { get; }

    public string FolderPath => _folder.Root;

    /// <summary>What readers see now; null before the first fetch.</summary>
    public MirrorView? View => _view;

    /// <summary>A view as fresh as asked for.</summary>
    /// <exception cref="SourceException">The repository cannot be had.</exception>
    public async Task<MirrorView> GetAsync(Freshness freshness, CancellationToken ct)
    {
        if (freshness == Freshness.Remote || _damage is not null) return await FetchAsync(startedAfterNow: true).WaitAsync(ct);
        if (_view is { } view) return view;
        Task<MirrorView?> loading;
        lock (_gate) loading = _loading ??= Task.Run(LoadAsync, CancellationToken.None);
        if (await loading.WaitAsync(ct) is { } loaded) return _view ?? loaded;
        lock (_gate)
        {
            // A thousand applications of one broken repository must not mean a thousand tries.
            if (LastFailure is { } failure && _running is null && !IsDue(_context.Time.GetUtcNow()))
                throw new SourceException(failure.Fault, failure.Message, failure);
        }
        return await FetchAsync(startedAfterNow: false).WaitAsync(ct);
    }

    /// <summary>Fetches, or joins a fetch: the running one, or if it must have begun after this call, the one after it.</summary>
    public Task<MirrorView> FetchAsync(bool startedAfterNow)
    {
        lock (_gate)
        {
            if (_running is not { IsCompleted: false }) return _running = Task.Run(FetchAndRecordAsync, CancellationToken.None);
            return startedAfterNow ? _next ??= AfterAsync(_running) : _running;
        }
    }

    /// <summary>Whether a commit is in the mirror; if not, whether it could be fetched. Returns its full id.</summary>
    /// <exception cref="SourceException">It is nowhere.</exception>
    public async Task<string> EnsureCommitAsync(string commit, bool justFetched, CancellationToken ct)
    {
        await GetAsync(Freshness.Mirror, ct);
        if (Cache.Get<string>(commit) is not null) return commit; // opened before: a thousand applications of one commit ask git once
        if (FindCommit(commit) is { } found) return found;
        lock (_gate)
        {
            if (_missing.TryGetValue(commit, out var since) && (_context.Time.GetUtcNow() - since).Duration() < _context.Options.PollInterval)
                throw NoCommit(commit);
        }
        if (!justFetched)
        {
            await FetchAsync(startedAfterNow: true).WaitAsync(ct);
            if (FindCommit(commit) is { } fetched) return fetched;
        }
        try
        {
            // Servers that allow it give commits that no branch holds (any more).
            await FetchOneAsync(commit, Names.Private + "commits/" + commit, ct);
        }
        catch (SourceException e) when (e.Fault is SourceFault.RevisionNotFound or SourceFault.Other or SourceFault.Unreachable)
        {
            // Refused: reported below.
        }
        if (FindCommit(commit) is { } direct) return direct;
        lock (_gate)
        {
            if (_missing.Count > 1000) _missing.Clear();
            _missing[commit] = _context.Time.GetUtcNow();
        }
        throw NoCommit(commit);
    }

    /// <summary>Fetches one ref or commit that the usual fetch leaves out, and swaps the view.</summary>
    public async Task FetchOneAsync(string from, string to, CancellationToken ct)
    {
        await _writing.WaitAsync(ct);
        try
        {
            using var writer = await _folder.LockAsync(_context.Options.FetchTimeout, ct);
            var view = _view ?? throw new InvalidOperationException("The mirror is not there yet.");
            await _remote.FetchOneAsync(view.GitDir, from, to, ct);
            _view = view with { Refs = await _remote.ReadRefsAsync(view.GitDir, ct) };
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The commit a name means (<c>id</c>, a short id, a tag object's id); null when there is none.</summary>
    /// <exception cref="AmbiguousNameException">Several commits have this short id.</exception>
    public string? FindCommit(string name) => ReadObject(name + "^{commit}", MaxCommitBytes)?.Id;

    /// <summary>Commits whose id begins so.</summary>
    public async Task<IReadOnlyList<string>> CandidatesAsync(string prefix, CancellationToken ct)
    {
        var all = await _remote.CandidatesAsync(_view!.GitDir, prefix, ct);
        return [.. all.Where(id => Read(id) is { Kind: "commit" })];

        GitObject? Read(string id)
        {
            try
            {
                return ReadObject(id, MaxCommitBytes);
            }
            catch (SourceException e) when (e.Fault == SourceFault.LimitReached)
            {
                return null; // a big blob
            }
        }
    }

    /// <summary>Waits until no fetch runs; they end soon when the source stops.</summary>
    public async Task StoppedAsync()
    {
        while (true)
        {
            Task? running;
            lock (_gate) running = _next ?? (Task?)_running ?? _loading;
            if (running is null || running.IsCompleted) return;
            await running.ContinueWith(t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>Ends the readers. The folder stays.</summary>
    public void Dispose()
    {
        _view?.Readers.Dispose();
        _retired?.Readers.Dispose();
        _writing.Dispose();
    }

    private async Task<MirrorView> AfterAsync(Task running)
    {
        await running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        Task<MirrorView> mine;
        lock (_gate)
        {
            _next = null;
            mine = _running = Task.Run(FetchAndRecordAsync, CancellationToken.None);
        }
        return await mine;
    }

    private SourceException NoCommit(string commit) => new(SourceFault.RevisionNotFound,
        $"{Identity}: there is no commit {commit}, or the server does not give it. It may have been removed by a force-push.");
}
