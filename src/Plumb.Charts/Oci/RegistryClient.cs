using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Plumb.Charts.Credentials;
using Plumb.Charts.Http;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Oci;

/// <summary>
/// The pulling half of the OCI distribution specification: tags, manifests and blobs, with basic and token authentication. Everything
/// that has a digest is checked against it and kept in the store.
/// </summary>
internal sealed class RegistryClient(Fetcher fetcher, ArchiveStore store, IChartCredentials credentials, ChartOptions options, TimeProvider time)
{
    private const int MaxPages = 200;
    private const int MaxManifestBytes = 4 * 1024 * 1024;
    private const int MaxTagBytes = 8 * 1024 * 1024;
    private static readonly TimeSpan TokenLife = TimeSpan.FromSeconds(60); // when the registry does not say

    private readonly ConcurrentDictionary<(string Host, string Repository), Token> _tokens = new();

    private sealed record Token(AuthenticationHeaderValue Header, DateTimeOffset Until);

    /// <summary>All tags of a repository.</summary>
    /// <exception cref="SourceException">Registry or repository cannot be had.</exception>
    public async Task<IReadOnlyList<string>> TagsAsync(OciReference repository, CancellationToken ct)
    {
        var tags = new List<string>();
        var next = Address(repository, "tags/list?n=1000");
        for (var page = 0; next is not null && page < MaxPages; page++)
        {
            var answer = await GetAsync(repository, new FetchRequest(next, $"the tags of {repository}", MaxTagBytes) { Accept = ["application/json"] }, ct);
            if (answer.Status == HttpStatusCode.NotFound)
                throw new SourceException(SourceFault.RepositoryNotFound,
                    $"the registry {repository.Host} has no repository {repository.Repository}");
            tags.AddRange(ReadTags(answer.Body, repository));
            next = NextPage(answer, next);
        }

        return tags;
    }

    /// <summary>The manifest under a tag or a digest (<c>sha256:…</c>); null when there is none.</summary>
    /// <exception cref="SourceException">It cannot be had, or is no chart's.</exception>
    public async Task<OciManifest?> ManifestAsync(OciReference repository, string tagOrDigest, CancellationToken ct)
    {
        var what = $"{repository}:{tagOrDigest}";
        var expected = tagOrDigest.StartsWith("sha256:", StringComparison.Ordinal) ? tagOrDigest[7..] : null;
        if (expected is not null && store.Find(expected) is { } kept) return OciManifest.Parse(kept, what);
        var request = new FetchRequest(Address(repository, $"manifests/{tagOrDigest}"), what, MaxManifestBytes) { Accept = [OciManifest.MediaType] };
        var answer = await GetAsync(repository, request, ct);
        if (answer.Status == HttpStatusCode.NotFound) return null;
        var manifest = OciManifest.Parse(answer.Body, what);
        Check(what, "manifest", manifest.Digest, expected ?? manifest.Digest);
        store.Add(manifest.Digest, answer.Body);
        return manifest;
    }

    /// <summary>The packed chart that a manifest names.</summary>
    /// <exception cref="SourceException">It cannot be had, or is not what the manifest says.</exception>
    public async Task<byte[]> ArchiveAsync(OciReference repository, OciManifest manifest, CancellationToken ct)
    {
        if (store.Find(manifest.ArchiveDigest) is { } kept) return kept;
        var what = $"the chart of {repository} at sha256:{manifest.Digest}";
        if (manifest.ArchiveBytes > options.MaxArchiveBytes)
            throw new SourceException(SourceFault.LimitReached,
                $"{what} has {manifest.ArchiveBytes} bytes, more than the {options.MaxArchiveBytes} allowed");
        var answer = await GetAsync(
            repository, new FetchRequest(Address(repository, $"blobs/sha256:{manifest.ArchiveDigest}"), what, options.MaxArchiveBytes), ct);
        if (answer.Status == HttpStatusCode.NotFound)
            throw new SourceException(SourceFault.ContentMissing, $"{what} is not in the registry any more");
        Check(what, "archive", ArchiveStore.Digest(answer.Body), manifest.ArchiveDigest);
        store.Add(manifest.ArchiveDigest, answer.Body);
        return answer.Body;
    }

    /// <summary>The packed chart under the tag of an address, or of a version.</summary>
    /// <exception cref="SourceException">It cannot be had.</exception>
    public async Task<byte[]> ArchiveAsync(OciReference reference, string version, CancellationToken ct)
    {
        var tag = reference.Tag ?? TagOf(version);
        var manifest = await ManifestAsync(reference, tag, ct)
            ?? throw new SourceException(SourceFault.RevisionNotFound, $"{reference} has no tag {tag}");
        return await ArchiveAsync(reference, manifest, ct);
    }

    /// <summary>A tag cannot hold a plus, so Helm writes an underscore.</summary>
    public static string TagOf(string version) => version.Replace('+', '_');

    private static void Check(string what, string part, string got, string expected)
    {
        if (got == expected) return;
        throw new SourceException(SourceFault.ContentMissing,
            $"{what}: the {part} has the digest sha256:{got}, expected was sha256:{expected}; it is refused");
    }

