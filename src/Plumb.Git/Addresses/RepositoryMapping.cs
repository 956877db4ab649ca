using Plumb.Reconcile.Sources;

namespace Plumb.Git.Addresses;

/// <summary>
/// Addresses that begin with <paramref name="From"/> are fetched from <paramref name="To"/> with the rest of the address appended.
/// What people see stays the original address.
/// </summary>
/// <param name="From">A whole repository address (with or without <c>.git</c>) or a prefix that ends at a slash.</param>
/// <param name="To">An address or path of the same sort.</param>
public sealed record RepositoryMapping(string From, string To)
{
    /// <summary>Reads <c>FROM=TO</c>. FROM may hold <c>=</c> only if TO does not.</summary>
    /// <exception cref="FormatException">Not of that form.</exception>
    public static RepositoryMapping Parse(string text)
    {
        var at = text.LastIndexOf('=');
        if (at <= 0 || at == text.Length - 1)
            throw new FormatException($"repository map \"{RepositoryUrl.Redact(text)}\": expected FROM=TO");
        return new RepositoryMapping(text[..at], text[(at + 1)..]);
    }

    /// <summary>Where a repository is fetched from: the address itself unless the map has a match.</summary>
    /// <exception cref="SourceException">The mapped address is not one.</exception>
    internal static RepositoryUrl Apply(IReadOnlyList<RepositoryMapping> map, RepositoryUrl url)
    {
        foreach (var mapping in map.OrderByDescending(m => m.From.Length))
        {
            if (url.RestAfter(mapping.From) is not { } rest) continue;
            var to = rest.Length == 0 ? mapping.To : mapping.To.TrimEnd('/') + "/" + rest;
            return RepositoryUrl.Parse(to);
        }
        return url;
    }
}
