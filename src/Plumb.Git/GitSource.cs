using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Plumb.Git.Addresses;
using Plumb.Git.Mirrors;
using Plumb.Git.Revisions;
using Plumb.Git.Transport;
using Plumb.Git.Trees;
using Plumb.Git.WriteBack;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Sources;

namespace Plumb.Git;

/// <summary>
/// Git repositories as bare mirrors on disk. All of it is safe for concurrent use; nobody who reads waits for a fetch. Addresses in
/// messages never hold credentials; <see cref="RepositoryChange.RepoUrl"/> is the address as it was given, unless it held a password
/// or token: then without that.
/// </summary>
public sealed class GitSource : ISource, IAsyncDisposable
{
    private readonly GitOptions _options;
    private readonly MirrorContext _context;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _fetchSlots;
    private readonly GitMetrics _metrics;
    private readonly bool _ownsMetrics;
    private readonly ConcurrentDictionary<string, Mirror> _mirrors = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (Mirror Mirror, string Shown)> _given = new(StringComparer.Ordinal);
    private readonly Lock _gate = new(); // guards _polling and _disposed
    private readonly ChangeFeed _changes = new();
    private readonly PollLoop _loop;
    private Task? _polling;
    private string? _askPass;
    private bool _disposed;

    /// <summary>A source over a data folder. Touches neither disk nor network until it is used.</summary>
    /// <param name="options">Settings; all their faults are reported at once.</param>
    /// <param name="credentials">How to sign in; may be changed while in use.</param>
    /// <param name="logger">Gets failures and recoveries.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">Instruments to use; null for new ones of its own.</param>
    /// <exception cref="ArgumentException">Settings are not valid.</exception>
    public GitSource(GitOptions options, GitCredentials credentials, ILogger<GitSource> logger, TimeProvider time, GitMetrics? metrics = null)
    {
        var faults = options.Validate();
        if (faults.Count > 0) throw new ArgumentException("Git settings: " + string.Join("; ", faults), nameof(options));
        _options = options;
        _ownsMetrics = metrics is null;
        _metrics = metrics ?? new GitMetrics();
        _fetchSlots = new SemaphoreSlim(options.MaxConcurrentFetches);
        _loop = new PollLoop(() => _mirrors.Values, time, logger);
        var home = Path.GetFullPath(options.DataFolder);
        _context = new MirrorContext(
            options, credentials, new GitProgram(options.GitProgram, home, time), _metrics, logger, time, InstalledAskPass, _fetchSlots,
            _loop.Wake, _stopping.Token);
    }

    /// <inheritdoc/>
    public Task<ResolvedRevision> ResolveAsync(SourceSpec source, Freshness freshness, CancellationToken ct) =>
        ResolveAsync(source.RepoUrl, source.TargetRevision, freshness, ct);

    /// <inheritdoc/>
    public Task<ITree> OpenAsync(SourceSpec source, string commit, CancellationToken ct) => OpenAsync(source.RepoUrl, commit, ct);

    /// <summary>The commit that a revision of a repository names.</summary>
    /// <exception cref="SourceException">Repository or revision cannot be had; the reason says why.</exception>
    public async Task<ResolvedRevision> ResolveAsync(string repoUrl, string revision, Freshness freshness, CancellationToken ct) =>
        await RevisionResolver.ResolveAsync(MirrorOf(repoUrl), revision, freshness, ct);

    /// <summary>The tree of a commit, with an empty dependency record.</summary>
    /// <remarks>Makes the commit's submodules readable too; one that cannot be had is an error only for who reads in it.</remarks>
    /// <exception cref="SourceException">The commit is not in the mirror.</exception>
    public async Task<ITree> OpenAsync(string repoUrl, string commit, CancellationToken ct)
    {
        var mirror = MirrorOf(repoUrl);
        var full = await mirror.EnsureCommitAsync(FullId(mirror, commit), justFetched: false, ct);
        var root = mirror.ReadRoot(full);
        var mounts = _options.Submodules
            ? await Submodules.MountAsync(mirror, root, MirrorOf, ct)
            : new Dictionary<string, Mount>();
        return new GitTree(mirror, full, root, mounts, _options.MaxFileBytes);
    }

    /// <summary>Author, dates and message of a commit.</summary>
    /// <exception cref="SourceException">No such commit.</exception>
    public async Task<CommitDetails> DescribeAsync(string repoUrl, string commit, CancellationToken ct)
    {
        var mirror = MirrorOf(repoUrl);
        var text = mirror.ReadCommit(await mirror.EnsureCommitAsync(FullId(mirror, commit), justFetched: false, ct));
        return new CommitDetails(text.Id, text.Author, text.AuthoredAt, text.CommittedAt, text.Parents, text.Message);
    }

    /// <summary>The files that two commits of a repository hold differently, by path; submodules are left out.</summary>
    /// <exception cref="SourceException">A commit cannot be had.</exception>
    public async Task<IReadOnlyList<FileDifference>> CompareAsync(string repoUrl, string before, string after, CancellationToken ct)
    {
        var mirror = MirrorOf(repoUrl);
        return await mirror.CompareAsync(
            await mirror.EnsureCommitAsync(FullId(mirror, before), justFetched: false, ct),
            await mirror.EnsureCommitAsync(FullId(mirror, after), justFetched: false, ct), ct);
    }

