namespace Plumb.Charts;

/// <summary>A version of a chart that a repository offers.</summary>
/// <param name="Version">As the repository says it.</param>
/// <param name="Digest">SHA-256 of the archive, or of the manifest in a registry, lower-case hex; null when the repository does not say.</param>
/// <param name="Addresses">Where the archive is.</param>
internal sealed record ChartVersion(string Version, string? Digest, IReadOnlyList<string> Addresses);
