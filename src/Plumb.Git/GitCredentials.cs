using Plumb.Git.Addresses;

namespace Plumb.Git;

/// <summary>How to sign in to the repositories whose address begins with a prefix.</summary>
public sealed record GitCredential
{
    /// <summary>Beginning of the addresses this is for, such as <c>https://git.example.com/team</c>; ends at a path separator.</summary>
    public required string UrlPrefix { get; init; }

    /// <summary>User name for http and https. Default: <c>git</c> when only a token is given.</summary>
    public string? Username { get; init; }

    /// <summary>Password or token for http and https; given to git through askpass only.</summary>
    public string? Password { get; init; }

    /// <summary>Private key file for ssh, without passphrase.</summary>
    public string? SshKeyFile { get; init; }

    /// <summary>File of accepted ssh host keys. A host that is not in it is refused.</summary>
    public string? KnownHostsFile { get; init; }

    /// <summary>File of certificate authorities for https, PEM; null for the system's.</summary>
    public string? CertificateAuthorityFile { get; init; }

    /// <summary>
    /// Whether the user's own git and ssh configuration (credential helpers, ssh agent, ~/.ssh) may be used. Default: false.
    /// </summary>
    public bool AllowSystemHelpers { get; init; }

    /// <summary>Without secrets, so that a stray log of this record shows none.</summary>
    public override string ToString() => $"credential for {RepositoryUrl.Redact(UrlPrefix)}";
}

/// <summary>The credentials of all repositories. Safe for concurrent use; <see cref="Replace"/> swaps the whole set.</summary>
public sealed class GitCredentials
{
    private volatile GitCredential[] _all;

    /// <summary>A set of credentials; the longest matching prefix counts.</summary>
    public GitCredentials(IEnumerable<GitCredential> all) => _all = Sort(all);

    /// <summary>No credentials: only public repositories and local paths.</summary>
    public static GitCredentials None => new([]);

    /// <summary>Only what git and ssh of the current user are set up for.</summary>
    public static GitCredentials OfCurrentUser => new([new GitCredential { UrlPrefix = "", AllowSystemHelpers = true }]);

    /// <summary>Takes a new set; the next fetch uses it.</summary>
    public void Replace(IEnumerable<GitCredential> all) => _all = Sort(all);

    internal GitCredential? Find(RepositoryUrl url) => Array.Find(_all, c => url.IsUnder(c.UrlPrefix));

    private static GitCredential[] Sort(IEnumerable<GitCredential> all) =>
        [.. all.OrderByDescending(c => c.UrlPrefix.Length)];
}
