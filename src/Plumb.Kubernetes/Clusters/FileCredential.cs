using System.Net.Http.Headers;

namespace Plumb.Kubernetes.Clusters;

/// <summary>
/// A token or client certificate in files that somebody else replaces (a projected service account token, a certificate manager). They are
/// looked at again every ten seconds and whenever the server refuses what we have.
/// </summary>
internal sealed class FileCredential(ClusterAccess access, TimeProvider time) : Credential
{
    private const int MaxBytes = 1024 * 1024;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new(); // guards all below
    private Presented? _presented;
    private string _stamp = "";
    private long _lookedAt;

    public override ValueTask<Presented> GetAsync(CancellationToken ct)
    {
        lock (_lock)
        {
            if (_presented is { } known && time.GetElapsedTime(_lookedAt) < Interval) return ValueTask.FromResult(known);
            return ValueTask.FromResult(LookLocked());
        }
    }

    public override ValueTask<bool> RenewAsync(Presented refused, CancellationToken ct)
    {
        lock (_lock) return ValueTask.FromResult(!ReferenceEquals(LookLocked(), refused));
    }

    private Presented LookLocked()
    {
        var stamp = Stamp(access.TokenFile) + Stamp(access.ClientCertificateFiles?.Certificate) + Stamp(access.ClientCertificateFiles?.Key);
        _lookedAt = time.GetTimestamp();
        if (_presented is not null && stamp == _stamp) return _presented;
        try
        {
            var header = access.TokenFile is { } file ? Token(file) : Header(access);
            var certificate = access.ClientCertificateFiles is { } files ? new PemPair(Read(files.Certificate), Read(files.Key)) : access.ClientCertificate;
            (_presented, _stamp) = (new Presented(header, certificate), stamp);
        }
        catch (CredentialException) when (_presented is not null)
        {
            // Caught in the middle of a replacement: what we have may still be good, and the next look comes soon.
        }

        return _presented!;
    }

    private static AuthenticationHeaderValue Token(string file) =>
        Read(file).Trim() is { Length: > 0 } token ? Bearer(token) : throw new CredentialException($"the token file {file} is empty");

    private static string Read(string file)
    {
        try
        {
            var info = new FileInfo(file);
            if (info.Exists && info.Length > MaxBytes) throw new CredentialException($"the file {file} is larger than {MaxBytes} bytes: it holds no credentials");
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CredentialException($"the credentials in {file} cannot be read: {e.Message}", e);
        }
    }

    private static string Stamp(string? file)
    {
        if (file is null) return "";
        var info = new FileInfo(file);
        // Projected volumes swap a link: the time of what it leads to counts.
        var target = info.Exists ? info.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? info : info;
        return target.Exists ? $"{target.FullName} {target.LastWriteTimeUtc.Ticks} {target.Length}\n" : "-\n";
    }
}
