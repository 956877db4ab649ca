namespace Plumb.Git.Mirrors;

/// <summary>What a server said its refs are (<c>git ls-remote --symref</c>).</summary>
/// <param name="Refs">Full name to object id; branches, tags and the other refs asked for.</param>
/// <param name="Head">Content for the mirror's file HEAD: a symbolic ref or a commit; null when the server named none.</param>
internal sealed record RemoteRefs(IReadOnlyDictionary<string, string> Refs, string? Head)
{
    public static RemoteRefs Parse(string output)
    {
        var refs = new Dictionary<string, string>(StringComparer.Ordinal);
        string? symbolic = null, headCommit = null;
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var tab = line.IndexOf('\t');
            if (tab < 0) continue;
            var (value, name) = (line[..tab], line[(tab + 1)..]);
            if (name.EndsWith("^{}", StringComparison.Ordinal)) continue;
            if (name == "HEAD")
            {
                if (value.StartsWith("ref: ", StringComparison.Ordinal)) symbolic = value;
                else headCommit = value;
            }
            else if (name.StartsWith("refs/", StringComparison.Ordinal) && !name.StartsWith(Names.Private, StringComparison.Ordinal))
            {
                refs[name] = value;
            }
        }
        return new RemoteRefs(refs, symbolic ?? headCommit);
    }

    /// <summary>Whether a mirror with these refs has nothing to fetch.</summary>
    public bool Same(RefSnapshot mirror)
    {
        var count = 0;
        foreach (var (name, id) in Refs)
        {
            if (name.StartsWith(Names.Branches, StringComparison.Ordinal))
            {
                if (!mirror.Branches.TryGetValue(name[Names.Branches.Length..], out var known) || known != id) return false;
                count++;
            }
            else if (name.StartsWith(Names.Tags, StringComparison.Ordinal))
            {
                if (!mirror.Tags.TryGetValue(name[Names.Tags.Length..], out var known) || known.Id != id) return false;
                count++;
            }
            else if (mirror.Others.TryGetValue(name, out var known) && known != id)
            {
                return false;
            }
        }
        return count == mirror.Branches.Count + mirror.Tags.Count;
    }
}
