using System.Net;
using System.Net.Http.Headers;
using Plumb.Charts.Credentials;
using Plumb.Charts.Http;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Values;

/// <summary>
/// Value files on web servers (<c>valueFiles: [https://…]</c>): fetched without credentials, kept by digest, and looked at now and then. A
/// server that is away stops nobody who had the file. Safe for concurrent use.
/// </summary>
internal sealed class RemoteValues(Fetcher fetcher, ArchiveStore store, Resolutions resolutions, ChartOptions options, TimeProvider time)
{
    private readonly Lock _gate = new(); // guards _files
    private readonly Dictionary<string, Known> _files = new(StringComparer.Ordinal);

    private sealed class Known(string url)
    {
        public string Url => url;

        public SemaphoreSlim Fetching { get; } = new(1);

        public HashSet<string> Users { get; } = new(StringComparer.Ordinal); // repositories of the sources that use it

        public RemoteFile? Content { get; set; }

        public EntityTagHeaderValue? Tag { get; set; }

        public DateTimeOffset NextLook { get; set; }

        public string? Failure { get; set; }
    }

    /// <summary>When the next file is due; null when there is none.</summary>
    public DateTimeOffset? NextLook
    {
        get
        {
            lock (_gate) return _files.Count == 0 ? null : _files.Values.Min(f => f.NextLook);
        }
    }

    /// <summary>A file as last fetched; the first use, and one after <see cref="Expire"/>, fetches it.</summary>
    /// <param name="url">Its address.</param>
    /// <param name="user">The repository of the source that uses it: who is told when it changes.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="SourceException">It cannot be had, and never was.</exception>
    public async Task<RemoteFile> GetAsync(string url, string user, CancellationToken ct)
    {
        var known = Of(url, user);
        if (known.Content is { } current && known.NextLook > time.GetUtcNow()) return current;
        try
        {
            await LookAsync(known, ct);
        }
        catch (SourceException fault) when (fault.Fault == SourceFault.Unreachable && (known.Content ??= Kept(url)) is not null)
        {
            known.Failure = fault.Message;
        }

        return known.Content!;
    }

    /// <summary>The next use, or the next poll, fetches the files that sources of a repository use.</summary>
    public void Expire(string user)
    {
        lock (_gate)
        {
            foreach (var file in _files.Values.Where(f => f.Users.Contains(user))) file.NextLook = default;
        }
    }

    /// <summary>Looks at the files that are due, and says what became of them to each repository whose sources use one.</summary>
    public async Task<IReadOnlyList<RepositoryChange>> PollAsync(CancellationToken ct)
    {
        Known[] due;
        lock (_gate) due = [.. _files.Values.Where(f => f.NextLook <= time.GetUtcNow())];
        var changes = new List<RepositoryChange>();
        foreach (var file in due)
        {
            var (before, failed) = (file.Content?.Digest, file.Failure);
            try
            {
                await LookAsync(file, ct);
                if (failed is not null) Tell(file, RepositoryChangeKind.Recovered, "");
                else if (file.Content!.Digest != before) Tell(file, RepositoryChangeKind.RefsMoved, $"{file.Url} has changed");
            }
            catch (SourceException fault)
            {
                file.Failure = fault.Message;
                if (failed != fault.Message) Tell(file, RepositoryChangeKind.FetchFailed, fault.Message);
            }
        }

        return changes;

        void Tell(Known file, RepositoryChangeKind kind, string message)
        {
            lock (_gate) changes.AddRange(file.Users.Select(u => new RepositoryChange(u, kind, message)));
        }
    }

    private Known Of(string url, string user)
    {
        lock (_gate)
        {
            if (!_files.TryGetValue(url, out var known)) _files[url] = known = new Known(url);
            known.Users.Add(user);
            return known;
        }
    }

    private async Task LookAsync(Known file, CancellationToken ct)
    {
        var asked = time.GetUtcNow();
        await file.Fetching.WaitAsync(ct);
        try
        {
            // Somebody else asked while this one waited.
            if (file.Content is not null && file.NextLook > asked) return;
            file.NextLook = asked + options.NextInterval();
            await FetchAsync(file, ct);
            file.Failure = null;
        }
        finally
        {
            file.Fetching.Release();
        }
    }

    private async Task FetchAsync(Known file, CancellationToken ct)
    {
        if (!Uri.TryCreate(options.Map(file.Url), UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http") || address.UserInfo.Length > 0)
            throw new SourceException(SourceFault.PathRefused, $"{file.Url} is no address that value files are read from: https://host/path is expected");
        var what = $"the value file {file.Url}";
        var answer = await fetcher.GetAsync(
            new FetchRequest(address, what, options.MaxValuesBytes) { KnownTag = file.Content is null ? null : file.Tag?.ToString() }, ChartCredential.Anonymous, ct);
        switch (answer.Status)
        {
            case HttpStatusCode.OK:
                var digest = ArchiveStore.Digest(answer.Body);
                (file.Content, file.Tag) = (new RemoteFile(digest, answer.Body), answer.Headers.ETag);
                store.Add(digest, answer.Body);
                resolutions.Remember(Key(file.Url), digest);
                break;
            case HttpStatusCode.NotModified:
                break;
            case HttpStatusCode.Unauthorized:
                file.Content = null;
                throw new SourceException(SourceFault.Authentication,
                    $"{what}: {answer.Address.Host} asks for credentials, and value files are fetched without any; commit the file to a repository");
            default:
                file.Content = null;
                throw new SourceException(SourceFault.ContentMissing, $"{what} is not there: {answer.Address.Host} answered 404");
        }
    }

    /// <summary>As an earlier process had it.</summary>
    private RemoteFile? Kept(string url) =>
        resolutions.Find(Key(url)) is { } last && store.Find(last.Commit) is { } content ? new RemoteFile(last.Commit, content) : null;

    private static (string RepoUrl, string Chart, string Revision) Key(string url) => (url, "", "values");
}

/// <summary>A file that was fetched.</summary>
/// <param name="Digest">SHA-256 in lower-case hex.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record RemoteFile(string Digest, ReadOnlyMemory<byte> Content);