    private async Task<Fetched> GetAsync(OciReference repository, FetchRequest request, CancellationToken ct)
    {
        var credential = await credentials.ForRegistryAsync(repository.Host, ct);
        var key = (repository.Host, repository.Repository);
        var known = _tokens.TryGetValue(key, out var token) && token.Until > time.GetUtcNow() ? token.Header : null;
        var answer = await fetcher.GetAsync(request with { Authorization = known }, credential, ct);
        if (answer.Status != HttpStatusCode.Unauthorized) return answer;

        _tokens.TryRemove(key, out _);
        var challenges = answer.Headers.WwwAuthenticate;
        var header = RegistryChallenge.Find(challenges) is { } challenge
            ? await SignInAsync(repository, challenge, credential, ct)
            : challenges.Any(c => c.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)) ? HttpRepository.Basic(credential) : null;
        if (header is null) throw Refused(repository, credential);
        answer = await fetcher.GetAsync(request with { Authorization = header }, credential, ct);
        if (answer.Status == HttpStatusCode.Unauthorized) throw Refused(repository, credential);
        // Basic credentials are looked up anew each time: they may change.
        if (header.Scheme == "Basic") _tokens[key] = new Token(header, time.GetUtcNow() + TokenLife);
        return answer;
    }

    private async Task<AuthenticationHeaderValue> SignInAsync(
        OciReference repository, RegistryChallenge challenge, ChartCredential credential, CancellationToken ct)
    {
        if (challenge.Realm.Scheme != "https" && !options.PlainHttp && !IsLoopback(challenge.Realm.Host))
            throw new SourceException(SourceFault.Authentication,
                $"the registry {repository.Host} sends to {challenge.Realm.Host} for a token without https, which is refused");
        var request = new FetchRequest(challenge.Ask($"repository:{repository.Repository}:pull"), $"a token for {repository}", MaxManifestBytes)
        {
            Authorization = HttpRepository.Basic(credential),
        };
        var answer = await fetcher.GetAsync(request, credential, ct);
        if (answer.Status != HttpStatusCode.OK) throw Refused(repository, credential);
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            var text = Text(document.RootElement, "token") ?? Text(document.RootElement, "access_token") ?? throw Refused(repository, credential);
            var life = document.RootElement.TryGetProperty("expires_in", out var seconds) && seconds.TryGetInt32(out var number) && number > 0
                ? TimeSpan.FromSeconds(number) : TokenLife;
            var header = new AuthenticationHeaderValue("Bearer", text);
            // A little early, as clocks and answers differ.
            _tokens[(repository.Host, repository.Repository)] = new Token(header, time.GetUtcNow() + (life * 0.9));
            return header;
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException)
        {
            throw new SourceException(SourceFault.Authentication,
                $"the answer of {challenge.Realm.Host} to the request for a token cannot be read", fault);
        }
    }

    private static SourceException Refused(OciReference repository, ChartCredential credential) => new(SourceFault.Authentication, credential.Username is null
        ? $"{repository}: the registry asks for credentials, or there is no such repository; {credential.Fault ?? $"sign in with helm registry login {repository.Host}"}"
        : $"{repository}: the registry does not take the credentials for {repository.Host}; they are wrong, have expired, or may not read it");

    private static string? Text(JsonElement map, string name) =>
        map.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static List<string> ReadTags(byte[] body, OciReference repository)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.TryGetProperty("tags", out var tags) && tags.ValueKind == JsonValueKind.Array
                ? [.. tags.EnumerateArray().Select(t => t.GetString()).OfType<string>()]
                : [];
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new SourceException(SourceFault.ContentMissing, $"the tags of {repository} cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>The address that <c>Link: &lt;…&gt;; rel="next"</c> names, if it is on the same server.</summary>
    private static Uri? NextPage(Fetched answer, Uri from)
    {
        if (!answer.Headers.TryGetValues("Link", out var links)) return null;
        foreach (var link in links)
        {
            var (start, end) = (link.IndexOf('<'), link.IndexOf('>'));
            if (start < 0 || end < start || !link.Contains("next", StringComparison.OrdinalIgnoreCase)) continue;
            return Uri.TryCreate(from, link[(start + 1)..end], out var next) && next.Authority == from.Authority ? next : null;
        }

        return null;
    }

    /// <summary>As container tools do, a registry on the own machine is spoken to without TLS.</summary>
    private Uri Address(OciReference repository, string rest)
    {
        repository = OciReference.Parse(options.Map(repository.ToString()));
        var host = repository.Host == "docker.io" ? "registry-1.docker.io" : repository.Host;
        var scheme = options.PlainHttp || IsLoopback(host.StartsWith('[') ? host[..(host.IndexOf(']') + 1)] : host.Split(':')[0]) ? "http" : "https";
        return new Uri($"{scheme}://{host}/v2/{repository.Repository}/{rest}");
    }

    private static bool IsLoopback(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
