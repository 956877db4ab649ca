using Plumb.Git.Objects;

namespace Plumb.Git.Mirrors;

/// <summary>What readers see of a mirror; a fetch swaps the whole.</summary>
internal sealed record MirrorView(string GitDir, ReaderPool Readers, RefSnapshot Refs, DateTimeOffset FetchedAt);
