using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Plumb.Charts.Credentials;
using Plumb.Charts.Oci;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Http;

/// <summary>
/// A classic repository of charts: a web server with an <c>index.yaml</c>. The index is kept, and asked for again only as "has it
/// changed?". One request for the index runs at a time; all who wait share its answer.
/// </summary>
internal sealed class HttpRepository(
    Uri address, Uri shown, Fetcher fetcher, RegistryClient registries, ArchiveStore store, IChartCredentials credentials, ChartOptions options,
    TimeProvider time)
    : IChartRepository, IDisposable
{
    private readonly SemaphoreSlim _fetching = new(1);
    private readonly Dictionary<string, string> _digests = new(StringComparer.Ordinal); // by address, of the entries that have none
    private volatile Known? _known;

    private sealed record Known(RepositoryIndex Index, string? Tag, string BodyDigest, DateTimeOffset At);

    public async Task<ChartVersion> ResolveAsync(string chart, string revision, Freshness freshness, CancellationToken ct)
    {
        var index = await IndexAsync(freshness, ct);
        var versions = index.Find(chart) ?? throw new SourceException(SourceFault.RevisionNotFound,
            $"{shown} has no chart \"{chart}\"{Hint(index, chart)}");
        var chosen = VersionChoice.Choose(versions, revision)
            ?? throw new SourceException(SourceFault.RevisionNotFound,
                $"{shown}: chart \"{chart}\" has no version that fits \"{revision}\"; the latest is {(versions.Count > 0 ? versions[0].Version : "none")}");
        return chosen.Digest is not null ? chosen : chosen with { Digest = await DigestAsync(chart, chosen, ct) };
    }

    public async Task<byte[]> DownloadAsync(string chart, string version, string digest, CancellationToken ct)
    {
        if (store.Find(digest) is { } kept) return kept;
        var offered = (await IndexAsync(Freshness.Mirror, ct)).Find(chart)?.FirstOrDefault(v => v.Version == version);
        if (offered is null || (offered.Digest is { } said && said != digest))
            offered = (await IndexAsync(Freshness.Remote, ct)).Find(chart)?.FirstOrDefault(v => v.Version == version);
        if (offered is null)
            throw new SourceException(SourceFault.RevisionNotFound,
                $"{shown} does not offer version {version} of chart \"{chart}\" any more");
        var content = await ArchiveAsync(chart, offered, ct);
        var got = ArchiveStore.Digest(content);
        if (got != digest)
        {
            throw new SourceException(SourceFault.ContentMissing,
                $"{shown}: version {version} of chart \"{chart}\" has the digest sha256:{got}, expected was sha256:{digest}; it is refused");
        }

        store.Add(digest, content);
        return content;
    }

    public void Dispose() => _fetching.Dispose();

    /// <summary>The digest of an entry that does not say it, which takes a download.</summary>
    private async Task<string> DigestAsync(string chart, ChartVersion version, CancellationToken ct)
    {
        var key = $"{chart}\n{version.Version}";
        lock (_digests)
        {
            if (_digests.TryGetValue(key, out var known)) return known;
        }

        var content = await ArchiveAsync(chart, version, ct);
        var digest = ArchiveStore.Digest(content);
        store.Add(digest, content);
        lock (_digests) return _digests[key] = digest;
    }

    private async Task<byte[]> ArchiveAsync(string chart, ChartVersion version, CancellationToken ct)
    {
        if (version.Addresses.Count == 0)
            throw new SourceException(SourceFault.ContentMissing,
                $"{shown}: version {version.Version} of chart \"{chart}\" has no downloadable URLs");
        var text = version.Addresses[0];
        if (text.StartsWith("oci://", StringComparison.Ordinal)) return await registries.ArchiveAsync(OciReference.Parse(text), version.Version, ct);
        if (!Uri.TryCreate(Folder(address), text, out var from) || from.Scheme is not ("http" or "https"))
            throw new SourceException(SourceFault.ContentMissing,
                $"{shown}: version {version.Version} of chart \"{chart}\" has an address that cannot be used: {text}");
        var what = $"{shown}: version {version.Version} of chart \"{chart}\"";
        var answer = await GetAsync(new FetchRequest(from, what, options.MaxArchiveBytes), ct);
        return answer.Status == HttpStatusCode.NotFound
            ? throw new SourceException(SourceFault.ContentMissing, $"{what}: {from} is not there, though the index names it")
            : answer.Body;
    }

    private async Task<RepositoryIndex> IndexAsync(Freshness freshness, CancellationToken ct)
    {
        if (_known is { } known && freshness == Freshness.Mirror) return known.Index;
        var asked = time.GetUtcNow();
        await _fetching.WaitAsync(ct);
        try
        {
            // Somebody else asked while this one waited.
            if (_known is { } now && (freshness == Freshness.Mirror || now.At > asked)) return now.Index;
            return (_known = await FetchAsync(_known, ct)).Index;
        }
        finally
        {
            _fetching.Release();
        }
    }

    private async Task<Known> FetchAsync(Known? before, CancellationToken ct)
    {
        var what = $"the index of {shown}";
        var file = new UriBuilder(address) { Path = address.AbsolutePath.TrimEnd('/') + "/index.yaml" }.Uri;
        var begun = time.GetUtcNow();
        var answer = await GetAsync(new FetchRequest(file, what, options.MaxIndexBytes) { KnownTag = before?.Tag }, ct);
        if (answer.Status == HttpStatusCode.NotModified && before is not null) return before with { At = begun };
        if (answer.Status == HttpStatusCode.NotFound)
            throw new SourceException(SourceFault.RepositoryNotFound, $"{shown} is no repository of charts: it has no index.yaml");
        var digest = ArchiveStore.Digest(answer.Body);
        if (before?.BodyDigest == digest) return before with { At = begun, Tag = answer.Headers.ETag?.ToString() };
        lock (_digests) _digests.Clear();
        return new Known(RepositoryIndex.Parse(answer.Body, what, options.MaxIndexBytes), answer.Headers.ETag?.ToString(), digest, begun);
    }

    private async Task<Fetched> GetAsync(FetchRequest request, CancellationToken ct)
    {
        var credential = credentials.ForRepository(shown);
        var isOwn = request.Address.Scheme == address.Scheme && request.Address.Authority == address.Authority;
        var answer = await fetcher.GetAsync(
            request with
            {
                Authorization = isOwn || credential.PassToAllHosts ? Basic(credential) : null,
                PassToAllHosts = credential.PassToAllHosts,
            },
            credential, ct);
        if (answer.Status != HttpStatusCode.Unauthorized) return answer;
        throw new SourceException(SourceFault.Authentication, credential.Username is null
            ? $"{request.What}: {answer.Address.Host} asks for credentials; sign in with helm repo add NAME {shown} --username USER"
            : $"{request.What}: {answer.Address.Host} does not take the credentials for it; they are wrong or have expired");
    }

    public static AuthenticationHeaderValue? Basic(ChartCredential credential) => credential.Username is null
        ? null
        : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}")));

    private static Uri Folder(Uri address) => address.AbsolutePath.EndsWith('/') ? address : new UriBuilder(address) { Path = address.AbsolutePath + "/" }.Uri;

    private static string Hint(RepositoryIndex index, string chart)
    {
        var near = index.Names.Where(n => n.Contains(chart, StringComparison.OrdinalIgnoreCase) || chart.Contains(n, StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal).Take(3).ToList();
        return near.Count == 0 ? "" : $"; did you mean {string.Join(" or ", near)}?";
    }
}
