using System.Security.Cryptography;
using System.Text;
using Plumb.Reconcile.Applications;

namespace Plumb.Server.Composition;

/// <summary>
/// Where everything begins: a repository, a path in it, and a revision, written <c>GITURL[//path][@revision]</c>. The <c>//</c> of
/// <c>https://</c> and the <c>@</c> of <c>git@host:path</c> are no separators; a revision never holds <c>:</c>.
/// </summary>
/// <param name="RepoUrl">Repository.</param>
/// <param name="Path">Path inside it; empty is its root.</param>
/// <param name="Revision">Branch, tag, semver range or commit; <c>HEAD</c> when not given.</param>
public sealed record RootAddress(string RepoUrl, string Path, string Revision)
{
    /// <summary>Reads the address.</summary>
    /// <exception cref="FormatException">Not of that form.</exception>
    public static RootAddress Parse(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var start = scheme < 0 ? 0 : scheme + 3;
        var rest = text[start..];
        var revision = "HEAD";
        var at = rest.LastIndexOf('@');

        // git@host:path and user:token@host: what stands before this @ is a user, not a repository.
        if (at > 0 && rest[(at + 1)..] is { Length: > 0 } candidate && !candidate.Contains(':') && (rest[..at].Contains('/') || (scheme < 0 && !candidate.Contains('/'))))
        {
            revision = candidate;
            rest = rest[..at];
        }

        var path = "";
        var separator = rest.IndexOf("//", scheme < 0 && rest.StartsWith("//", StringComparison.Ordinal) ? 2 : 0, StringComparison.Ordinal);
        if (separator >= 0)
        {
            path = rest[(separator + 2)..].Trim('/');
            rest = rest[..separator];
        }

        if (rest.Length == 0) throw new FormatException($"\"{text}\" names no repository; write GITURL[//path][@revision]");
        return new RootAddress(text[..start] + rest, path, revision);
    }

    /// <summary>
    /// The application that renders this path with everything below it, pruned and healed: what it holds of applications and projects is
    /// registered, anything else goes to <c>in-cluster</c>.
    /// </summary>
    public ApplicationSpec ToApplication(string name) => new()
    {
        Name = name,
        Sources = [new SourceSpec { RepoUrl = RepoUrl, Path = Path, TargetRevision = Revision, Directory = new DirectorySpec(Recurse: true) }],
        SyncPolicy = new SyncPolicySpec { Automated = new AutomatedSpec(Prune: true, SelfHeal: true) },
        Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}\n{RepoUrl}\n{Path}\n{Revision}"))),
    };
}
