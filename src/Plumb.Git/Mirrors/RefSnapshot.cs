using Plumb.Git.Revisions;

namespace Plumb.Git.Mirrors;

/// <summary>Where a tag points.</summary>
/// <param name="Id">The tag object, or the commit of a lightweight tag.</param>
/// <param name="Commit">The commit behind it; null when it is not known yet (a tag of a tag) or no commit.</param>
internal readonly record struct TagTarget(string Id, string? Commit);

/// <summary>All refs of a mirror as of one fetch. Immutable; a fetch swaps the whole.</summary>
internal sealed class RefSnapshot
{
    private readonly Lazy<IReadOnlyList<(SemanticVersion Version, string Tag)>> _versions;

    public RefSnapshot(
        IReadOnlyDictionary<string, string> branches, IReadOnlyDictionary<string, TagTarget> tags,
        IReadOnlyDictionary<string, string> others, string? headBranch, string? headCommit)
    {
        (Branches, Tags, Others, HeadBranch, HeadCommit) = (branches, tags, others, headBranch, headCommit);
        _versions = new(() =>
        [
            .. from tag in Tags.Keys
               let version = SemanticVersion.TryParse(tag)
               where version is not null
               orderby version descending, tag.StartsWith('v'), tag
               select (version, tag),
        ]);
    }

    /// <summary>Branch name to commit.</summary>
    public IReadOnlyDictionary<string, string> Branches { get; }

    /// <summary>Tag name to target.</summary>
    public IReadOnlyDictionary<string, TagTarget> Tags { get; }

    /// <summary>Full names of other refs that were asked for, such as <c>refs/pull/1/head</c>.</summary>
    public IReadOnlyDictionary<string, string> Others { get; }

    /// <summary>The branch HEAD names; null when HEAD is a commit or names nothing.</summary>
    public string? HeadBranch { get; }

    /// <summary>The commit of HEAD; null when it names nothing.</summary>
    public string? HeadCommit { get; }

    /// <summary>Tags that are versions, highest first.</summary>
    public IReadOnlyList<(SemanticVersion Version, string Tag)> Versions => _versions.Value;

    /// <summary>Parses what <c>git for-each-ref</c> wrote in <see cref="Format"/>, and the content of the file HEAD.</summary>
    public static RefSnapshot Parse(string output, string head)
    {
        var branches = new Dictionary<string, string>(StringComparer.Ordinal);
        var tags = new Dictionary<string, TagTarget>(StringComparer.Ordinal);
        var others = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(' ', 5);
            if (parts.Length != 5) continue;
            var (id, kind, peeled, peeledKind, name) = (parts[0], parts[1], parts[2], parts[3], parts[4]);
            if (name.StartsWith(Names.Branches, StringComparison.Ordinal)) branches[name[Names.Branches.Length..]] = id;
            else if (name.StartsWith(Names.Tags, StringComparison.Ordinal))
                tags[name[Names.Tags.Length..]] = new TagTarget(id, kind == "commit" ? id : peeledKind == "commit" ? peeled : null);
            else if (!name.StartsWith(Names.Private, StringComparison.Ordinal)) others[name] = kind == "commit" ? id : peeled;
        }
        head = head.Trim();
        if (!head.StartsWith("ref: ", StringComparison.Ordinal))
            return new RefSnapshot(branches, tags, others, null, head.Length is 40 or 64 ? head : null);
        var target = head["ref: ".Length..];
        var branch = target.StartsWith(Names.Branches, StringComparison.Ordinal) ? target[Names.Branches.Length..] : null;
        return branch is not null && branches.TryGetValue(branch, out var commit)
            ? new RefSnapshot(branches, tags, others, branch, commit)
            : new RefSnapshot(branches, tags, others, null, null);
    }

    /// <summary>The format <see cref="Parse"/> reads.</summary>
    public const string Format = "%(objectname) %(objecttype) %(*objectname) %(*objecttype) %(refname)";
}

/// <summary>Beginnings of ref names.</summary>
internal static class Names
{
    public const string Branches = "refs/heads/";
    public const string Tags = "refs/tags/";

    /// <summary>Ours: keeps commits that no branch or tag holds.</summary>
    public const string Private = "refs/plumb/";
}
