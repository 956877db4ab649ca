using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using Plumb.Charts.Credentials;
using Plumb.Charts.Dependencies;
using Plumb.Charts.Http;
using Plumb.Charts.Oci;
using Plumb.Charts.Trees;
using Plumb.Charts.Values;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts;

/// <summary>
/// Packed charts as sources: from repositories with an index over HTTP, and from OCI registries. A version resolves to
/// <c>version@sha256:digest</c>, so a version that is published again with other content is another revision. Safe for concurrent use.
/// </summary>
public sealed partial class ChartRepositories : ISource, IAsyncDisposable
{
    private readonly ChartOptions _options;
    private readonly IChartCredentials _credentials;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Fetcher _fetcher;
    private readonly ArchiveStore _store;
    private readonly RegistryClient _registries;
    private readonly ChartFiles _files = new();
    private readonly Resolutions _resolutions;
    private readonly RemoteValues _values;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _fetched = new(StringComparer.Ordinal); // by repository of dependencies
    private readonly ConcurrentDictionary<string, IChartRepository> _repositories = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string RepoUrl, string Chart, string Revision), Followed> _followed = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Lock _gate = new(); // guards _polling and _disposed
    private readonly ChangeFeed _changes = new();
    private Task? _polling;
    private bool _disposed;

    /// <summary>What somebody uses: the poll looks whether it still means the same.</summary>
    private sealed class Followed(SourceSpec source, string commit, DateTimeOffset at)
    {
        public SourceSpec Source => source;

        public string Commit { get; set; } = commit;

        public DateTimeOffset At { get; set; } = at;

        public DateTimeOffset NextLook { get; set; }

        public string? Failure { get; set; }
    }

    /// <summary>A source over a data folder. Touches neither disk nor network until it is used.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="credentials">How to sign in.</param>
    /// <param name="logger">Gets failures and recoveries.</param>
    /// <param name="time">The clock.</param>
    public ChartRepositories(ChartOptions options, IChartCredentials credentials, ILogger<ChartRepositories> logger, TimeProvider time)
    {
        (_options, _credentials, _logger, _time) = (options, credentials, logger, time);
        _fetcher = new Fetcher(options, time);
        WebFiles = new WebFiles(_fetcher, options, time);
        _store = new ArchiveStore(Path.GetFullPath(options.DataFolder), options.MaxCacheBytes, time);
        _resolutions = new Resolutions(Path.Combine(Path.GetFullPath(options.DataFolder), "resolved"));
        _values = new RemoteValues(_fetcher, _store, _resolutions, options, time);
        _registries = new RegistryClient(_fetcher, _store, credentials, options, time);
    }

    /// <summary>Files of web servers, by the same rules as charts.</summary>
    internal WebFiles WebFiles { get; }

    /// <inheritdoc/>
    public async Task<ResolvedRevision> ResolveAsync(SourceSpec source, Freshness freshness, CancellationToken ct)
    {
        var key = KeyOf(source);
        if (freshness == Freshness.Mirror && _followed.TryGetValue(key, out var known)) return new ResolvedRevision(known.Commit, null, known.At);
        var now = _time.GetUtcNow();
        string commit;
        try
        {
            commit = await LookAsync(source, freshness, ct);
            _resolutions.Remember(key, commit);
        }
        catch (SourceException fault) when (fault.Fault == SourceFault.Unreachable && freshness == Freshness.Mirror && _resolutions.Find(key) is { } last)
        {
            LookFailed(_logger, source.RepoUrl, fault.Message);
            return new ResolvedRevision(last.Commit, null, last.At);
        }

        var followed = _followed.GetOrAdd(key, _ => new Followed(source, commit, now) { NextLook = now + _options.NextInterval() });
        lock (followed) (followed.Commit, followed.At) = (commit, now);
        StartPolling();
        return new ResolvedRevision(commit, null, now);
    }

    /// <inheritdoc/>
    public async Task<ITree> OpenAsync(SourceSpec source, string commit, CancellationToken ct)
    {
        var (version, digest) = Split(commit);
        var shown = $"{Shown(source)} {version}";
        var files = _files.Find(digest);
        if (files is null)
        {
            var archive = await RepositoryOf(source.RepoUrl).DownloadAsync(source.Chart, version, digest, ct);
            files = _files.Unpack(digest, archive, shown, ct);
        }

        return new ArchiveTree(commit, shown, files);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<RepositoryChange> WatchAsync(CancellationToken ct) => _changes.WatchAsync(StartPolling, ct);

    /// <inheritdoc/>
    public void Refresh(string repoUrl)
    {
        foreach (var followed in _followed.Values.Where(f => f.Source.RepoUrl.TrimEnd('/') == repoUrl.TrimEnd('/')))
        {
            lock (followed) followed.NextLook = default;
        }

        _values.Expire(repoUrl);
        Wake();
    }

    /// <summary>The tree with the value files that a source takes from web servers; the same tree when it takes none.</summary>
    /// <exception cref="SourceException">One of them cannot be had.</exception>
    internal async Task<ITree> WithValuesAsync(ITree tree, SourceSpec source, CancellationToken ct)
    {
        if (source.Helm?.RemoteFiles.ToList() is not { Count: > 0 } addresses) return tree;
        var files = new Dictionary<string, RemoteFile>(StringComparer.Ordinal);
        foreach (var address in addresses) files[address] = await _values.GetAsync(address, source.RepoUrl, ct);
        StartPolling();
        return new TreeWithValues(tree, files);
    }

    /// <summary>The next use of a source's value files fetches them.</summary>
    internal void ExpireValues(SourceSpec source)
    {
        if (source.Helm?.RemoteFiles.Any() == true) _values.Expire(source.RepoUrl);
    }

    /// <summary>The address of a repository by the name that the user gave it.</summary>
    internal string? AddressOf(string name) => _credentials.AddressOf(name);

    /// <summary>A packed chart by its repository's address: the newest that fits a range.</summary>
    /// <param name="repository">Address of the repository, or of the registry.</param>
    /// <param name="chart">Its name there; empty for a registry's address that names it.</param>
    /// <param name="range">Version or range; empty for the latest.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="SourceException">It cannot be had.</exception>
    public async Task<(string Version, string Digest, byte[] Archive)> FetchAsync(string repository, string chart, string range, CancellationToken ct)
    {
        var from = RepositoryOf(repository);
        var version = await ResolveAsync(from, repository, chart, range, ct);
        return (version.Version, version.Digest!, await from.DownloadAsync(chart, version.Version, version.Digest!, ct));
    }

    /// <summary>A packed chart by its own address.</summary>
    /// <exception cref="SourceException">It cannot be had.</exception>
    public async Task<byte[]> FetchArchiveAsync(Uri address, CancellationToken ct)
    {
        var credential = _credentials.ForRepository(address);
        var what = $"the chart {WithoutUser(address)}";
        var answer = await _fetcher.GetAsync(
            new FetchRequest(WithoutUser(new Uri(_options.Map(address.AbsoluteUri))), what, _options.MaxArchiveBytes) { Authorization = HttpRepository.Basic(credential) },
            credential, ct);
        return answer.Status switch
        {
            HttpStatusCode.OK => answer.Body,
            HttpStatusCode.Unauthorized => throw new SourceException(SourceFault.Authentication, $"{what}: {answer.Address.Host} asks for other credentials"),
            _ => throw new SourceException(SourceFault.ContentMissing, $"{what} is not there: {answer.Address.Host} answered 404"),
        };
    }

    /// <summary>A tree in which the chart at a path has the dependencies that it lacks; the same tree when it lacks none.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="path">Where the chart is in it.</param>
    /// <param name="fromLock">At the versions of its lock, as <c>helm dependency build</c>; else the newest, as <c>helm dependency update</c>.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="SourceException">One of them cannot be had, or the lock is not in step.</exception>
    public Task<ITree> WithDependenciesAsync(ITree tree, string path, bool fromLock, CancellationToken ct) =>
        new DependencyBuild(this).CompleteAsync(tree, path, fromLock, ct);

    /// <summary>Nobody polls for dependencies: the repository is asked again when what is known of it is old, or has not what is asked for.</summary>
    private async Task<ChartVersion> ResolveAsync(IChartRepository from, string repository, string chart, string range, CancellationToken ct)
    {
        var now = _time.GetUtcNow();
        var isFresh = _fetched.TryGetValue(repository, out var at) && now - at < _options.PollInterval;
        try
        {
            var version = await from.ResolveAsync(chart, range, isFresh ? Freshness.Mirror : Freshness.Remote, ct);
            if (!isFresh) _fetched[repository] = now;
            return version;
        }
        catch (SourceException fault) when (isFresh ? fault.Fault == SourceFault.RevisionNotFound : fault.Fault == SourceFault.Unreachable)
        {
            return await from.ResolveAsync(chart, range, isFresh ? Freshness.Remote : Freshness.Mirror, ct);
        }
    }

    /// <summary>Stops the polls and waits for them.</summary>
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
        foreach (var repository in _repositories.Values.OfType<IDisposable>()) repository.Dispose();
        _fetcher.Dispose();
        _wake.Dispose();
        _stopping.Dispose();
    }

    private async Task<string> LookAsync(SourceSpec source, Freshness freshness, CancellationToken ct)
    {
        var repository = RepositoryOf(source.RepoUrl);
        ChartVersion version;
        try
        {
            version = await repository.ResolveAsync(source.Chart, source.TargetRevision, freshness, ct);
        }
        catch (SourceException fault) when (fault.Fault == SourceFault.RevisionNotFound && freshness == Freshness.Mirror)
        {
            // It may be newer than what is known.
            version = await repository.ResolveAsync(source.Chart, source.TargetRevision, Freshness.Remote, ct);
        }

        return $"{version.Version}@sha256:{version.Digest}";
    }

    /// <summary>As in Argo CD, an address without a scheme is a registry's.</summary>
    private IChartRepository RepositoryOf(string repoUrl)
    {
        lock (_gate) ObjectDisposedException.ThrowIf(_disposed, this);
        return _repositories.GetOrAdd(repoUrl.TrimEnd('/'), _ =>
        {
            if (repoUrl.StartsWith("oci://", StringComparison.Ordinal) || !repoUrl.Contains("://", StringComparison.Ordinal))
                return new OciRepository(repoUrl.TrimEnd('/'), _registries);
            var shown = WithoutUser(Parse(repoUrl));
            return new HttpRepository(WithoutUser(Parse(_options.Map(repoUrl))), shown, _fetcher, _registries, _store, _credentials, _options, _time);
        });
    }

    private static Uri Parse(string repoUrl) =>
        Uri.TryCreate(repoUrl, UriKind.Absolute, out var address) && address.Scheme is "https" or "http"
            ? address
            : throw new SourceException(SourceFault.RepositoryNotFound,
                $"\"{repoUrl}\" is no address of a repository of charts: https://… or oci://… is expected");

    private static Uri WithoutUser(Uri address) => address.UserInfo.Length == 0 ? address : new UriBuilder(address) { UserName = "", Password = "" }.Uri;

    private static (string RepoUrl, string Chart, string Revision) KeyOf(SourceSpec source) => (source.RepoUrl, source.Chart, source.TargetRevision);

    private static string Shown(SourceSpec source) => source.Chart.Length > 0 ? $"chart {source.Chart} of {source.RepoUrl}" : source.RepoUrl;

    private static (string Version, string Digest) Split(string commit)
    {
        const string Mark = "@sha256:";
        var at = commit.IndexOf(Mark, StringComparison.Ordinal);
        return at > 0 && commit.Length == at + Mark.Length + 64 && commit.AsSpan(at + Mark.Length).ContainsOnlyHex()
            ? (commit[..at], commit[(at + Mark.Length)..])
            : throw new SourceException(SourceFault.RevisionNotFound, $"\"{commit}\" is no version of a chart with its digest");
    }
}
