using System.Net;
using Plumb.Charts.Credentials;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Http;

/// <summary>A file of a web server.</summary>
/// <param name="Content">What it holds.</param>
/// <param name="Digest"><c>sha256:</c> and its digest.</param>
internal sealed record WebFile(ReadOnlyMemory<byte> Content, string Digest);

/// <summary>
/// Files of web servers that kustomizations name. Nobody is told when one changes: it is asked for again when what is known of it is
/// older than a poll. No credentials are sent.
/// </summary>
internal sealed class WebFiles(Fetcher fetcher, ChartOptions options, TimeProvider time)
{
    private const int Remembered = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (WebFile File, string? Tag, DateTimeOffset At)> _last = new(StringComparer.Ordinal);

    /// <summary>Whether they are fetched at all.</summary>
    public bool AreAllowed => options.AllowWebFiles;

    /// <summary>Why one is not read.</summary>
    public static SourceException Refused(string address) => new(SourceFault.PathRefused,
        $"'{RemoteAddress.WithoutSecrets(address)}' is a file of a web server, which may hold something else tomorrow without a commit: commit the "
        + "file, or take it from its Git repository (https://host/org/repo//folder?ref=…), or start Plumb with --allow-web-files");

    /// <summary>The file as it is now, or was a poll ago; as it was last when its server is away.</summary>
    /// <exception cref="SourceException">It cannot be had.</exception>
    public async Task<WebFile> GetAsync(string address, CancellationToken ct)
    {
        (WebFile File, string? Tag, DateTimeOffset At) known;
        lock (_gate) _last.TryGetValue(address, out known);
        var now = time.GetUtcNow();
        if (known.File is not null && now - known.At < options.PollInterval) return known.File;
        try
        {
            var answer = await fetcher.GetAsync(RequestFor(address, known.Tag), ChartCredential.Anonymous, ct);
            switch (answer.Status)
            {
                case HttpStatusCode.NotModified when known.File is not null:
                    Remember(address, known.File, known.Tag, now);
                    return known.File;
                case HttpStatusCode.OK:
                    var file = new WebFile(answer.Body, $"sha256:{ArchiveStore.Digest(answer.Body)}");
                    Remember(address, file, answer.Headers.ETag?.ToString(), now);
                    return file;
                default:
                    throw new SourceException(
                        answer.Status == HttpStatusCode.Unauthorized ? SourceFault.Authentication : SourceFault.PathNotFound,
                        $"{RemoteAddress.WithoutSecrets(address)}: {answer.Address.Host} answered {(int)answer.Status}; no credentials are sent for such files");
            }
        }
        catch (SourceException fault) when (fault.Fault == SourceFault.Unreachable && known.File is not null)
        {
            return known.File;
        }
    }

    private FetchRequest RequestFor(string address, string? tag)
    {
        if (!Uri.TryCreate(options.Map(RemoteAddress.WithoutSecrets(address)), UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http"))
            throw new SourceException(SourceFault.PathRefused, $"\"{RemoteAddress.WithoutSecrets(address)}\" is no address of a file of a web server");
        return new FetchRequest(uri, RemoteAddress.WithoutSecrets(address), options.MaxWebFileBytes) { KnownTag = tag };
    }

    private void Remember(string address, WebFile file, string? tag, DateTimeOffset at)
    {
        lock (_gate)
        {
            _last[address] = (file, tag, at);
            if (_last.Count > Remembered) _last.Remove(_last.MinBy(l => l.Value.At).Key);
        }
    }
}
