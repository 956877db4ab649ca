using System.Text.RegularExpressions;
using Plumb.Reconcile.Sources;

namespace Plumb.Git.Addresses;

/// <summary>
/// A repository's address, taken apart: https, http, ssh (also <c>user@host:path</c>), file, or a plain path. Credentials in it are kept
/// apart and shown by no member but <see cref="Password"/>.
/// </summary>
public sealed partial record RepositoryUrl
{
    private RepositoryUrl()
    {
    }

    /// <summary><c>https</c>, <c>http</c>, <c>ssh</c> or <c>file</c>.</summary>
    public required string Scheme { get; init; }

    /// <summary>Lower-case host, with brackets for IPv6; empty for <c>file</c>.</summary>
    public required string Host { get; init; }

    /// <summary>Port when given and not the scheme's own.</summary>
    public int? Port { get; init; }

    /// <summary>User name when given.</summary>
    public string? User { get; init; }

    /// <summary>Path as given, without trailing slashes; absolute for <c>file</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The address as git is given it and as people see it: without password, and without user name unless for ssh.</summary>
    public required string Display { get; init; }

    /// <summary>Password in the address when given. Never for a log.</summary>
    internal string? Password { get; init; }

    /// <summary>Whether the repository is on this machine's disk.</summary>
    public bool IsLocal => Scheme == "file";

    /// <summary>
    /// What different forms of one repository's address share (host and path without <c>.git</c>, whatever scheme, user, port and case),
    /// so that a webhook's address finds the repository. Different repositories may share it; never use it to grant anything.
    /// </summary>
    public string MatchKey => (Host + "/" + WithoutSuffix(Path).Trim('/')).ToLowerInvariant();

    /// <summary>What makes two addresses the same repository fetched in the same way.</summary>
    internal string Identity => WithoutSuffix(Display) + (Scheme == "ssh" || User is null ? "" : "#" + User) + "\n" + Password;

    /// <inheritdoc/>
    public override string ToString() => Display;

    /// <summary>Takes an address apart.</summary>
    /// <exception cref="SourceException">Not an address that Plumb fetches from.</exception>
    public static RepositoryUrl Parse(string text)
    {
        var trimmed = text?.Trim() ?? "";
        if (trimmed.Length == 0) throw Refused(trimmed, "it is empty");
        if (trimmed.AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0 || trimmed.Contains('\x7f')) throw Refused(trimmed, "it has control characters");
        if (trimmed[0] == '-') throw Refused(trimmed, "it starts with \"-\"");

        var sep = trimmed.IndexOf("://", StringComparison.Ordinal);
        if (sep > 0) return ParseUrl(trimmed, trimmed[..sep].ToLowerInvariant(), trimmed[(sep + 3)..]);
        if (trimmed.Contains("::", StringComparison.Ordinal)) throw Refused(trimmed, "remote helpers are not allowed");
        var colon = trimmed.IndexOf(':');
        var slash = trimmed.IndexOf('/');
        return colon > 0 && (slash < 0 || colon < slash) ? ParseScp(trimmed, colon) : ParsePath(trimmed, trimmed);
    }

    /// <summary>Like <see cref="Parse"/>, but null for what is no address.</summary>
    public static RepositoryUrl? TryParse(string text)
    {
        try
        {
            return Parse(text);
        }
        catch (SourceException)
        {
            return null;
        }
    }

    /// <summary>A text with the user information of every address in it removed.</summary>
    public static string Redact(string text) => UserInfo().Replace(text, "://***@");

