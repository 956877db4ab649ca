using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Plumb.Kubernetes.Clusters;

/// <summary>
/// How to reach one cluster and who to be there, whatever it was read from. It may hold credentials: never log it, never show more of it
/// than <see cref="ToString"/> does.
/// </summary>
public sealed record ClusterAccess
{
    /// <summary>The API server's address, without a slash at the end.</summary>
    public required Uri Server { get; init; }

    /// <summary>Certificates (PEM) that the server's certificate must come from; null: those of the machine.</summary>
    public string? Authority { get; init; }

    /// <summary>Do not check the server's certificate. Default: false.</summary>
    public bool Insecure { get; init; }

    /// <summary>Name to ask for and to find in the server's certificate; empty: that of the address.</summary>
    public string ServerName { get; init; } = "";

    /// <summary>Proxy (http, https, socks5) for all requests; null: what the environment says, and none for loopback addresses.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Client certificate: its text. Null: none.</summary>
    public PemPair? ClientCertificate { get; init; }

    /// <summary>Client certificate: its two files, read again when they change. Null: none.</summary>
    public PemFiles? ClientCertificateFiles { get; init; }

    /// <summary>Bearer token; null: none. <see cref="TokenFile"/> comes before it, as in kubectl.</summary>
    public string? Token { get; init; }

    /// <summary>File with the bearer token, read again when it changes; null: none.</summary>
    public string? TokenFile { get; init; }

    /// <summary>User for basic authentication; empty: none.</summary>
    public string Username { get; init; } = "";

    /// <summary>Its password.</summary>
    public string Password { get; init; } = "";

    /// <summary>Program that makes the credentials; null: none.</summary>
    public ExecPlugin? Exec { get; init; }

    /// <summary>User to act as in every request (kubectl's <c>--as</c>); null: ourselves.</summary>
    public Impersonation? Impersonate { get; init; }

    /// <summary>Changes when anything of it does. One-way: holds no credentials.</summary>
    public string Digest => _digest ??= Hash();

    /// <summary>The address.</summary>
    public string Address => Server.OriginalString.TrimEnd('/');

    /// <summary>How it shows who it is, in words: <c>a token</c>, <c>the program aws</c>; <c>nothing</c> without credentials.</summary>
    public string Credentials
    {
        get
        {
            List<string> all = [];
            if (ClientCertificate is not null || ClientCertificateFiles is not null) all.Add("a client certificate");
            if (Token is not null || TokenFile is not null) all.Add("a token");
            if (Username.Length > 0) all.Add("a user and password");
            if (Exec is { } exec) all.Add($"the program {exec.Command}");
            return all.Count > 0 ? string.Join(" and ", all) : "nothing";
        }
    }

    private string? _digest;

    /// <summary>The address only.</summary>
    public override string ToString() => Address;

    private string Hash()
    {
        var text = new StringBuilder();
        foreach (var part in Parts()) text.Append(CultureInfo.InvariantCulture, $"{part?.Length ?? -1}:{part}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private IEnumerable<string?> Parts()
    {
        yield return Address;
        yield return Authority;
        yield return Insecure ? "insecure" : null;
        yield return ServerName;
        yield return Proxy?.OriginalString;
        yield return ClientCertificate?.Certificate;
        yield return ClientCertificate?.Key;
        yield return ClientCertificateFiles?.Certificate;
        yield return ClientCertificateFiles?.Key;
        yield return Token;
        yield return TokenFile;
        yield return Username;
        yield return Password;
        yield return Impersonate?.User;
        foreach (var group in Impersonate?.Groups ?? []) yield return group;
        yield return Exec?.Command;
        foreach (var argument in Exec?.Arguments ?? []) yield return argument;
        yield return Exec?.ApiVersion;
        yield return Exec?.ClusterInfo;
        foreach (var (name, value) in Exec?.Environment ?? []) yield return $"{name}={value}";
    }
}

/// <summary>A certificate and its key, as PEM.</summary>
/// <param name="Certificate">The certificate, and those between it and the authority.</param>
/// <param name="Key">Its private key.</param>
public sealed record PemPair(string Certificate, string Key)
{
    /// <summary>Says nothing: the key is a secret.</summary>
    public override string ToString() => nameof(PemPair);
}

/// <summary>Where a certificate and its key are.</summary>
/// <param name="Certificate">Path of the certificate.</param>
/// <param name="Key">Path of the key.</param>
public sealed record PemFiles(string Certificate, string Key);

/// <summary>Whom requests act as, by the API server's impersonation headers.</summary>
/// <param name="User">Such as <c>system:serviceaccount:shop:deployer</c>.</param>
/// <param name="Groups">Groups to be in. The server adds those of a service account itself only when none is given.</param>
public sealed record Impersonation(string User, IReadOnlyList<string> Groups)
{
    /// <summary>
    /// A user with the groups that the API server gives it: those of a service account it adds itself when none is asked for, and asking for
    /// groups would need a right to impersonate groups, which Argo CD's installations do not have.
    /// </summary>
    public static Impersonation Of(string user) => new(user, []);
}
