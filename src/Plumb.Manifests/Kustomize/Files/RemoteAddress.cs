using System.Text.RegularExpressions;

namespace Plumb.Manifests.Kustomize.Files;

/// <summary>
/// A folder of another Git repository, as <c>resources</c> name it: <c>https://host/org/repo//folder?ref=v1</c> and all the other
/// spellings that Kustomize takes for one (<c>git.NewRepoSpecFromURL</c>).
/// </summary>
/// <param name="Repository">Address to fetch from.</param>
/// <param name="Folder">Folder in it; empty for its root.</param>
/// <param name="Revision">Branch, tag or commit; empty for the default branch.</param>
/// <param name="Written">As it was written.</param>
public sealed partial record RemoteAddress(string Repository, string Folder, string Revision, string Written)
{
    private const string GitSuffix = ".git";
    private const string AzureDelimiter = "_git/";
    private static readonly string[] Schemes = ["ssh://", "https://", "http://", "file://"];

    /// <summary>The repository in words and in lists: without user name or password unless for ssh, and there without the password.</summary>
    public string Display => WithoutSecrets(Repository);

    /// <summary><see cref="Written"/> in words, without what is secret in it.</summary>
    public string Shown => WithoutSecrets(Written);

    /// <summary>Whether the repository is on this machine's disk.</summary>
    public bool IsLocal => Repository.StartsWith("file://", StringComparison.Ordinal);

    /// <summary>An address for messages: of <c>https</c> without the user, of <c>ssh</c> without the password.</summary>
    public static string WithoutSecrets(string address) => Secrets().Replace(address, static m => m.Groups["web"].Success
        ? m.Groups["web"].Value
        : m.Groups["ssh"].Value + "@");

    /// <summary>Whether a name is that of a file on a web server, which may also be a repository.</summary>
    public static bool IsWebAddress(string name) =>
        name.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || name.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a name; null when it is no address of a repository, but a path.</summary>
    public static RemoteAddress? Parse(string written)
    {
        if (written.StartsWith('/')) return null;
        var (name, query) = written.IndexOf('?', StringComparison.Ordinal) is var at and >= 0
            ? (written[..at], written[(at + 1)..])
            : (written, "");
        if (name.StartsWith("git::", StringComparison.OrdinalIgnoreCase)) name = name["git::".Length..];
        if (Host(name) is not var (host, rest)) return null;
        if (Split(rest, isFile: host.StartsWith("file://", StringComparison.Ordinal)) is not var (repository, folder)) return null;
        folder = folder.TrimStart('/');
        return new RemoteAddress(host + repository, folder.TrimEnd('/'), RevisionOf(query), written);
    }

    private static (string Host, string Path)? Host(string name)
    {
        var scheme = Array.Find(Schemes, s => name.StartsWith(s, StringComparison.OrdinalIgnoreCase)) ?? "";
        var rest = name[scheme.Length..];
        var user = User().Match(rest) is { Success: true } found ? found.Value : "";
        rest = rest[user.Length..];
        var isGitHub = rest.StartsWith("github.com/", StringComparison.OrdinalIgnoreCase)
            || rest.StartsWith("github.com:", StringComparison.OrdinalIgnoreCase);
        var mayBeScp = scheme.Length == 0 && (user.Length > 0 || isGitHub);
        if (scheme.Length == 0 && !mayBeScp) return null;
        if (scheme == "file://") return (scheme, user + rest);

        var separator = rest.IndexOf('/', StringComparison.Ordinal);
        var colon = rest.IndexOf(':', StringComparison.Ordinal);
        if (mayBeScp && (separator < 0 || (colon > 0 && colon < separator))) separator = colon;
        var host = separator < 0 ? rest : rest[..(separator + 1)];
        rest = separator < 0 ? "" : rest[(separator + 1)..];
        if (isGitHub)
        {
            (scheme, user, host) = scheme.StartsWith("ssh://", StringComparison.Ordinal) || user.Length > 0
                ? ("", user.Length > 0 ? user : "git@", "github.com:")
                : ("https://", "", "github.com/");
        }

        return host.Length == 0 ? null : (scheme + user + host, rest);
    }

    private static (string Repository, string Folder)? Split(string path, bool isFile)
    {
        if (path.IndexOf(AzureDelimiter, StringComparison.Ordinal) is var azure and >= 0)
        {
            var end = path.IndexOf('/', azure + AzureDelimiter.Length);
            return Checked(end < 0 ? path : path[..end], end < 0 ? "" : path[(end + 1)..]);
        }

        if (path.IndexOf("//", StringComparison.Ordinal) is var root and >= 0) return Checked(path[..root], path[(root + 2)..]);
        if (path.IndexOf(GitSuffix, StringComparison.Ordinal) is var git and >= 0)
            return Checked(path[..(git + GitSuffix.Length)], path[(git + GitSuffix.Length)..]);
        if (isFile) return Checked(path, "");
        var parts = path.Split('/');
        return parts.Length < 2 ? null : Checked(string.Join('/', parts[..2]), string.Join('/', parts[2..]));
    }

    private static (string Repository, string Folder)? Checked(string repository, string folder)
    {
        if (repository.Length == 0) return null;
        var depth = 0;
        foreach (var part in folder.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            depth += part switch { "." => 0, ".." => -1, _ => 1 };
            if (depth < 0) return null;
        }

        return (repository, folder);
    }

    private static string RevisionOf(string query)
    {
        var (version, reference) = ("", "");
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) continue;
            var value = Uri.UnescapeDataString(pair[(equals + 1)..].Replace('+', ' '));
            // The first of several counts.
            if (pair[..equals] == "version" && version.Length == 0) version = value;
            if (pair[..equals] == "ref" && reference.Length == 0) reference = value;
        }

        return reference.Length > 0 ? reference : version;
    }

    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9-]*@", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex User();

    [GeneratedRegex("(?<web>https?://)[^/?#]*@|(?<ssh>ssh://[^/?#:@]*):[^/?#]*@", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Secrets();
}