    /// <summary>A file as text; null when it is none, or longer than that.</summary>
    /// <param name="repoUrl">Repository.</param>
    /// <param name="file">As <see cref="CompareAsync"/> gave it.</param>
    /// <param name="maxBytes">Longest text.</param>
    /// <exception cref="SourceException">The mirror is damaged.</exception>
    public string? ReadText(string repoUrl, FileVersion file, int maxBytes) => MirrorOf(repoUrl).ReadText(file.ObjectId, maxBytes);

    /// <summary>
    /// Writes a commit to a branch, if the branch is still where the commit follows; gives the new commit. Other readers see it at once.
    /// </summary>
    /// <exception cref="SourceException">The branch moved, the server refuses it or cannot be reached; nothing was written then.</exception>
    public async Task<string> CommitAsync(string repoUrl, BranchCommit commit, CancellationToken ct) => await MirrorOf(repoUrl).CommitAsync(commit, ct);

    /// <summary>The repositories in use, each by the addresses that were given for it.</summary>
    public IReadOnlyList<RepositoryStatus> Status() =>
    [
        .. from given in _given.Values.ToList()
           group given.Shown by given.Mirror into shown
           let mirror = shown.Key
           select new RepositoryStatus([.. shown.Distinct().Order(StringComparer.Ordinal)], mirror.View?.FetchedAt, mirror.LastFailure?.Message),
    ];

    /// <inheritdoc/>
    /// <remarks>
    /// The first watcher starts the polls. A watcher that falls behind by thousands of changes loses the oldest.
    /// </remarks>
    public IAsyncEnumerable<RepositoryChange> WatchAsync(CancellationToken ct) => _changes.WatchAsync(StartPolling, ct);

    /// <inheritdoc/>
    /// <remarks>
    /// Any form of the address does: https, ssh or <c>git@host:path</c>, with or without <c>.git</c>. All repositories in use that the
    /// address may mean are fetched; an address nobody uses does nothing.
    /// </remarks>
    public void Refresh(string repoUrl)
    {
        if (RepositoryUrl.TryParse(repoUrl) is not { } url) return;
        var now = _context.Time.GetUtcNow();
        var key = url.MatchKey;
        var found = false;
        foreach (var mirror in _mirrors.Values)
        {
            if (mirror.Identity.MatchKey != key) continue;
            found = true;
            // A fetch that runs may have asked the server before the push came: one more follows it.
            if (mirror.Busy) Observe(mirror.FetchAsync(startedAfterNow: true));
            else mirror.Due(now);
        }
        if (found) StartPolling();
    }

    /// <summary>Stops the polls and running fetches, ends the readers, and waits for them.</summary>
    public async ValueTask DisposeAsync()
    {
        Task? polling;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            polling = _polling;
        }
        _changes.End();
        await _stopping.CancelAsync();
        if (polling is not null) await polling;
        foreach (var mirror in _mirrors.Values)
        {
            await mirror.StoppedAsync();
            mirror.Dispose();
        }
        if (_ownsMetrics) _metrics.Dispose();
        _fetchSlots.Dispose();
        _stopping.Dispose();
    }

    /// <summary>The mirror of an address as somebody gave it, remembered for reports.</summary>
    internal Mirror MirrorOf(string repoUrl)
    {
        if (_given.TryGetValue(repoUrl, out var known)) return known.Mirror;
        var url = RepositoryUrl.Parse(repoUrl);
        var mirror = MirrorOf(url);
        var secret = url.Password is not null || (url.Scheme is "https" or "http" && url.User is not null);
        _given[repoUrl] = (mirror, secret ? url.Display : repoUrl);
        return mirror;
    }

    private Mirror MirrorOf(RepositoryUrl url)
    {
        lock (_gate) ObjectDisposedException.ThrowIf(_disposed, this);
        if (_mirrors.TryGetValue(url.Identity, out var known)) return known;
        var transport = RepositoryMapping.Apply(_options.RepositoryMap, url);
        return _mirrors.GetOrAdd(url.Identity, _ => new Mirror(url, transport, _context, Report));
    }

    private void StartPolling()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _polling ??= Task.Run(() => _loop.RunAsync(_stopping.Token), CancellationToken.None);
        }
        _loop.Wake();
    }

    private void Report(Mirror mirror, RepositoryChangeKind kind, string message)
    {
        var shown = _given.Values.Where(g => ReferenceEquals(g.Mirror, mirror)).Select(g => g.Shown).Distinct().ToList();
        if (shown.Count == 0) shown.Add(mirror.Identity.Display); // a submodule's
        foreach (var url in shown) _changes.Tell(new RepositoryChange(url, kind, message));
    }

    private string InstalledAskPass()
    {
        if (_askPass is { } path) return path;
        var folder = Path.GetFullPath(_options.DataFolder);
        MirrorFolder.CreatePrivate(folder, "Git");
        try
        {
            return _askPass = AskPass.Install(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw MirrorFolder.Unwritable("Git", e);
        }
    }

    private static string FullId(Mirror mirror, string commit) =>
        commit.Length is 40 or 64 && commit.All(char.IsAsciiHexDigit)
            ? commit.ToLowerInvariant()
            : throw new SourceException(SourceFault.RevisionNotFound, $"{mirror.Identity}: \"{commit}\" is not a full commit id");

    private static void Observe(Task task) =>
        task.ContinueWith(t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}
