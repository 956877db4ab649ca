namespace Plumb.Git;

/// <summary>How a repository in use is.</summary>
/// <param name="Urls">The addresses by which it is used, without credentials.</param>
/// <param name="FetchedAt">When it was last fetched; null when it never was.</param>
/// <param name="Fault">Why the last fetch failed; null when it did not.</param>
public sealed record RepositoryStatus(IReadOnlyList<string> Urls, DateTimeOffset? FetchedAt, string? Fault);
