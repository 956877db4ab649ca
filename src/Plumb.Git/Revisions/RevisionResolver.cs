using Plumb.Git.Mirrors;
using Plumb.Reconcile.Sources;

namespace Plumb.Git.Revisions;

/// <summary>Makes a revision definite. Answers from the ref snapshot in memory whenever that can know.</summary>
/// <remarks>
/// The order is Argo CD's: HEAD, full commit id, version range (falling back to a name when no tag is in it), full ref name, branch,
/// tag, short commit id.
/// </remarks>
internal static class RevisionResolver
{
    public static async Task<ResolvedRevision> ResolveAsync(Mirror mirror, string revision, Freshness freshness, CancellationToken ct)
    {
        revision = revision.Trim();
        var view = await mirror.GetAsync(freshness, ct);
        if (IsCommitId(revision))
        {
            var commit = await mirror.EnsureCommitAsync(revision.ToLowerInvariant(), freshness == Freshness.Remote, ct);
            return new ResolvedRevision(commit, null, (mirror.View ?? view).FetchedAt);
        }
        if (Named(view.Refs, revision) is { } named) return Answer(mirror, view, named.Reference, named.Target, revision);
        if (IsOtherRef(revision))
        {
            // refs/pull/1/head and its like are fetched when asked for, and with every fetch from then on.
            await mirror.FetchOneAsync(revision, revision, ct);
            view = mirror.View!;
            if (view.Refs.Others.TryGetValue(revision, out var id)) return Answer(mirror, view, revision, new TagTarget(id, id), revision);
        }
        if (IsShortCommitId(revision) && await ShortAsync(mirror, revision.ToLowerInvariant(), ct) is { } full)
            return new ResolvedRevision(full, null, view.FetchedAt);
        throw NotFound(mirror, view, revision);
    }

    /// <summary>What a name stands for in a snapshot; null when it is no name there.</summary>
    internal static (string Reference, TagTarget Target)? Named(RefSnapshot refs, string revision)
    {
        if (revision.Length == 0 || revision == "HEAD")
        {
            return refs.HeadCommit is { } head ? (refs.HeadBranch ?? "HEAD", new TagTarget(head, head)) : null;
        }
        if (VersionRange.TryParse(revision) is { } range)
        {
            foreach (var (version, tag) in refs.Versions)
            {
                if (range.Contains(version)) return (tag, refs.Tags[tag]);
            }
        }
        if (revision.StartsWith("refs/", StringComparison.Ordinal))
        {
            if (revision.StartsWith(Names.Branches, StringComparison.Ordinal)) return Branch(revision[Names.Branches.Length..]);
            if (revision.StartsWith(Names.Tags, StringComparison.Ordinal)) return Tag(revision[Names.Tags.Length..]);
            return refs.Others.TryGetValue(revision, out var id) ? (revision, new TagTarget(id, id)) : null;
        }
        return Branch(revision) ?? Tag(revision);

        (string, TagTarget)? Branch(string name) => refs.Branches.TryGetValue(name, out var id) ? (name, new TagTarget(id, id)) : null;

        (string, TagTarget)? Tag(string name) => refs.Tags.TryGetValue(name, out var target) ? (name, target) : null;
    }

    private static ResolvedRevision Answer(Mirror mirror, MirrorView view, string reference, TagTarget target, string revision)
    {
        var commit = target.Commit ?? mirror.FindCommit(target.Id) ?? throw new SourceException(SourceFault.RevisionNotFound,
            $"{mirror.Identity}: revision \"{revision}\": tag {reference} names no commit");
        return new ResolvedRevision(commit, reference, view.FetchedAt);
    }

    // git says "missing" of an ambiguous id too when it is to be peeled, so that only a look at the candidates tells.
    private static async Task<string?> ShortAsync(Mirror mirror, string prefix, CancellationToken ct)
    {
        if (mirror.FindCommit(prefix) is { } found) return found;
        var candidates = await mirror.CandidatesAsync(prefix, ct);
        if (candidates.Count <= 1) return candidates.FirstOrDefault();
        throw new SourceException(SourceFault.RevisionNotFound,
            $"{mirror.Identity}: revision \"{prefix}\" is ambiguous: it may be {string.Join(", ", candidates.Take(10))}. Write more of the commit id.");
    }

    private static SourceException NotFound(Mirror mirror, MirrorView view, string revision)
    {
        var refs = view.Refs;
        string text;
        if (refs.Branches.Count == 0 && refs.Tags.Count == 0) text = "the repository is empty";
        else if (revision.Length == 0 || revision == "HEAD") text = "its HEAD names a branch that is not there; name a branch";
        else if (VersionRange.TryParse(revision) is not null) text = $"none of its {refs.Versions.Count} version tags is in that range";
        else
        {
            var branches = string.Join(", ", refs.Branches.Keys.Order(StringComparer.Ordinal).Take(8));
            text = $"it is no branch, tag, version range or commit (branches: {branches}{(refs.Branches.Count > 8 ? ", ..." : "")}; {refs.Tags.Count} tags)";
        }
        return new SourceException(SourceFault.RevisionNotFound, $"{mirror.Identity}: revision \"{revision}\" was not found: {text}");
    }

    private static bool IsHex(string text) => text.All(char.IsAsciiHexDigit);

    private static bool IsCommitId(string text) => text.Length is 40 or 64 && IsHex(text);

    private static bool IsShortCommitId(string text) => text.Length is >= 4 and < 40 && IsHex(text);

    // The rules of git check-ref-format, so that nothing can be read as an option or a refspec.
    private static bool IsOtherRef(string name) =>
        name.StartsWith("refs/", StringComparison.Ordinal)
        && !name.StartsWith(Names.Branches, StringComparison.Ordinal) && !name.StartsWith(Names.Tags, StringComparison.Ordinal)
        && !name.StartsWith(Names.Private, StringComparison.Ordinal)
        && name.Length <= 512
        && name.AsSpan().IndexOfAny(" ~^:?*[\\\u007f") < 0
        && name.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0
        && !name.Contains("..", StringComparison.Ordinal) && !name.Contains("@{", StringComparison.Ordinal)
        && name.Split('/').All(p => p.Length > 0 && p[0] is not ('.' or '-') && !p.EndsWith(".lock", StringComparison.Ordinal) && p[^1] != '.');
}
