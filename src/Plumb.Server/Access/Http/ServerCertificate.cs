using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Plumb.Server.Access.Http;

/// <summary>
/// Certificate, key and chain for https. Their files are read again now and then, so that one that was renewed is used without a restart; while
/// they do not go together, as between the writing of the one and of the other, the one before stays.
/// </summary>
public sealed partial class ServerCertificate
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly string _certificate;
    private readonly string _key;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private byte[] _digest; // of the files as read last; guarded by _gate
    private long _looked; // guarded by _gate
    private SslStreamCertificateContext _current; // guarded by _gate

    /// <summary>Reads the files.</summary>
    /// <exception cref="IOException">They cannot be read, or do not belong together.</exception>
    public ServerCertificate(string certificate, string key, TimeProvider time, ILogger<ServerCertificate> log)
    {
        (_certificate, _key, _time, _log) = (certificate, key, time, log);
        try
        {
            var (pem, keyPem) = ReadFiles();
            (_current, _digest) = (Context(pem, keyPem), Digest(pem, keyPem));
        }
        catch (Exception e) when (IsOfFiles(e))
        {
            throw new IOException(Unusable(e) + ". Give the certificate and its unencrypted key as PEM", e);
        }

        _looked = time.GetTimestamp();
    }

    /// <summary>What a connection that begins now is answered with.</summary>
    public SslServerAuthenticationOptions Now()
    {
        lock (_gate)
        {
            if (_time.GetElapsedTime(_looked) >= Interval) Look();
            return new SslServerAuthenticationOptions { ServerCertificateContext = _current };
        }
    }

    private void Look()
    {
        _looked = _time.GetTimestamp();
        try
        {
            var (pem, keyPem) = ReadFiles();
            var digest = Digest(pem, keyPem);
            if (digest.AsSpan().SequenceEqual(_digest)) return;
            (_current, _digest) = (Context(pem, keyPem), digest);
            LogRenewed(_certificate, _current.TargetCertificate.NotAfter.ToUniversalTime());
        }
        catch (Exception e) when (IsOfFiles(e))
        {
            LogUnusable(Unusable(e));
        }
    }

    private (string Certificate, string Key) ReadFiles() => (File.ReadAllText(_certificate), File.ReadAllText(_key));

    private static SslStreamCertificateContext Context(string certificate, string key)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificate);
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(certificate, key), chain, offline: true);
    }

    private static byte[] Digest(string certificate, string key) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(certificate + "\0" + key));

    private static bool IsOfFiles(Exception e) => e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;

    private string Unusable(Exception e) => $"the certificate {_certificate} with the key {_key} cannot be used: {e.Message.TrimEnd('.')}";

    [LoggerMessage(LogLevel.Information, "https: the certificate {File} was renewed; this one ends {NotAfter:u}")]
    private partial void LogRenewed(string file, DateTime notAfter);

    [LoggerMessage(LogLevel.Error, "https: {Problem}; the one before is used until they can")]
    private partial void LogUnusable(string problem);
}
