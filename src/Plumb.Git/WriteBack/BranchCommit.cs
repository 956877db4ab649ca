namespace Plumb.Git.WriteBack;

/// <summary>A commit to be written on top of a branch.</summary>
public sealed record BranchCommit
{
    /// <summary>Name of the branch, without <c>refs/heads/</c>.</summary>
    public required string Branch { get; init; }

    /// <summary>Full id of the commit that it follows; when the branch is elsewhere by then, nothing is written.</summary>
    public required string Parent { get; init; }

    /// <summary>Files to set, by path; null takes one away. Their content is already in the repository.</summary>
    public required IReadOnlyDictionary<string, FileVersion?> Files { get; init; }

    /// <summary>Message.</summary>
    public required string Message { get; init; }

    /// <summary>Name of who wants it.</summary>
    public required string Author { get; init; }

    /// <summary>Their address.</summary>
    public required string AuthorEmail { get; init; }
}
