using Plumb.Reconcile.Applications;

namespace Plumb.Charts.Bases;

/// <summary>The kustomization whose bases are asked for.</summary>
/// <param name="Path">Its folder in the tree.</param>
/// <param name="Changes">What an application adds to it; null for nothing.</param>
public sealed record BaseRequest(string Path, KustomizeSpec? Changes = null)
{
    /// <summary>
    /// Whether the tree is of this machine's disk: only then <c>file://</c> names a repository. Else any repository could have Plumb read
    /// the disk of the machine that it runs on.
    /// </summary>
    public bool IsLocal { get; init; }

    /// <summary>Whether charts are fetched too. Default: true.</summary>
    public bool WithCharts { get; init; } = true;

    /// <summary>That of a source of an application.</summary>
    public static BaseRequest Of(SourceSpec source) => new(source.Path, source.Kustomize) { IsLocal = IsFolder(source.RepoUrl.Trim()) };

    /// <summary>A path, or <c>file://</c>; neither <c>https://…</c> nor <c>user@host:path</c>.</summary>
    private static bool IsFolder(string repoUrl)
    {
        if (repoUrl.Contains("://", StringComparison.Ordinal)) return repoUrl.StartsWith("file://", StringComparison.OrdinalIgnoreCase);
        var colon = repoUrl.IndexOf(':', StringComparison.Ordinal);
        var slash = repoUrl.IndexOf('/', StringComparison.Ordinal);
        return colon <= 0 || (slash >= 0 && slash < colon);
    }
}
