namespace Plumb.Git.WriteBack;

/// <summary>A file in a commit.</summary>
/// <param name="ObjectId">Git object id of its content, lower-case hex.</param>
/// <param name="Mode">Git's mode: <c>100644</c>, <c>100755</c>, or <c>120000</c> for a link.</param>
public sealed record FileVersion(string ObjectId, string Mode);

/// <summary>A file that two commits hold differently.</summary>
/// <param name="Path">Path from the root.</param>
/// <param name="Before">In the first; null when it is not there.</param>
/// <param name="After">In the second; null when it is not there.</param>
public sealed record FileDifference(string Path, FileVersion? Before, FileVersion? After);
