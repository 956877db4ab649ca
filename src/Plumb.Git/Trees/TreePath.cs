using Plumb.Reconcile.Sources;

namespace Plumb.Git.Trees;

/// <summary>Paths inside a tree.</summary>
internal static class TreePath
{
    private const int MaxLength = 4096;

    /// <summary>A path without <c>.</c>, <c>..</c> and empty parts; the root is the empty text.</summary>
    /// <exception cref="SourceException">It leaves the tree, or cannot be a path.</exception>
    public static string Normalize(string path)
    {
        if (path.Length > MaxLength) throw Refused(path[..80] + "...", $"it is longer than {MaxLength} characters");
        if (path.StartsWith('/')) throw Refused(path, "it is absolute; paths start at the root of the repository, without a slash");
        if (path.Contains('\0')) throw Refused(path.Replace('\0', '?'), "it holds a NUL");
        if (IsNormal(path)) return path;
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != "..")
            {
                parts.Add(part);
                continue;
            }
            if (parts.Count == 0) throw Refused(path, "it leaves the repository");
            parts.RemoveAt(parts.Count - 1);
        }
        return string.Join('/', parts);
    }

    public static string Join(string folder, string name) => folder.Length == 0 ? name : folder + "/" + name;

    public static SourceException Refused(string path, string why) => new(SourceFault.PathRefused, $"path \"{path}\" is refused: {why}");

    private static bool IsNormal(ReadOnlySpan<char> path)
    {
        if (path.Length == 0) return true;
        foreach (var range in path.Split('/'))
        {
            if (path[range] is "" or "." or "..") return false;
        }
        return true;
    }
}
