using System.Net;

namespace Plumb.Server.Access;

/// <summary>Who may come in, and how.</summary>
public sealed record AccessOptions
{
    /// <summary>Whether one must sign in. Null, the default: when the server listens on more than loopback. Off is allowed on loopback only.</summary>
    public bool? SignIn { get; init; }

    /// <summary>
    /// Address at which people reach the server, such as <c>https://plumb.example.com</c>; other host names are refused. Null: the address it
    /// listens on.
    /// </summary>
    public Uri? Url { get; init; }

    /// <summary>The policy: CSV, or an <c>argocd-rbac-cm</c> ConfigMap. Reread when it changes. Null: only what is built in.</summary>
    public string? PolicyFile { get; init; }

    /// <summary>File whose content is the first password of <c>admin</c>. Null: one is made up and printed once.</summary>
    public string? AdminPasswordFile { get; init; }

    /// <summary>The identity provider; null: local accounts only.</summary>
    public OpenId.OpenIdOptions? OpenId { get; init; }

    /// <summary>Networks whose proxies may say for whom they forward. Empty, the default: such headers are ignored.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Certificate to serve https with, PEM, with its chain. Null: plain http.</summary>
    public string? TlsCertificate { get; init; }

    /// <summary>Its private key, PEM.</summary>
    public string? TlsKey { get; init; }

    /// <summary>Allows plain http on more than loopback without a trusted proxy: passwords then travel readable. Default: false.</summary>
    public bool InsecureHttp { get; init; }

    /// <summary>Longest time a session may be unused. Default: 12 hours. Must be positive.</summary>
    public TimeSpan SessionIdle { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Longest life of a session. Default: 7 days. At least <see cref="SessionIdle"/>.</summary>
    public TimeSpan SessionLife { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Entries of the audit trail older than this are dropped. Default: 400 days. Must be positive.</summary>
    public TimeSpan AuditAge { get; init; } = TimeSpan.FromDays(400);

    /// <summary>At most this many entries are kept. Default: 1,000,000. At least 1,000.</summary>
    public int AuditCount { get; init; } = 1_000_000;

    /// <summary>
    /// Rounds of PBKDF2 (HMAC-SHA512) for passwords. Default: 400,000, about twice what OWASP asks for. At least 100,000. When it grows, each
    /// password is hashed anew at its next sign-in.
    /// </summary>
    public int PasswordRounds { get; init; } = 400_000;

    /// <summary>Requests that one caller or address may make at once and on average within ten seconds. Default: 1,000. At least 10.</summary>
    public int RequestsPerTenSeconds { get; init; } = 1_000;
}
