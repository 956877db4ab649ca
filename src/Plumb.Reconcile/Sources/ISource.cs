using Plumb.Reconcile.Applications;

namespace Plumb.Reconcile.Sources;

/// <summary>Where desired state comes from: Git repositories, and repositories of Helm charts.</summary>
public interface ISource
{
    /// <summary>
    /// The commit that a source's <see cref="SourceSpec.TargetRevision"/> names, or the version of its chart. The first use of a
    /// repository clones it; later ones answer from the mirror, unless <paramref name="freshness"/> asks for a fetch.
    /// </summary>
    /// <exception cref="SourceException">Repository or revision cannot be had; the reason says why.</exception>
    Task<ResolvedRevision> ResolveAsync(SourceSpec source, Freshness freshness, CancellationToken ct);

    /// <summary>The tree of a commit, or of a chart's version, with an empty dependency record.</summary>
    /// <param name="source">The source.</param>
    /// <param name="commit">As <see cref="ResolveAsync"/> gave it.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="SourceException">The commit is not in the mirror, or the chart cannot be had.</exception>
    Task<ITree> OpenAsync(SourceSpec source, string commit, CancellationToken ct);

    /// <summary>Reports each repository whose refs moved, was force-pushed, or whose fetch failed or recovered; until cancelled.</summary>
    IAsyncEnumerable<RepositoryChange> WatchAsync(CancellationToken ct);

    /// <summary>Asks for an early fetch (webhook, refresh). Returns at once; many calls become one fetch.</summary>
    void Refresh(string repoUrl);
}

/// <summary>How new an answer must be.</summary>
public enum Freshness
{
    /// <summary>As of the last fetch.</summary>
    Mirror,

    /// <summary>Fetched after the call began.</summary>
    Remote,
}

/// <summary>A revision made definite.</summary>
/// <param name="Commit">Full commit id, lower-case hex; of a chart <c>version@sha256:digest</c>.</param>
/// <param name="Reference">The branch or tag it was found by; null for a commit id.</param>
/// <param name="FetchedAt">When the mirror was last fetched.</param>
public sealed record ResolvedRevision(string Commit, string? Reference, DateTimeOffset FetchedAt);

/// <summary>Something happened to a repository.</summary>
/// <param name="RepoUrl">As in the sources given to <see cref="ISource.ResolveAsync"/>.</param>
/// <param name="Kind">What.</param>
/// <param name="Message">In words, without credentials.</param>
public sealed record RepositoryChange(string RepoUrl, RepositoryChangeKind Kind, string Message);

/// <summary>What happened to a repository.</summary>
public enum RepositoryChangeKind
{
    /// <summary>A branch or tag moved, came or went.</summary>
    RefsMoved,

    /// <summary>A branch was force-pushed: its old head is no ancestor of the new one.</summary>
    ForcePushed,

    /// <summary>A fetch failed; reported once until it recovers or the reason changes.</summary>
    FetchFailed,

    /// <summary>Fetching works again.</summary>
    Recovered,
}
