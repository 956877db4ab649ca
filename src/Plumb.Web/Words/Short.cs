namespace Plumb.Web.Words;

/// <summary>Long things said shortly.</summary>
internal static class Short
{
    /// <summary>The first eight characters of a commit; versions and other names as they are.</summary>
    public static string Commit(string revision) =>
        revision.Length >= 40 && revision.All(char.IsAsciiHexDigitLower) ? revision[..8] : revision;

    /// <summary>A repository's address without scheme, user and <c>.git</c>.</summary>
    public static string Repository(string address)
    {
        var start = address.IndexOf("://", StringComparison.Ordinal);
        var rest = start < 0 ? address : address[(start + 3)..];
        var at = rest.IndexOf('@', StringComparison.Ordinal);
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (at >= 0 && (slash < 0 || at < slash))
        {
            rest = rest[(at + 1)..];
        }

        return rest.EndsWith(".git", StringComparison.Ordinal) ? rest[..^4] : rest;
    }

    /// <summary><c>1 resource</c>, <c>5 resources</c>.</summary>
    public static string Count(int count, string one, string? many = null) => $"{count:N0} {(count == 1 ? one : many ?? one + "s")}";
}