    /// <summary>An address relative to this one, as <c>.gitmodules</c> has them (<c>../other.git</c>); else the address as it is.</summary>
    /// <exception cref="SourceException">It goes above this repository's host or root, or is not an address.</exception>
    internal RepositoryUrl Resolve(string relative)
    {
        if (!relative.StartsWith("./", StringComparison.Ordinal) && !relative.StartsWith("../", StringComparison.Ordinal))
            return Parse(relative);
        var parts = Path.Split('/', StringSplitOptions.RemoveEmptyEntries).ToList();
        foreach (var part in relative.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".") continue;
            if (part != "..")
            {
                parts.Add(part);
                continue;
            }
            if (parts.Count == 0) throw Refused(relative, $"it goes above {Display}");
            parts.RemoveAt(parts.Count - 1);
        }
        var path = string.Join('/', parts);
        if (IsLocal) return Parse("/" + path);
        if (Scheme == "ssh" && !Display.Contains("://", StringComparison.Ordinal))
            return Parse($"{(User is null ? "" : User + "@")}{Host}:{(Path.StartsWith('/') ? "/" : "")}{path}");
        var resolved = Parse($"{Scheme}://{(Scheme == "ssh" && User is not null ? User + "@" : "")}{Host}{(Port is { } p ? ":" + p : "")}/{path}");
        return resolved with { User = User, Password = Password };
    }

    /// <summary>Whether the address begins with a prefix that ends at a path separator. The empty prefix holds all.</summary>
    internal bool IsUnder(string prefix) => prefix.Length == 0 || RestAfter(prefix) is not null;

    /// <summary>What follows a prefix that ends at a path separator; null when this address does not begin with it.</summary>
    internal string? RestAfter(string prefix)
    {
        var from = prefix.Contains("://", StringComparison.Ordinal) || !prefix.Contains('@')
            ? TryParse(prefix)?.Display ?? prefix
            : prefix;
        from = from.TrimEnd('/');
        if (WithoutSuffix(Display).Equals(WithoutSuffix(from), StringComparison.Ordinal)) return "";
        if (!Display.StartsWith(from, StringComparison.Ordinal) || Display.Length <= from.Length) return null;
        var boundary = Display[from.Length];
        return boundary is '/' || (boundary == ':' && !from.Contains("://", StringComparison.Ordinal))
            ? Display[(from.Length + 1)..].TrimStart('/')
            : null;
    }

    private static RepositoryUrl ParseUrl(string text, string scheme, string rest)
    {
        if (scheme == "file")
        {
            if (rest.StartsWith("localhost/", StringComparison.OrdinalIgnoreCase)) rest = rest["localhost".Length..];
            if (!rest.StartsWith('/')) throw Refused(text, "a file address needs an absolute path");
            return ParsePath(text, Uri.UnescapeDataString(rest)) with { Display = "file://" + rest.TrimEnd('/') };
        }
        if (scheme is "git+ssh" or "ssh+git") scheme = "ssh";
        if (scheme is not ("https" or "http" or "ssh")) throw Refused(text, $"\"{scheme}\" is not one of https, http, ssh, file");

        var slash = rest.IndexOf('/');
        if (slash < 0) throw Refused(text, "it has no path");
        var authority = rest[..slash];
        var path = rest[slash..].TrimEnd('/');
        if (path.Length == 0) throw Refused(text, "it has no path");
        string? user = null, password = null;
        var at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            var info = authority[..at];
            authority = authority[(at + 1)..];
            var sep = info.IndexOf(':');
            user = Uri.UnescapeDataString(sep < 0 ? info : info[..sep]);
            password = sep < 0 ? null : Uri.UnescapeDataString(info[(sep + 1)..]);
        }
        var (host, port) = SplitPort(text, authority);
        if (port == (scheme switch { "https" => 443, "http" => 80, _ => 22 })) port = null;
        CheckNames(text, host, user);
        var shownUser = scheme == "ssh" && !string.IsNullOrEmpty(user) ? Uri.EscapeDataString(user) + "@" : "";
        return new RepositoryUrl
        {
            Scheme = scheme,
            Host = host,
            Port = port,
            User = string.IsNullOrEmpty(user) ? null : user,
            Password = string.IsNullOrEmpty(password) ? null : password,
            Path = path,
            Display = $"{scheme}://{shownUser}{host}{(port is { } p ? ":" + p : "")}{path}",
        };
    }

    private static RepositoryUrl ParseScp(string text, int colon)
    {
        var authority = text[..colon];
        var path = text[(colon + 1)..].TrimEnd('/');
        if (path.Length == 0) throw Refused(text, "it has no path");
        var at = authority.LastIndexOf('@');
        var user = at >= 0 ? authority[..at] : null;
        var host = authority[(at + 1)..].ToLowerInvariant();
        CheckNames(text, host, user);
        if (path[0] == '-') throw Refused(text, "its path starts with \"-\"");
        return new RepositoryUrl
        {
            Scheme = "ssh",
            Host = host,
            User = user,
            Path = path,
            Display = $"{(user is null ? "" : user + "@")}{host}:{path}",
        };
    }

    private static RepositoryUrl ParsePath(string text, string path)
    {
        if (path.Contains('\0')) throw Refused(text, "it has control characters");
        var full = System.IO.Path.GetFullPath(path).TrimEnd('/');
        if (full.Length == 0) throw Refused(text, "the root folder is no repository");
        return new RepositoryUrl { Scheme = "file", Host = "", Path = full, Display = full };
    }

    private static (string Host, int? Port) SplitPort(string text, string authority)
    {
        var colon = authority.LastIndexOf(':');
        if (colon < 0 || authority.EndsWith(']')) return (authority.ToLowerInvariant(), null);
        var digits = authority[(colon + 1)..];
        if (digits.Length == 0) return (authority[..colon].ToLowerInvariant(), null);
        if (!ushort.TryParse(digits, System.Globalization.NumberStyles.None, null, out var port)) throw Refused(text, "its port is no number");
        return (authority[..colon].ToLowerInvariant(), port);
    }

    private static void CheckNames(string text, string host, string? user)
    {
        if (!HostName().IsMatch(host)) throw Refused(text, "its host is not valid");
        // A user name is the start of an ssh argument: one that begins with "-" would be read as an option.
        if (user is { Length: > 0 } && (user[0] == '-' || user.AsSpan().IndexOfAny(" \t\r\n\0") >= 0))
            throw Refused(text, "its user name is not valid");
    }

    private static string WithoutSuffix(string text) => text.EndsWith(".git", StringComparison.Ordinal) ? text[..^4].TrimEnd('/') : text;

    private static SourceException Refused(string text, string why) =>
        new(SourceFault.RepositoryNotFound, $"repository address \"{Redact(text)}\" cannot be used: {why}");

    [GeneratedRegex(@"://[^/\s""']*@")]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"^(\[[0-9a-f:.%]+\]|[a-z0-9_]([a-z0-9._-]*[a-z0-9_.])?)$")]
    private static partial Regex HostName();
}
